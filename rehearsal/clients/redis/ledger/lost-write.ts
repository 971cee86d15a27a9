import type { LostSample } from '../../client-figures';
import type { Kind } from '../cache-protocol';

/** An acknowledged write that is not there, or was not there when somebody looked. */
export interface LostWrite extends LostSample {
  readonly kind: Kind;
  /** Acknowledged writes of the same key, of whatever side: another side's may have stood. */
  readonly rivals: readonly { readonly side: string; readonly atMs: number }[];
}

/** A time in which both sides may take writes, or one may still lack what the other took. */
export interface Overlap {
  readonly fromMs: number;
  readonly toMs: number;
  /** The side to which clients go: of a key that is written on both, its write stands. */
  readonly stands: string;
}

/** Whether a loss is the price of switching live: the key was written on both sides in such a time, and the other write stands. */
export function isConflict(lost: LostWrite, overlaps: readonly Overlap[]): boolean {
  return overlaps.some(({ fromMs, toMs, stands }) => {
    const within = (atMs: number) => fromMs <= atMs && atMs <= toMs;
    return (
      lost.side !== stands &&
      within(lost.ackedMs) &&
      lost.rivals.some(({ side, atMs }) => side === stands && within(atMs))
    );
  });
}
