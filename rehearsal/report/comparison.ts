import { type Figure, figure, isDecisive, valueIn } from '../clients/figure';
import type { RehearsalRecord, RehearsalResult } from './result';

/** One figure, and beside it the same of the switch by hand. */
export interface ComparedFigure extends Figure {
  /** Undefined: there is no such figure; not the same as 0. */
  readonly byHand: number | undefined;
}

/** The figures that decide: first what took time, then what was counted. */
export function decisiveFigures({ cutover, clients, data, byHand }: RehearsalResult): ComparedFigure[] {
  const all = [...beside(cutover.writeOutage), ...beside(clients, byHand?.clients), ...beside(data)].filter(isDecisive);
  const tookTime = ({ unit }: Figure) => unit === 'ms' || unit === 'outage';
  return [...all.filter(tookTime), ...all.filter((each) => !tookTime(each))];
}

/** What else the clients saw, for those who look closer. */
export function closerFigures({ clients, byHand }: RehearsalResult): ComparedFigure[] {
  return beside(clients, byHand?.clients).filter(
    ({ shown, value, byHand: hand }) =>
      shown === 'details' || (shown === 'ifAny' && (value !== 0 || (hand ?? 0) !== 0)),
  );
}

/** Why operations failed: the most frequent reason of either way first. */
export function failureFigures({ figures, byHand }: RehearsalRecord): ComparedFigure[] {
  const hand = byHand?.figures.failures;
  const reasons = new Set([...Object.keys(figures.failures), ...Object.keys(hand ?? {})]);
  return [...reasons].map((reason) => ({
    ...figure(reason, reason, figures.failures[reason] ?? 0),
    byHand: hand && (hand[reason] ?? 0),
  }));
}

function beside(ours: readonly Figure[], byHand: readonly Figure[] = []): ComparedFigure[] {
  return ours.map((each) => ({ ...each, byHand: valueIn(byHand, each.id) }));
}

/** Whether a figure is to be seen as damage. Whatever does not end is. */
export function isDamage({ damage }: Pick<Figure, 'damage'>, value: number): boolean {
  return value === Number.POSITIVE_INFINITY || (damage && value !== 0);
}
