import type { Direction } from '../contract';
import type { Definition } from './definition';
import { type Named, onlyOn } from './named-difference';

/** Long enough to see what it is, short enough for a state's payload. */
const SHOWN_CHARACTERS = 80;

/** Everything that is defined on one side and not on the other, or otherwise. */
export function compareDefinitions(
  from: readonly Definition[],
  to: readonly Definition[],
  sides: Direction,
): readonly Named[] {
  return differentDefinitions(byObject(from), byObject(to), sides);
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

function shown(value: string): string {
  if (value === '') return 'none';
  return value.length <= SHOWN_CHARACTERS ? value : `${value.slice(0, SHOWN_CHARACTERS)}… (${value.length} characters)`;
}
