import type { Direction } from '../../../contract';
import { type Named, onlyOn } from '../difference';
import { farApart } from './auto-increments';
import type { Definition } from './definition';
import { comparePrivileges } from './grants';
import type { Schema } from './schema';

/** Long enough to see what it is, short enough for a state's payload. */
const SHOWN_CHARACTERS = 80;

/** Everything that one side has and the other has not, or has otherwise. */
export function compareDefinitions(from: Schema, to: Schema, sides: Direction): Named[] {
  return [
    ...differentDefinitions(byObject(from.definitions), byObject(to.definitions), sides),
    ...differentAutoIncrements(from, to, sides),
    ...differentUsers(from, to, sides),
  ];
}

function byObject(definitions: readonly Definition[]): ReadonlyMap<string, Definition> {
  return new Map(definitions.map((definition) => [definition.object, definition]));
}

function differentDefinitions(
  from: ReadonlyMap<string, Definition>,
  to: ReadonlyMap<string, Definition>,
  sides: Direction,
): Named[] {
  const differences: Named[] = [];
  for (const [object, { aspects }] of from) {
    const other = to.get(object)?.aspects;
    // A table that is missing is said once, not again for each of its columns and indexes.
    if (other === undefined)
      differences.push(...(ofMissingTable(object, to) ? [] : [{ object, difference: onlyOn(sides.from) }]));
    else {
      for (const [aspect, value] of Object.entries(aspects)) {
        const theirs = other[aspect] ?? '';
        if (value !== theirs) {
          const difference = `${aspect} is ${shown(value)} on ${sides.from} and ${shown(theirs)} on ${sides.to}`;
          differences.push({ object, difference });
        }
      }
    }
  }
  for (const object of to.keys()) {
    if (!from.has(object) && !ofMissingTable(object, from)) differences.push({ object, difference: onlyOn(sides.to) });
  }
  return differences;
}

function ofMissingTable(object: string, on: ReadonlyMap<string, Definition>): boolean {
  const [, table] = /^(?:column|index|foreign key) (.+)\.[^.]+$/s.exec(object) ?? [];
  return table !== undefined && !on.has(`table ${table}`);
}

function differentAutoIncrements(from: Schema, to: Schema, sides: Direction): Named[] {
  const differences: Named[] = [];
  for (const [table, mine] of from.autoIncrements) {
    const theirs = to.autoIncrements.get(table);
    if (theirs !== undefined && farApart(mine, theirs)) {
      const difference = `the next value is ${mine} on ${sides.from} and ${theirs} on ${sides.to}`;
      differences.push({ object: `AUTO_INCREMENT of ${table}`, difference });
    }
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

function shown(value: string): string {
  if (value === '') return 'none';
  return value.length <= SHOWN_CHARACTERS ? value : `${value.slice(0, SHOWN_CHARACTERS)}… (${value.length} characters)`;
}
