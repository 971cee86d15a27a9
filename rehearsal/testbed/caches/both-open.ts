import { spanOf } from '../../report/passes';
import type { PhaseRun, Side } from '../../report/result';
import type { Span } from '../../report/span';
import { isOf } from '../parts-of-phases';

/**
 * The times in which a key may be written on both sides at LIVE: from the moment the names begin to move until the new side
 * has all that the old one took. What clients write on the old side is on its way to the new one for as long as the copy
 * lags behind, and a client that writes the key there in that time was first.
 */
export function timesBothAreOpen(phases: readonly PhaseRun[]): readonly BothOpen[] {
  let serving: Side = 'blue';
  const ends = phases.filter(({ of, outcome }) => outcome === 'succeeded' && (isOf(of, 'drain') || isUndone(of)));
  const moves = phases.filter(({ of }) => of?.role === 'switch' && of.part !== 'look');
  return moves.map((move, index) => {
    // Clients go to the other side, but where that is undone.
    const stays = move.of?.part === 'undo' || moves[index + 1]?.of?.part === 'undo';
    if (!stays) serving = serving === 'blue' ? 'green' : 'blue';
    const { fromMs } = spanOf(move);
    const end = ends.map(spanOf).find(({ toMs }) => toMs > fromMs);
    return { fromMs, toMs: end?.toMs ?? Number.POSITIVE_INFINITY, stands: serving };
  });
}

export interface BothOpen extends Span {
  /** Where clients are in the end: of a key that is written on both sides, its write stands. */
  readonly stands: Side;
}

/** What undoes the switch carries over what was written, to its last. */
const isUndone = (of: PhaseRun['of']) => of?.role === 'switch' && of.part === 'undo';
