import type { BinlogPosition } from '../../../contract/database';
import { EventType, type RowsEventKind, rowsEventOf, withoutChanges } from './event-type';
import { readPrepared } from './prepared-event';
import { boundsTransaction, endsTransaction, type LoggedStatement, readStatement } from './query-event';
import { type RawRow, readRows, tableIdOf } from './rows-event';
import { readTableMap, type TableMap } from './table-map';

/** They describe the file or the stream, and are nobody's. */
const ofTheStream: ReadonlySet<number> = new Set([
  EventType.FORMAT_DESCRIPTION,
  EventType.HEARTBEAT,
  EventType.HEARTBEAT_V2,
]);

const HEADER_BYTES = 19;
const CHECKSUM_BYTES = 4;
const BEYOND = 2 ** 32;

/** What every event says of itself. */
export interface EventHeader {
  /** When its server made it: seconds of the epoch. */
  readonly seconds: number;
  /** Of the server that made it, which a replica writes into its own log. */
  readonly serverId: number;
}

export interface BinlogListener {
  /** Of each event that stands in the log and is of a change or its transaction, before what is in it. */
  onHeader?(header: EventHeader): void;
  /** Whether what an event changes is passed over, readable or not. @default - no event's */
  ignores?(header: EventHeader): boolean;
  /** Which columns' values are wanted of a table's rows, counted from 0. `undefined`: none. */
  wantedColumns(map: TableMap): readonly number[] | undefined;
  /** Rows changed. Without values where no columns were wanted. */
  onRows(map: TableMap, rows: readonly RawRow[] | undefined): void;
  /** Something changed that is not logged by row; or rows of a two-phase transaction did, that were logged before (XA). */
  onStatement(statement: LoggedStatement): void;
  /** What was logged since the last transaction is not to be seen before `XA COMMIT` with this id. */
  onPrepared(id: string): void;
  /** What was logged since the last one was one transaction. */
  onTransactionEnd(): void;
}

/** Turns the events of a binary log into what changed. Throws on an event that it cannot read: nothing is passed over. */
export class EventReader {
  private readonly tables = new Map<number, TableMap>();
  private reached: BinlogPosition;
  private resumable: BinlogPosition;
  /** Of every event, as the description at the beginning of each file says. */
  private checksumBytes = 0;

  constructor(
    from: BinlogPosition,
    private readonly listener: BinlogListener,
  ) {
    this.reached = from;
    this.resumable = from;
  }

  /** Everything before it has been read. */
  get position(): BinlogPosition {
    return this.reached;
  }

  /** The last position at which no transaction is open: rows cannot be read from the middle of one. */
  get resumePosition(): BinlogPosition {
    return this.resumable;
  }

  /** @param event header included */
  read(event: Buffer): void {
    const type = event.readUInt8(4);
    const end = this.endOf(event);
    if (type === EventType.FORMAT_DESCRIPTION) {
      // Its last bytes are the algorithm, 0 for none, and always a checksum.
      this.checksumBytes = event[event.length - CHECKSUM_BYTES - 1] === 0 ? 0 : CHECKSUM_BYTES;
    }
    const body = event.subarray(HEADER_BYTES, event.length - this.checksumBytes);
    if (type === EventType.ROTATE) {
      this.rotate(body);
      return;
    }
    const header = { seconds: event.readUInt32LE(0), serverId: event.readUInt32LE(5) };
    if (end >= this.reached.position && !ofTheStream.has(type)) this.listener.onHeader?.(header);
    const ignored = this.listener.ignores?.(header) === true;
    const boundary = ignored ? this.passOver(type, body) : this.handle(type, body);
    // Events that the server makes up for the stream stand nowhere in the log.
    if (end === 0 || end < this.reached.position) return;
    this.reached = { file: this.reached.file, position: end };
    if (boundary) {
      this.resumable = this.reached;
      this.listener.onTransactionEnd();
    }
  }

  /** Of a log that a large transaction has made longer than 4 GiB an event tells the lower 32 bits of where it ends. */
  private endOf(event: Buffer): number {
    const low = event.readUInt32LE(13);
    const next = this.reached.position + event.length;
    return next >= BEYOND && next % BEYOND === low ? next : low;
  }

  private rotate(body: Buffer): void {
    const file = body.subarray(8).toString('utf8');
    // Made up when a stream begins, before it is known whether it has a checksum: it says what is known already.
    if (file.startsWith(this.reached.file)) return;
    this.reached = { file, position: Number(body.readBigUInt64LE(0)) };
    this.resumable = this.reached;
  }

  /** Tells whether no transaction is open behind the event. */
  private handle(type: number, body: Buffer): boolean {
    const kind = rowsEventOf(type);
    if (kind !== undefined) return this.rows(kind, body);
    switch (type) {
      case EventType.TABLE_MAP:
        return this.tableMap(body);
      case EventType.XA_PREPARE:
        return this.prepared(body);
      case EventType.XID:
        // A table may have another number from here on.
        this.tables.clear();
        return true;
      case EventType.QUERY:
        return this.statement(readStatement(body, 'query'));
      case EventType.MARIADB_QUERY_COMPRESSED:
        return this.statement(readStatement(body, 'compressed'));
      case EventType.EXECUTE_LOAD_QUERY:
        return this.statement(readStatement(body, 'load'));
      case EventType.TRANSACTION_PAYLOAD:
        throw new RangeError(
          'its transactions are compressed (binlog_transaction_compression=ON), which is not read here',
        );
      case EventType.PARTIAL_UPDATE_ROWS:
        throw new RangeError(
          'it logs parts of JSON values (binlog_row_value_options=PARTIAL_JSON), which is not read here',
        );
      case EventType.INCIDENT:
        throw new RangeError('its server could not log everything (an incident event)');
      default:
        if (!withoutChanges.has(type)) throw new RangeError(`it has events of type ${type}, which are not known here`);
        return false;
    }
  }

  /** The same of an event whose changes nobody asks for. */
  private passOver(type: number, body: Buffer): boolean {
    if (rowsEventOf(type) !== undefined) return false;
    switch (type) {
      case EventType.TABLE_MAP:
      case EventType.PARTIAL_UPDATE_ROWS:
        return false;
      case EventType.TRANSACTION_PAYLOAD:
      case EventType.XA_PREPARE:
        this.tables.clear();
        return true;
      case EventType.QUERY:
        return endsTransaction(readStatement(body, 'query'));
      case EventType.MARIADB_QUERY_COMPRESSED:
        return endsTransaction(readStatement(body, 'compressed'));
      case EventType.EXECUTE_LOAD_QUERY:
        return endsTransaction(readStatement(body, 'load'));
      default:
        return this.handle(type, body);
    }
  }

  private prepared(body: Buffer): true {
    const { id, onePhase } = readPrepared(body);
    if (!onePhase) this.listener.onPrepared(id);
    this.tables.clear();
    return true;
  }

  private tableMap(body: Buffer): false {
    const map = readTableMap(body);
    this.tables.set(map.tableId, map);
    return false;
  }

  private rows(kind: RowsEventKind, body: Buffer): false {
    const map = this.tables.get(tableIdOf(body));
    // The end of a statement without rows carries a number that belongs to no table.
    if (map === undefined) return false;
    const wanted = this.listener.wantedColumns(map);
    this.listener.onRows(map, wanted === undefined ? undefined : readRows(body, kind, map, wanted));
    return false;
  }

  private statement(statement: LoggedStatement): boolean {
    if (!boundsTransaction(statement)) this.listener.onStatement(statement);
    return endsTransaction(statement);
  }
}
