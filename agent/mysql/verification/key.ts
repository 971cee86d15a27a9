import { type KeyColumn, keyExpression, keyLiteral } from './key-column';
import { identifier } from './quoting';

/** The values of a key's columns, each as its text. */
export type KeyValues = readonly string[];

/** The unique, never NULL index that a table is cut into chunks by. */
export interface Key {
  /** `PRIMARY`, or the index's name. */
  readonly index: string;
  readonly columns: readonly KeyColumn[];
}

/** Rows after `after`, up to and with `upTo`; open where one is absent. */
export interface KeyRange {
  readonly after?: KeyValues;
  readonly upTo?: KeyValues;
}

/** One text for a key, to be a map's key. None of the texts has a comma. */
export function keyText(values: KeyValues): string {
  return values.join(',');
}

export function keyValuesOf(text: string): KeyValues {
  return text.split(',');
}

/** Select list of the key's values, named `k0`, `k1`, … */
export function selectKey({ columns }: Key): string {
  return columns.map((column, index) => `${keyExpression(column)} AS k${index}`).join(', ');
}

function namesOf({ columns }: Key): string {
  return columns.map(({ name }) => identifier(name)).join(', ');
}

/** Condition of a range; `TRUE` for the whole table. */
export function inRange(key: Key, { after, upTo }: KeyRange): string {
  const conditions = [
    ...(after === undefined ? [] : [beyond(key, after, '>', '>')]),
    ...(upTo === undefined ? [] : [beyond(key, upTo, '<', '<=')]),
  ];
  return conditions.length === 0 ? 'TRUE' : conditions.join(' AND ');
}

/** Condition of exactly these rows. */
export function among(key: Key, keys: readonly KeyValues[]): string {
  const [first] = key.columns;
  if (key.columns.length === 1 && first !== undefined) {
    return `${identifier(first.name)} IN (${keys.map(([text = '']) => keyLiteral(first, text)).join(', ')})`;
  }
  const tuples = keys.map((values) => `(${literals(key, values).join(', ')})`);
  return `(${namesOf(key)}) IN (${tuples.join(', ')})`;
}

/**
 * `(a, b) > (x, y)` spelt out: MySQL before 8.0.22 and MariaDB read the whole index for a comparison of rows. The
 * condition on the first column alone lets either find where to begin.
 */
function beyond(key: Key, values: KeyValues, strictly: '<' | '>', last: '<=' | '>'): string {
  const names = key.columns.map(({ name }) => identifier(name));
  const texts = literals(key, values);
  const cases = names.map((name, place) => {
    const equal = names.slice(0, place).map((before, index) => `${before} = ${texts[index]}`);
    const operator = place === names.length - 1 ? last : strictly;
    return [...equal, `${name} ${operator} ${texts[place]}`].join(' AND ');
  });
  if (cases.length === 1) return cases.join('');
  return `${names[0]} ${strictly}= ${texts[0]} AND (${cases.map((one) => `(${one})`).join(' OR ')})`;
}

function literals({ columns }: Key, values: KeyValues): string[] {
  return columns.map((column, index) => keyLiteral(column, values[index] ?? ''));
}
