import { Bytes } from './bytes';
import { inflateMariadb } from './compressed';

/** A statement that the log carries as text: DDL, and data changes that are not logged by row. */
export interface LoggedStatement {
  /** The default schema when it ran; '' for none. */
  readonly schema: string;
  readonly text: string;
}

/** Of LOAD DATA, which has fields of its own before the statement. */
const LOAD_FIELDS_BYTES = 13;

export function readStatement(body: Buffer, event: 'query' | 'compressed' | 'load'): LoggedStatement {
  const bytes = new Bytes(body, 8);
  const schemaBytes = bytes.uint8();
  bytes.skip(2);
  const statusBytes = bytes.uint(2);
  if (event === 'load') bytes.skip(LOAD_FIELDS_BYTES);
  bytes.skip(statusBytes);
  const schema = bytes.text(schemaBytes);
  bytes.skip(1);
  const rest = bytes.rest();
  return { schema, text: (event === 'compressed' ? inflateMariadb(rest) : rest).toString('utf8') };
}

/** Statements that only bound a transaction change no data. */
export function boundsTransaction({ text }: LoggedStatement): boolean {
  return /^\s*(BEGIN|START\s+TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE\s+SAVEPOINT|XA)\b/i.test(text);
}

/** Whether nothing of an open transaction is behind a statement, so that reading may resume after it. */
export function endsTransaction({ text }: LoggedStatement): boolean {
  return !/^\s*(BEGIN|START\s+TRANSACTION|SAVEPOINT|RELEASE\s+SAVEPOINT|ROLLBACK\s+TO|XA\s+(START|END))\b/i.test(text);
}
