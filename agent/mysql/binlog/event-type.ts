/**
 * The binary log's events that matter here, by the number in their header: MySQL's `Log_event_type` and, from 160 on,
 * MariaDB's own.
 */
export const EventType = {
  QUERY: 2,
  ROTATE: 4,
  FORMAT_DESCRIPTION: 15,
  XID: 16,
  EXECUTE_LOAD_QUERY: 18,
  TABLE_MAP: 19,
  INCIDENT: 26,
  HEARTBEAT: 27,
  XA_PREPARE: 38,
  PARTIAL_UPDATE_ROWS: 39,
  TRANSACTION_PAYLOAD: 40,
  HEARTBEAT_V2: 41,
  MARIADB_QUERY_COMPRESSED: 165,
} as const;

/**
 * Events that change nothing by themselves: they describe the file, the transaction or the stream, or belong to a statement
 * that comes after them.
 */
export const withoutChanges: ReadonlySet<number> = new Set([
  ...[EventType.FORMAT_DESCRIPTION, EventType.HEARTBEAT, EventType.HEARTBEAT_V2],
  // START_V3, STOP; INTVAR, RAND, USER_VAR; APPEND_BLOCK, DELETE_FILE, BEGIN_LOAD_QUERY, of LOAD DATA.
  ...[1, 3, 5, 13, 14, 9, 11, 17],
  // MySQL: IGNORABLE, ROWS_QUERY; GTID, ANONYMOUS_GTID, PREVIOUS_GTIDS, GTID_TAGGED; TRANSACTION_CONTEXT, VIEW_CHANGE.
  ...[28, 29, 33, 34, 35, 42, 36, 37],
  // MariaDB: ANNOTATE_ROWS, BINLOG_CHECKPOINT, GTID, GTID_LIST, START_ENCRYPTION.
  ...[160, 161, 162, 163, 164],
]);

export interface RowsEventKind {
  readonly change: 'insert' | 'update' | 'delete';
  /** Version 2 has a field of extra data before the rows. */
  readonly version: 1 | 2;
  /** MariaDB, log_bin_compress=ON. */
  readonly compressed: boolean;
}

const changes = ['insert', 'update', 'delete'] as const;

/** Number of the `insert` event of each family; `update` and `delete` follow it. */
const families: readonly (readonly [number, Omit<RowsEventKind, 'change'>])[] = [
  [23, { version: 1, compressed: false }],
  [30, { version: 2, compressed: false }],
  [166, { version: 1, compressed: true }],
  [169, { version: 2, compressed: true }],
];

const rowsEvents = new Map<number, RowsEventKind>(
  families.flatMap(([first, family]) =>
    changes.map((change, index): [number, RowsEventKind] => [first + index, { change, ...family }]),
  ),
);

/** What kind of rows event a number stands for; `undefined` for every other event. */
export function rowsEventOf(type: number): RowsEventKind | undefined {
  return rowsEvents.get(type);
}
