import type { Side } from '../../../../contract/common';
import type { MarkerState } from '../../key';

export interface Marker {
  /**
   * Of the side that the marker is on. `serves`: clients are here. `leaving`: they were when an attempt to move them began.
   * `asked`: an attempt to move them here has begun. `left`: they are on the other side.
   */
  readonly state: MarkerState;
  /** Of the attempt that brought clients here, or was to; larger than any before. */
  readonly epoch: number;
  readonly migration: string;
  /** The migration host that wrote it. */
  readonly host: string;
  /** The server that it was written on. */
  readonly runId: string;
}

/** A side that was asked for its marker. */
export type Seen = Pick<Marker, 'state' | 'epoch'> | 'missing' | 'no answer';

export type Serving =
  /** `undecided`: the other side's marker says `asked`; it is to become `left` before anybody is served. */
  { readonly side: Side; readonly undecided: boolean } | 'no relay was here' | 'unknown';

/** Who serves, by both markers: the table of docs/relay.md. Nothing else tells. */
export function whoServes({ blue, green }: Readonly<Record<Side, Seen>>): Serving {
  if (blue === 'missing' && green === 'missing') return 'no relay was here';
  const [isBlue, isGreen] = [servesBeside(blue, green), servesBeside(green, blue)];
  if (isBlue === isGreen) return 'unknown';
  const other = isBlue ? green : blue;
  return { side: isBlue ? 'blue' : 'green', undecided: stateOf(other) === 'asked' };
}

function servesBeside(own: Seen, other: Seen): boolean {
  if (typeof own === 'string') return stateOf(other) === 'left' || stateOf(other) === 'asked';
  if (own.state === 'leaving') return stateOf(other) === 'left' || stateOf(other) === 'asked';
  if (own.state !== 'serves') return false;
  const isOlder = typeof other === 'string' || other.epoch < own.epoch;
  return isOlder || other.state === 'left' || other.state === 'asked';
}

function stateOf(seen: Seen): MarkerState | undefined {
  return typeof seen === 'string' ? undefined : seen.state;
}
