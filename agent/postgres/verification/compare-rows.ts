import type { Direction } from '../../../contract/common';
import type { NotCovered } from '../../../contract/database';
import type { Databases } from '../../sql/databases';
import { type Named, SAMPLE } from '../../sql/named-difference';
import type { Report } from '../../verb';
import { mayNotConnect } from '../explain';
import { subscriptionsOf } from '../status';
import { withComparable } from './comparable';
import { DatabaseComparison } from './compare-database';
import { Comparison } from './comparison';
import { inBoth } from './databases-of-both';
import { type Compared, closedDatabase, strays } from './not-compared';

/** Compares every row of every database, live. */
export async function compareRows(databases: Databases, direction: Direction, report: Report): Promise<Compared> {
  const { names, unpaired } = await inBoth(databases, direction);
  const all: Tally = { rows: 0, chunks: 0, mismatches: unpaired.length, sample: [...unpaired], notCovered: [] };
  for (const database of names) await compareDatabase(databases, database, direction, report, all);
  const follows = await withComparable(databases.endpoints[direction.to], subscriptionsOf);
  if (follows.length > 0) all.notCovered.push(strays(direction.to));
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
  databases: Databases,
  database: string,
  direction: Direction,
  report: Report,
  all: Tally,
): Promise<void> {
  let comparison: Comparison;
  try {
    comparison = await Comparison.open(databases, direction, database);
  } catch (error) {
    if (!mayNotConnect(error)) throw error;
    all.notCovered.push({ ...closedDatabase(database), holdsRows: true });
    return;
  }
  const found = {
    onChunk(rows: number): void {
      all.rows += rows;
      all.chunks += 1;
      report.progress({ phase: `comparing ${database}`, done: all.rows });
    },
    onDifference(object: string, difference: string): void {
      all.mismatches += 1;
      if (all.sample.length < SAMPLE) all.sample.push({ object: `${database}: ${object}`, difference });
    },
    onUncounted(differences: number): void {
      all.mismatches += differences;
    },
    onNotCovered(one: NotCovered): void {
      all.notCovered.push({ ...one, object: `${database}: ${one.object}` });
    },
  };
  try {
    await new DatabaseComparison(comparison, direction, found).compare(report);
  } finally {
    await comparison.close();
  }
}
