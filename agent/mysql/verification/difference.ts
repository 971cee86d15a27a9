import { type Named, rowDifference } from '../../sql/named-difference';
import { type Table, tableName } from './table';

/** Something that is not the same on both sides. */
export interface Difference {
  readonly table: Table;
  /** The row's key. Absent: the table as a whole. */
  readonly key?: string;
  readonly difference: string;
}

export function named({ table, key, difference }: Difference): Named {
  const object = tableName(table);
  if (key === undefined) return { object, difference };
  return { object, difference: rowDifference(key, difference) };
}
