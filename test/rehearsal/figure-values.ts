import type { Figures } from '../../rehearsal/clients/client-figures';
import type { Figure } from '../../rehearsal/clients/figure';

/** Figures by their ids. */
export function valuesOf<Id extends string>(figures: readonly Figure<Id>[]): Record<Id, number> {
  return Object.fromEntries(figures.map(({ id, value }) => [id, value])) as Record<Id, number>;
}

/** What clients saw, its figures by their ids. */
export function seenBy<Id extends string>({ list, ...figures }: Figures<Id>) {
  return { ...figures, ...valuesOf(list) };
}
