import type { RecordSet } from './zone';

/**
 * The record set that Route 53 answers with among those of one name and type: a simple one is itself; of a weighted
 * group each comes with the share of its weight in the sum, weight 0 never comes, and **all weights 0 means that all
 * come equally often** (docs/aws-facts.md#route53-weights-all-zero).
 *
 * @param random - [0, 1)
 */
export function weightedChoice(sets: readonly RecordSet[], random: number): RecordSet | undefined {
  const total = sets.reduce((sum, set) => sum + (set.weight ?? 0), 0);
  if (total === 0) return sets[Math.floor(random * sets.length)];
  let rest = random * total;
  for (const set of sets) {
    const weight = set.weight ?? 0;
    if (rest < weight) return set;
    rest -= weight;
  }
  return undefined;
}
