import { createHash } from 'node:crypto';
import type { Side } from '../../contract';
import type { DatabaseVerifyResult } from '../../database-contract';
import { type Table, tableName } from './table';

/** Something that is not the same on both sides. */
export interface Difference {
  readonly table: Table;
  /** The row's key. Absent: the table as a whole. */
  readonly key?: string;
  readonly difference: string;
}

export type Named = DatabaseVerifyResult['sample'][number];

/** How many differences are named; the rest are counted. */
export const SAMPLE = 20;

/** Which rows differ can be found out by whoever may read them: a key's digest is shown, never a value. */
export function named({ table, key, difference }: Difference): Named {
  const object = tableName(table);
  if (key === undefined) return { object, difference };
  return { object, difference: `row ${createHash('sha256').update(key).digest('hex').slice(0, 12)} ${difference}` };
}

export function onlyOn(side: Side): string {
  return `only on ${side}`;
}
