/**
 * What the journal says of the replication, for the agents: hosts are replaced, and only the journal outlives them. An
 * agent that starts takes up what stands here, and nothing else.
 */

/** Nobody is to follow: what is under way is turned, or over. */
export const NOBODY_FOLLOWS = `'following': {}`;

export interface Following {
  readonly from: '$from' | '$to';
  readonly to: '$from' | '$to';
  /** Whether clients may write to `to` while it is filled. */
  readonly overlap: boolean;
  /** Whether a host without notes of it may take it up: never while clients may be on `to`. */
  readonly anew: boolean;
}

/** Member of a JSONata object. */
export function follows({ from, to, overlap, anew }: Following): string {
  return `'following': {'from': ${from}.side, 'to': ${to}.side, 'overlap': ${overlap}, 'anew': ${anew}}`;
}

/** Member of a JSONata object: the old side follows the new one, so that clients can return with what they wrote. */
export const OLD_SIDE_FOLLOWS = follows({ from: '$to', to: '$from', overlap: false, anew: true });

/** The same, where the old side holds from now on what the copy puts there: a rollback may fill it again. */
export const OLD_SIDE_IS_FILLED = `'filled': $merge([$journal.filled, {$from.side: true}]), ${OLD_SIDE_FOLLOWS}`;
