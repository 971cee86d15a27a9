import type { BinlogListener } from '../binlog/event-reader';
import type { LoggedStatement } from '../binlog/query-event';
import type { RawRow, RawValue } from '../binlog/rows-event';
import type { TableMap } from '../binlog/table-map';
import { keyText } from './key';
import { keyTextOf } from './raw-key';
import { type Table, tableName } from './table';
import type { TouchedRows } from './touched-rows';

/** Accounts, and what is stored as text: no table's rows or columns. */
const changesNoRows =
  /^\s*(GRANT|REVOKE|FLUSH|ANALYZE|OPTIMIZE|SET|(CREATE|ALTER|DROP)\s+(OR\s+REPLACE\s+)?((ALGORITHM|DEFINER)\s*=\s*\S+\s+|SQL\s+SECURITY\s+\w+\s+)*(USER|ROLE|VIEW|TRIGGER|PROCEDURE|FUNCTION|EVENT|DATABASE\s+IF\s+NOT\s+EXISTS))\b/i;

/** Turns what the binary log says into rows that must be compared again. */
export class TailListener implements BinlogListener {
  /** When a statement came that was logged as text, by `performance.now()`. */
  lastStatementAt: number | undefined;

  constructor(
    private tables: ReadonlyMap<string, Table>,
    private readonly touched: TouchedRows,
  ) {}

  use(tables: ReadonlyMap<string, Table>): void {
    this.tables = tables;
  }

  wantedColumns(map: TableMap): readonly number[] | undefined {
    const table = this.tableOf(map);
    // Another number of columns: it was altered after it was looked at, and no place can be trusted.
    if (table?.key === undefined || table.columns.length !== map.columns.length) return undefined;
    return table.key.columns.map(({ place }) => place);
  }

  onRows(map: TableMap, rows: readonly RawRow[] | undefined): void {
    const table = this.tableOf(map);
    if (table === undefined) return;
    const name = tableName(table);
    for (const { before, after } of rows ?? [{}]) {
      const keys = [before, after].filter((values) => values !== undefined);
      const texts = keys.map((values) => this.keyOf(table, map, values));
      if (texts.length === 0 || texts.includes(undefined)) {
        this.touched.markWhole(name);
        return;
      }
      for (const text of texts) if (text !== undefined) this.touched.mark(name, text);
    }
  }

  /** Whatever table it names, it may have changed all of. Too many are found rather than too few. */
  onStatement({ text }: LoggedStatement): void {
    if (changesNoRows.test(text)) return;
    this.lastStatementAt = performance.now();
    const words = new Set(text.toLowerCase().match(/[^\s`"'.,;()=]+/g) ?? []);
    for (const [name, table] of this.tables) {
      if (words.has(table.name.toLowerCase()) || text.toLowerCase().includes(`\`${table.name.toLowerCase()}\``)) {
        this.touched.markWhole(name);
      }
    }
  }

  /** A table that is not known was made later: it is compared as a whole. */
  private tableOf({ schema, table }: TableMap): Table | undefined {
    return this.tables.get(tableName({ schema, name: table }));
  }

  private keyOf({ key }: Table, map: TableMap, values: readonly RawValue[]): string | undefined {
    if (key === undefined) return undefined;
    const texts = key.columns.map((column, index) => {
      const layout = map.columns[column.place];
      const value = values[index];
      return layout === undefined || value === undefined ? undefined : keyTextOf(column, layout, value);
    });
    const known = texts.filter((text) => text !== undefined);
    return known.length === texts.length ? keyText(known) : undefined;
  }
}
