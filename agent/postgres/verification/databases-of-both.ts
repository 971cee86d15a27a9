import type { Direction } from '../../../contract/common';
import type { Databases } from '../../sql/databases';
import { type Named, onlyOn } from '../../sql/named-difference';
import { databasesOf, withSession } from '../session';

/** The databases that both sides have, and those that only one has. */
export async function inBoth(
  { endpoints }: Databases,
  { from, to }: Direction,
): Promise<{ readonly names: readonly string[]; readonly unpaired: readonly Named[] }> {
  const [mine, theirs] = await Promise.all([
    withSession(endpoints[from], 'verify', databasesOf),
    withSession(endpoints[to], 'verify', databasesOf),
  ]);
  const lacking = (some: readonly string[], others: readonly string[], side: Direction['from']): Named[] =>
    some
      .filter((name) => !others.includes(name))
      .map((name) => ({ object: `database ${name}`, difference: onlyOn(side) }));
  return {
    names: mine.filter((name) => theirs.includes(name)),
    unpaired: [...lacking(mine, theirs, from), ...lacking(theirs, mine, to)],
  };
}
