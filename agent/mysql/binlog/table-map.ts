import { Bytes } from './bytes';
import { type ColumnLayout, readMetadata } from './column-layout';

/** A TABLE_MAP event: which table the rows after it belong to, and how they lie. */
export interface TableMap {
  readonly tableId: number;
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly ColumnLayout[];
}

export function readTableMap(body: Buffer): TableMap {
  const bytes = new Bytes(body);
  const tableId = bytes.uint(6);
  bytes.skip(2);
  const schema = readName(bytes);
  const table = readName(bytes);
  const types = bytes.take(bytes.lengthEncoded());
  const metadata = new Bytes(bytes.take(bytes.lengthEncoded()));
  const columns = [...types].map((type) => ({ type, metadata: readMetadata(type, metadata) }));
  return { tableId, schema, table, columns };
}

function readName(bytes: Bytes): string {
  const name = bytes.text(bytes.uint8());
  // Ends with a zero besides having a length.
  bytes.skip(1);
  return name;
}
