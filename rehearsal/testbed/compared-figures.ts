import { type Figure, figure } from '../clients/figure';
import type { Comparison, SystemUnderTest } from './system-under-test';

const TITLES = { keys: 'Keys', rows: 'Rows' } as const;

/** Blue against green in the end. */
export function comparedFigures(
  { compares }: Pick<SystemUnderTest, 'compares'>,
  found: Comparison | undefined,
): readonly Figure[] {
  const title = TITLES[compares];
  // Said all the same: who looks for the comparison must not take its absence for a difference of 0.
  if (found === undefined) return [figure(compares, `${title} compared in the end`, undefined, { shown: 'summary' })];
  return [
    figure(compares, `${title} compared`, found.compared, { shown: 'summary' }),
    figure('mismatches', `${title} that differ`, found.mismatches, {
      damage: true,
      shown: compares === 'rows' ? 'headline' : 'summary',
    }),
  ];
}
