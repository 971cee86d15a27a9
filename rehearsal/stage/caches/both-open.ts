import type { PhaseRun } from '../../report/result';
import type { Span } from '../../report/span';
import { isOf } from '../parts-of-phases';

/**
 * The times in which a key may be written on both sides at LIVE: from the moment the names begin to move until the new side
 * has all that the old one took. What clients write on the old side is on its way to the new one for as long as the copy
 * lags behind, and whoever writes the key there meanwhile was first.
 */
export function timesBothAreOpen(phases: readonly PhaseRun[]): readonly Span[] {
  const ends = phases.filter(({ of, outcome }) => outcome === 'succeeded' && (isOf(of, 'drain') || isUndone(of)));
  return phases
    .filter(({ of }) => of?.role === 'switch' && of.part !== 'look')
    .map(({ startedMs: fromMs }) => {
      const end = ends.map(endOf).find((endedMs) => endedMs > fromMs);
      return { fromMs, toMs: end ?? Number.POSITIVE_INFINITY };
    });
}

/** What undoes the switch carries over what was written, to its last. */
const isUndone = (of: PhaseRun['of']) => of?.role === 'switch' && of.part === 'undo';

const endOf = ({ startedMs, durationMs }: PhaseRun) => startedMs + durationMs;
