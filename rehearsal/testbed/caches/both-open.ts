import { spanOf } from '../../report/passes';
import type { PhaseRun } from '../../report/result';
import type { Span } from '../../report/span';
import { isOf } from '../parts-of-phases';

/**
 * The times in which a key may be written on both sides at LIVE: from the moment the names begin to move until the new side
 * has all that the old one took. What clients write on the old side is on its way to the new one for as long as the copy
 * lags behind, and a client that writes the key there in that time was first.
 */
export function timesBothAreOpen(phases: readonly PhaseRun[]): readonly Span[] {
  const ends = phases.filter(({ of, outcome }) => outcome === 'succeeded' && (isOf(of, 'drain') || isUndone(of)));
  return phases
    .filter(({ of }) => of?.role === 'switch' && of.part !== 'look')
    .map(spanOf)
    .map(({ fromMs }) => {
      const end = ends.map(spanOf).find(({ toMs }) => toMs > fromMs);
      return { fromMs, toMs: end?.toMs ?? Number.POSITIVE_INFINITY };
    });
}

/** What undoes the switch carries over what was written, to its last. */
const isUndone = (of: PhaseRun['of']) => of?.role === 'switch' && of.part === 'undo';
