import { type BothNames, onlyOn } from '../../sql/named-difference';
import type { Difference } from './difference';
import { notationOf } from './notation';
import type { ComparedColumn, JsonKind } from './row-digest';
import type { Column, Table } from './table';

/** A table that both sides have, and what of it can be compared. */
export interface TablePair {
  readonly from: Table;
  readonly to: Table;
  readonly columns: readonly { readonly from: ComparedColumn; readonly to: ComparedColumn }[];
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

/** @param json how much of a JSON both sides can tell */
export function pairTables(
  from: ReadonlyMap<string, Table>,
  to: ReadonlyMap<string, Table>,
  sides: BothNames,
  json: JsonKind,
): PairedTables {
  const pairs = new Map<string, TablePair>();
  const unpaired: Difference[] = [];
  for (const [name, table] of from) {
    const twin = to.get(name);
    if (twin === undefined) unpaired.push({ table, difference: onlyOn(sides.from) });
    else {
      unpaired.push(...unpairedColumns(table, twin, sides));
      pairs.set(name, pair(table, twin, json));
    }
  }
  for (const [name, table] of to) {
    if (!from.has(name)) unpaired.push({ table, difference: onlyOn(sides.to) });
  }
  return { from, pairs, unpaired };
}

function pair(from: Table, to: Table, json: JsonKind): TablePair {
  const columns = from.columns.flatMap((column) => {
    const twin = twinOf(column, to);
    if (twin === undefined) return [];
    const [mine, theirs] = notationOf(column, twin, json);
    return [{ from: { ...column, notation: mine }, to: { ...twin, notation: theirs } }];
  });
  const keyed = from.key?.columns.every(({ name }) => columns.some((column) => column.from.name === name)) ?? false;
  return { from, to, columns, keyed };
}

function unpairedColumns(from: Table, to: Table, sides: BothNames): Difference[] {
  const missing = (of: Table, on: Table, side: string): Difference[] =>
    of.columns
      .filter((column) => twinOf(column, on) === undefined)
      .map(({ name }) => ({ table: from, difference: `column ${name} ${onlyOn(side)}` }));
  return [...missing(from, to, sides.from), ...missing(to, from, sides.to)];
}

/** Names of columns are the same in any case. */
function twinOf({ name }: Column, { columns }: Table): Column | undefined {
  return (
    columns.find((candidate) => candidate.name === name) ??
    columns.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase())
  );
}
