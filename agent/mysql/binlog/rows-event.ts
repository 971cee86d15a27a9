import { Bytes, bitAt, bitmapBytes } from './bytes';
import { type ColumnLayout, readValueLength } from './column-layout';
import { inflateMariadb } from './compressed';
import type { RowsEventKind } from './event-type';
import type { TableMap } from './table-map';

/** Servers begin another event after 8 KiB; each row that is read takes many times its smallest size. */
const MAX_ROWS = 2 ** 21;

/** One column's value as it lies in the log. `undefined`: NULL, or not in the image. */
export type RawValue = Buffer | undefined;

/** One changed row: the wanted columns' values before and after. An insert has no before, a delete no after. */
export interface RawRow {
  readonly before?: readonly RawValue[];
  readonly after?: readonly RawValue[];
}

/** The id of the table that a rows event changes; what it means was said by the TABLE_MAP event before. */
export function tableIdOf(body: Buffer): number {
  return body.readUIntLE(0, 6);
}

/**
 * Reads the columns at `wanted` (counted from 0) of every row, and passes over the others. The values share the
 * event's memory.
 */
export function readRows(body: Buffer, kind: RowsEventKind, map: TableMap, wanted: readonly number[]): RawRow[] {
  const head = new Bytes(body, 8);
  if (kind.version === 2) head.skip(head.uint(2) - 2);
  const columns = head.lengthEncoded();
  if (columns !== map.columns.length) {
    throw new RangeError(`an event has rows of ${columns} columns, and its table ${map.columns.length}`);
  }
  const first = presentColumns(head, columns);
  const second = kind.change === 'update' ? presentColumns(head, columns) : first;
  const bytes = kind.compressed ? new Bytes(inflateMariadb(head.rest())) : head;
  const rows: RawRow[] = [];
  while (bytes.left > 0) {
    const { left } = bytes;
    const image = readImage(bytes, map.columns, first, wanted);
    if (kind.change === 'insert') rows.push({ after: image });
    else if (kind.change === 'delete') rows.push({ before: image });
    else
      rows.push({
        before: image,
        after: afterImage(readImage(bytes, map.columns, second, wanted), image, second, wanted),
      });
    if (bytes.left === left) throw new RangeError('an event has rows without an end');
    if (rows.length > MAX_ROWS) throw new RangeError(`an event has more than ${MAX_ROWS} rows`);
  }
  return rows;
}

/** binlog_row_image=MINIMAL leaves out of the after image what did not change. */
function afterImage(
  after: readonly RawValue[],
  before: readonly RawValue[],
  present: readonly boolean[],
  wanted: readonly number[],
): readonly RawValue[] {
  return after.map((value, index) => (present[wanted[index] ?? -1] === true ? value : before[index]));
}

function presentColumns(bytes: Bytes, columns: number): boolean[] {
  const bitmap = bytes.take(bitmapBytes(columns));
  return Array.from({ length: columns }, (_, index) => bitAt(bitmap, index));
}

function readImage(
  bytes: Bytes,
  columns: readonly ColumnLayout[],
  present: readonly boolean[],
  wanted: readonly number[],
): RawValue[] {
  const nulls = bytes.take(bitmapBytes(present.filter(Boolean).length));
  const values = new Array<RawValue>(wanted.length).fill(undefined);
  let place = 0;
  for (const [index, column] of columns.entries()) {
    if (present[index] !== true) continue;
    const isNull = bitAt(nulls, place);
    place += 1;
    if (isNull) continue;
    const value = bytes.take(readValueLength(column, bytes));
    const at = wanted.indexOf(index);
    if (at >= 0) values[at] = value;
  }
  return values;
}
