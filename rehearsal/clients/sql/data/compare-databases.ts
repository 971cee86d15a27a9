import type { DatabaseAddress } from '../database-address';
import { dialectOf } from '../dialects';
import type { Comparable } from './comparable';

export interface DatabaseComparison {
  readonly rows: number;
  readonly mismatches: number;
  /** The first ones. */
  readonly sample: readonly { readonly table: string; readonly key: string; readonly difference: string }[];
}

const SAMPLE = 20;

/** Compares every row of two databases that nobody writes to: made to check a copy from outside. */
export async function compareDatabases(from: DatabaseAddress, to: DatabaseAddress): Promise<DatabaseComparison> {
  const source = await dialectOf(from).compare(from);
  try {
    const target = await dialectOf(to).compare(to);
    return await compareAll(source, target).finally(() => target.close());
  } finally {
    await source.close();
  }
}

async function compareAll(source: Comparable, target: Comparable): Promise<DatabaseComparison> {
  let rows = 0;
  let mismatches = 0;
  const sample: DatabaseComparison['sample'][number][] = [];
  const differ = (table: string, key: string, difference: string) => {
    mismatches++;
    if (sample.length < SAMPLE) sample.push({ table, key, difference });
  };
  for (const name of new Set([...source.tables, ...target.tables])) {
    if (!source.tables.includes(name) || !target.tables.includes(name)) {
      differ(name, '', source.tables.includes(name) ? 'the table is missing' : 'the table is on the target only');
      continue;
    }
    const [left, right] = await Promise.all([source.digest(name), target.digest(name)]);
    rows += Math.max(left.rows, right.rows);
    if (left.rows === right.rows && left.digest === right.digest) continue;
    const [before, after] = await Promise.all([source.rows(name), target.rows(name)]);
    const found = mismatches;
    for (const [key, digest] of before) {
      const other = after.get(key);
      if (other === undefined) differ(name, key, 'is missing');
      else if (other !== digest) differ(name, key, 'has another content');
    }
    for (const key of after.keys()) if (!before.has(key)) differ(name, key, 'is on the target only');
    if (mismatches === found) differ(name, '', 'holds other rows under the same keys');
  }
  return { rows, mismatches, sample };
}
