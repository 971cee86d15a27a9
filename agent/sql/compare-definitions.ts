import type { Definition } from './definition';
import { type BothNames, type Named, onlyOn } from './named-difference';

/** Long enough to see what it is, short enough for a state's payload. */
const SHOWN_CHARACTERS = 80;
/** Of what both have in common before that. */
const COMMON_CHARACTERS = 20;

/** Everything that is defined on one side and not on the other, or otherwise. */
export function compareDefinitions(
  from: readonly Definition[],
  to: readonly Definition[],
  sides: BothNames,
): readonly Named[] {
  return differentDefinitions(byObject(from), byObject(to), sides);
}

/** Of what has no name, there may be several alike: each counts. */
function byObject(definitions: readonly Definition[]): ReadonlyMap<string, Definition> {
  const all = new Map<string, Definition>();
  for (const definition of definitions) {
    let { object } = definition;
    for (let count = 2; all.has(object); count += 1) object = `${definition.object} (${count})`;
    all.set(object, definition);
  }
  return all;
}

function differentDefinitions(
  from: ReadonlyMap<string, Definition>,
  to: ReadonlyMap<string, Definition>,
  sides: BothNames,
): Named[] {
  const differences: Named[] = [];
  for (const [object, definition] of from) {
    const other = to.get(object)?.aspects;
    if (other !== undefined) differences.push(...differentAspects(object, definition.aspects, other, sides));
    else if (!isOfMissing(definition, from, to)) differences.push({ object, difference: onlyOn(sides.from) });
  }
  for (const [object, definition] of to) {
    if (!from.has(object) && !isOfMissing(definition, to, from))
      differences.push({ object, difference: onlyOn(sides.to) });
  }
  return differences;
}

function differentAspects(
  object: string,
  mine: Definition['aspects'],
  theirs: Definition['aspects'],
  { from, to }: BothNames,
): Named[] {
  const aspects = new Set([...Object.keys(mine), ...Object.keys(theirs)]);
  return [...aspects].flatMap((aspect) => {
    const [here, there] = [mine[aspect] ?? '', theirs[aspect] ?? ''];
    if (here === there) return [];
    const common = commonBeginning(here, there);
    const difference = `${aspect} is ${shown(here, common)} on ${from} and ${shown(there, common)} on ${to}`;
    return [{ object, difference }];
  });
}

/** A table that is missing is said once, not again for each of its columns and indexes. */
function isOfMissing(
  { of }: Definition,
  mine: ReadonlyMap<string, Definition>,
  theirs: ReadonlyMap<string, Definition>,
): boolean {
  return of !== undefined && mine.has(of) && !theirs.has(of);
}

function commonBeginning(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return at;
}

/** Where the two are not the same, of a long text. */
function shown(value: string, common: number): string {
  if (value === '') return 'none';
  if (value.length <= SHOWN_CHARACTERS) return value;
  const begin = common < SHOWN_CHARACTERS - COMMON_CHARACTERS ? 0 : common - COMMON_CHARACTERS;
  const part = value.slice(begin, begin + SHOWN_CHARACTERS);
  const [before, after] = [begin > 0 ? '…' : '', begin + SHOWN_CHARACTERS < value.length ? '…' : ''];
  return `${before}${part}${after} (${value.length} characters)`;
}
