import { type BothNames, onlyOn } from '../../sql/named-difference';
import type { DeclaredColumns } from './declared-columns';
import type { Difference } from './difference';
import { notationOf } from './notation';
import type { ComparedColumn, JsonKind } from './row-digest';
import { type Column, type Table, tableName } from './table';

/** A table that both sides have, and what of it can be compared. */
export interface TablePair {
  readonly from: Table;
  readonly to: Table;
  readonly columns: readonly { readonly from: ComparedColumn; readonly to: ComparedColumn }[];
  /** Columns that one side alone has, as a conversion declares. */
  readonly alone: readonly string[];
  /** Whether both sides can read it by the key of `from`. */
  readonly keyed: boolean;
}

export interface PairedTables {
  /** Every table of `from`, by `schema.table`. */
  readonly from: ReadonlyMap<string, Table>;
  /** By `schema.table`. */
  readonly pairs: ReadonlyMap<string, TablePair>;
  /** Tables, and columns of tables, that only one side has. */
  readonly unpaired: readonly Difference[];
}

/**
 * @param json how much of a JSON both sides can tell
 * @param declared what of the columns is to be otherwise
 */
export function pairTables(
  from: ReadonlyMap<string, Table>,
  to: ReadonlyMap<string, Table>,
  sides: BothNames,
  json: JsonKind,
  declared: DeclaredColumns,
): PairedTables {
  const pairs = new Map<string, TablePair>();
  const unpaired: Difference[] = [];
  for (const [name, table] of from) {
    const twin = to.get(name);
    if (twin === undefined) unpaired.push({ table, difference: onlyOn(sides.from) });
    else {
      const [alone, missing] = unpairedColumns(table, twin, sides, declared);
      unpaired.push(...missing);
      pairs.set(name, { ...pair(table, twin, json, declared), alone });
    }
  }
  for (const [name, table] of to) {
    if (!from.has(name)) unpaired.push({ table, difference: onlyOn(sides.to) });
  }
  return { from, pairs, unpaired };
}

function pair(from: Table, to: Table, json: JsonKind, declared: DeclaredColumns): Omit<TablePair, 'alone'> {
  const columns = from.columns.flatMap((column) => {
    const twin = twinOf(column, to, declared);
    if (twin === undefined) return [];
    const [mine, theirs] = notationOf(column, twin, json);
    return [{ from: { ...column, notation: mine }, to: { ...twin, notation: theirs } }];
  });
  const keyed = from.key?.columns.every(({ name }) => columns.some((column) => column.from.name === name)) ?? false;
  return { from, to, columns, keyed };
}

/** Those that are so as declared, and differences. */
function unpairedColumns(
  from: Table,
  to: Table,
  sides: BothNames,
  declared: DeclaredColumns,
): readonly [readonly string[], readonly Difference[]] {
  const missing = (of: Table, on: Table, side: string) =>
    of.columns.filter((column) => twinOf(column, on, declared) === undefined).map(({ name }) => ({ name, side }));
  const all = [...missing(from, to, sides.from), ...missing(to, from, sides.to)];
  const isDeclared = ({ name }: { name: string }) => declared.isAlone(tableName(from), name);
  return [
    all.filter(isDeclared).map(({ name }) => name),
    all
      .filter((column) => !isDeclared(column))
      .map(({ name, side }) => ({ table: from, difference: `column ${name} ${onlyOn(side)}` })),
  ];
}

/** Names of columns are the same in any case. */
function twinOf({ name }: Column, to: Table, declared: DeclaredColumns): Column | undefined {
  const named = (wanted: string) =>
    to.columns.find((candidate) => candidate.name === wanted) ??
    to.columns.find((candidate) => candidate.name.toLowerCase() === wanted.toLowerCase());
  return named(name) ?? named(declared.nameOnOther(tableName(to), name));
}
