import type { Direction } from '../../../contract/common';
import type { NotCovered } from '../../../contract/database';
import type { Databases } from '../../sql/databases';
import { type Named, onlyOn, rowDifference, SAMPLE } from '../../sql/named-difference';
import type { Report } from '../../verb';
import { Comparison, type Difference, type Pair } from './comparison';
import { inBoth } from './databases-of-both';
import { type Compared, rowsNotCompared } from './not-compared';

/** What differs is looked at again up to so many; beyond, the sides are plainly not equal. */
const MOST_SUSPECTS = 100_000;

const ROW_SECURITY =
  "row level security hides rows from the agent's role. Sign the agent in as a role with BYPASSRLS, or as the table's owner.";

/** Compares every row of every database, live. */
export async function compareRows(databases: Databases, direction: Direction, report: Report): Promise<Compared> {
  const { names, unpaired } = await inBoth(databases, direction);
  const all: Tally = { rows: 0, chunks: 0, mismatches: unpaired.length, sample: [...unpaired], notCovered: [] };
  for (const database of names) {
    const comparison = await Comparison.open(databases, direction, database);
    try {
      await compareDatabase(comparison, database, direction, report, all);
    } finally {
      await comparison.close();
    }
  }
  return {
    rowsCompared: all.rows,
    chunksCompared: all.chunks,
    mismatches: all.mismatches,
    sample: all.sample,
    notCovered: all.notCovered,
  };
}

interface Tally {
  rows: number;
  chunks: number;
  mismatches: number;
  readonly sample: Named[];
  readonly notCovered: NotCovered[];
}

async function compareDatabase(
  comparison: Comparison,
  database: string,
  { from, to }: Direction,
  { progress, signal }: Report,
  all: Tally,
): Promise<void> {
  const tables = await comparison.tables();
  const suspects: Difference[] = [];
  const count = (object: string, difference: string): void => {
    all.mismatches += 1;
    if (all.sample.length < SAMPLE) all.sample.push({ object: `${database}: ${object}`, difference });
  };
  for (const table of tables.from.values()) {
    const twin = tables.to.get(table.name);
    if (twin === undefined) {
      count(table.name, onlyOn(from));
      continue;
    }
    if (table.rowSecurity || twin.rowSecurity) {
      all.notCovered.push({ object: `${database}: ${table.name}`, reason: ROW_SECURITY, holdsRows: true });
      continue;
    }
    const columns = table.columns.filter((column) => twin.columns.includes(column));
    for (const column of table.columns)
      if (!columns.includes(column)) count(table.name, `column ${column} ${onlyOn(from)}`);
    for (const column of twin.columns)
      if (!columns.includes(column)) count(table.name, `column ${column} ${onlyOn(to)}`);
    const pair: Pair = { from: table, columns };
    const covered = await comparison.table(pair, signal, (rows, differences) => {
      all.rows += rows;
      all.chunks += 1;
      for (const difference of differences) {
        if (suspects.length < MOST_SUSPECTS) suspects.push(difference);
        else all.mismatches += 1;
      }
      progress({ phase: `comparing ${database}`, done: all.rows });
    });
    if (covered === 'not covered') {
      const reason = `no primary key that it could be read by in parts, and ${Math.round(table.bytes / 1024 ** 2)} MiB: more than one statement should read. Give the table a primary key.`;
      all.notCovered.push({ object: `${database}: ${table.name}`, reason, holdsRows: true });
    }
  }
  for (const found of await rowsNotCompared(comparison.from.session)) {
    all.notCovered.push({ ...found, object: `${database}: ${found.object}` });
  }
  for (const name of tables.to.keys()) if (!tables.from.has(name)) count(name, onlyOn(to));
  for (const { pair, key, difference } of await comparison.confirm(suspects, signal)) {
    count(pair.from.name, key === undefined ? difference : rowDifference(key, difference));
  }
}
