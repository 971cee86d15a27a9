import { Bytes } from './bytes';
import { inflateMariadb } from './compressed';

/** A statement that the log carries as text: DDL, and data changes that are not logged by row. */
export interface LoggedStatement {
  /** The default schema when it ran; '' for none. */
  readonly schema: string;
  /** As its client sent it. */
  readonly bytes: Buffer;
  readonly status: StatementStatus;
}

/** How a statement was meant. Absent: the log does not tell. */
export interface StatementStatus {
  /** By its bits. */
  readonly sqlMode?: bigint;
  /** Of the client: the number of a collation of it. */
  readonly charset?: number;
}

/** Of LOAD DATA, which has fields of its own before the statement. */
const LOAD_FIELDS_BYTES = 13;

export function readStatement(body: Buffer, event: 'query' | 'compressed' | 'load'): LoggedStatement {
  const bytes = new Bytes(body, 8);
  const schemaBytes = bytes.uint8();
  bytes.skip(2);
  const statusBytes = bytes.uint(2);
  if (event === 'load') bytes.skip(LOAD_FIELDS_BYTES);
  const status = readStatus(new Bytes(bytes.take(statusBytes)));
  const schema = bytes.text(schemaBytes);
  bytes.skip(1);
  const rest = bytes.rest();
  return { schema, status, bytes: event === 'compressed' ? inflateMariadb(rest) : rest };
}

/** Servers write these first; behind one that is not known here nothing can be read. */
const Status = { FLAGS2: 0, SQL_MODE: 1, CATALOG: 2, AUTO_INCREMENT: 3, CHARSET: 4, CATALOG_WITHOUT_ZERO: 6 } as const;

function readStatus(bytes: Bytes): StatementStatus {
  let status: StatementStatus = {};
  while (bytes.left > 0) {
    switch (bytes.uint8()) {
      case Status.FLAGS2:
      case Status.AUTO_INCREMENT:
        bytes.skip(4);
        break;
      case Status.SQL_MODE:
        status = { ...status, sqlMode: bytes.uint64() };
        break;
      case Status.CATALOG:
        bytes.skip(bytes.uint8() + 1);
        break;
      case Status.CATALOG_WITHOUT_ZERO:
        bytes.skip(bytes.uint8());
        break;
      case Status.CHARSET:
        return { ...status, charset: bytes.uint(2) };
      default:
        return status;
    }
  }
  return status;
}

/** Statements that only bound a transaction change no data. Servers write them themselves. */
export function boundsTransaction(statement: LoggedStatement): boolean {
  return /^\s*((BEGIN|START\s+TRANSACTION|COMMIT|ROLLBACK)\s*$|(SAVEPOINT|RELEASE\s+SAVEPOINT|ROLLBACK\s+TO)\b)/i.test(
    beginningOf(statement),
  );
}

/** Whether nothing of an open transaction is behind a statement, so that reading may resume after it. */
export function endsTransaction(statement: LoggedStatement): boolean {
  return !/^\s*(BEGIN|START\s+TRANSACTION|SAVEPOINT|RELEASE\s+SAVEPOINT|ROLLBACK\s+TO|XA\s+(START|END))\b/i.test(
    beginningOf(statement),
  );
}

function beginningOf({ bytes }: LoggedStatement): string {
  return bytes.toString('latin1', 0, 100);
}
