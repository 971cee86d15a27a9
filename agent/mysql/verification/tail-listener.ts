import { ColumnType } from '../binlog/column-layout';
import type { BinlogListener } from '../binlog/event-reader';
import type { LoggedStatement } from '../binlog/query-event';
import type { RawRow, RawValue } from '../binlog/rows-event';
import type { TableMap } from '../binlog/table-map';
import { type Cascade, isReachedBy } from './cascade';
import { keyText } from './key';
import { keyTextOf } from './raw-key';
import { folded, reachOf, xaStepOf } from './statement-reach';
import { type Table, tableName } from './table';
import { MarkedRows, type RowMarks } from './touched-rows';

/** Formats of before MySQL 5.6, of which MariaDB's log does not tell how long a value is. */
const OLD_TEMPORAL: ReadonlySet<number> = new Set([ColumnType.TIMESTAMP, ColumnType.TIME, ColumnType.DATETIME]);

/** Turns what the binary log says into rows that must be compared again. */
export class TailListener implements BinlogListener {
  /** When a statement came that was logged as text, by `performance.now()`. */
  lastStatementAt: number | undefined;
  /** What the transaction that is being read has changed. */
  private current = new MarkedRows();
  /** Rows of two-phase transactions, which are not to be seen before the commit. By the transaction's id. */
  private readonly prepared = new Map<string, MarkedRows>();

  constructor(
    private tables: ReadonlyMap<string, Table>,
    private readonly touched: RowMarks,
  ) {}

  use(tables: ReadonlyMap<string, Table>): void {
    this.tables = tables;
  }

  wantedColumns(map: TableMap): readonly number[] | undefined {
    const table = this.tableOf(map);
    // Another number of columns: it was altered after it was looked at, and no place can be trusted.
    if (table === undefined || table.columns.length !== map.columns.length) return undefined;
    if (map.columns.some(({ type }) => OLD_TEMPORAL.has(type))) return undefined;
    return wantedOf(table);
  }

  onRows(map: TableMap, rows: readonly RawRow[] | undefined): void {
    const table = this.tableOf(map);
    if (table === undefined) return;
    if (rows === undefined) this.markWhole(table);
    for (const row of rows ?? []) this.markRow(table, map, row);
    for (const cascade of table.cascades) {
      if (rows === undefined || rows.some((row) => isReachedBy(cascade, row, wantedOf(table)))) this.follow(cascade);
    }
  }

  onPrepared(id: string): void {
    this.prepared.set(id, this.current);
  }

  onTransactionEnd(): void {
    this.current = new MarkedRows();
  }

  onStatement(statement: LoggedStatement): void {
    const xa = xaStepOf(statement);
    if (xa === undefined) this.markReached(statement);
    else if (xa.step === 'commit') this.commit(xa.id);
    else if (xa.step === 'rollback') this.prepared.delete(xa.id);
  }

  /** One that was prepared before the log was read from may have changed anything. */
  private commit(id: string): void {
    const rows = this.prepared.get(id);
    this.prepared.delete(id);
    if (rows === undefined) this.markEverything();
    else this.touched.markAll(rows);
  }

  private markReached(statement: LoggedStatement): void {
    const reach = reachOf(statement);
    if (reach === 'nothing') return;
    this.lastStatementAt = performance.now();
    if (reach === 'everything') {
      this.markEverything();
      return;
    }
    const { names, databases } = reach;
    for (const table of this.tables.values()) {
      if (names.has(folded(table.name)) || (databases && names.has(folded(table.schema)))) this.markWhole(table);
    }
  }

  private markEverything(): void {
    for (const table of this.tables.values()) this.markWhole(table);
  }

  private markWhole(table: Table): void {
    this.current.markWhole(tableName(table));
    this.touched.markWhole(tableName(table));
  }

  private markRow(table: Table, map: TableMap, { before, after }: RawRow): void {
    const name = tableName(table);
    for (const values of [before, after]) {
      if (values === undefined) continue;
      const key = this.keyOf(table, map, values);
      if (key === undefined) this.markWhole(table);
      else {
        this.current.mark(name, key);
        this.touched.mark(name, key);
      }
    }
  }

  /** What the engine changes by itself in other tables is in no log, there and onward. */
  private follow({ to }: Cascade, reached = new Set<string>()): void {
    if (reached.has(to)) return;
    reached.add(to);
    const table = this.tables.get(to);
    if (table === undefined) return;
    this.markWhole(table);
    for (const cascade of table.cascades) this.follow(cascade, reached);
  }

  /** A table that is not known was made later: it is compared as a whole. */
  private tableOf({ schema, table }: TableMap): Table | undefined {
    return this.tables.get(tableName({ schema, name: table }));
  }

  private keyOf(table: Table, map: TableMap, values: readonly RawValue[]): string | undefined {
    const wanted = wantedOf(table);
    const texts = table.key?.columns.map((column) => {
      const layout = map.columns[column.place];
      const value = values[wanted.indexOf(column.place)];
      return layout === undefined || value === undefined ? undefined : keyTextOf(column, layout, value);
    });
    if (texts === undefined) return undefined;
    const known = texts.filter((text) => text !== undefined);
    return known.length === texts.length ? keyText(known) : undefined;
  }
}

/** The columns by whose values it is told which rows changed, and what follows from that. */
function wantedOf({ key, cascades }: Table): readonly number[] {
  return [...(key?.columns ?? []).map(({ place }) => place), ...cascades.flatMap(({ places }) => places)];
}
