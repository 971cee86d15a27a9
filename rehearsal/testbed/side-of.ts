import type { Side } from '../report/result';

/** Who has all of the weight; undefined where both or none have any. */
export function sideOf({ blue, green }: Readonly<Record<Side, number>>): Side | undefined {
  if (blue > 0 === green > 0) return undefined;
  return blue > 0 ? 'blue' : 'green';
}
