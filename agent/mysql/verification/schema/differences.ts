import type { Direction } from '../../../contract';
import { compareDefinitions } from '../../../sql/compare-definitions';
import { type Named, onlyOn } from '../../../sql/named-difference';
import { farApart, nextValuesApart } from './auto-increments';
import { comparePrivileges } from './grants';
import type { Schema } from './schema';

/** Everything that one side has and the other has not, or has otherwise. */
export function compareSchemaOf(from: Schema, to: Schema, sides: Direction): Named[] {
  return [
    ...compareDefinitions(from.definitions, to.definitions, sides),
    ...differentAutoIncrements(from, to, sides),
    ...differentUsers(from, to, sides),
  ];
}

function differentAutoIncrements(from: Schema, to: Schema, sides: Direction): Named[] {
  const differences: Named[] = [];
  for (const [table, mine] of from.autoIncrements) {
    const theirs = to.autoIncrements.get(table);
    if (theirs !== undefined && farApart(mine, theirs)) differences.push(nextValuesApart(table, mine, theirs, sides));
  }
  return differences;
}

function differentUsers(from: Schema, to: Schema, sides: Direction): Named[] {
  const alike = from.line === to.line;
  const differences: Named[] = [];
  for (const user of new Set([...from.users.keys(), ...to.users.keys()])) {
    const object = `user ${user}`;
    const [mine, theirs] = [from.users.get(user), to.users.get(user)];
    if (mine === undefined || theirs === undefined) {
      differences.push({ object, difference: onlyOn(mine === undefined ? sides.to : sides.from) });
      continue;
    }
    const { missing, added } = comparePrivileges(mine, theirs, alike);
    if (missing.length > 0) differences.push({ object, difference: `lacks on ${sides.to}: ${missing.join('; ')}` });
    if (added.length > 0) differences.push({ object, difference: `has only on ${sides.to}: ${added.join('; ')}` });
  }
  return differences;
}
