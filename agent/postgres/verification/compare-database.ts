import type { Direction } from '../../../contract/common';
import type { NotCovered } from '../../../contract/database';
import { onlyOn, rowDifference } from '../../sql/named-difference';
import type { Report } from '../../verb';
import type { Comparison, Difference, Pair } from './comparison';
import { rowsNotCompared } from './not-compared';
import type { Table } from './table';
import { UnreadableTable } from './unreadable-table';

/** What differs is looked at again up to so many; beyond, the sides are plainly not equal. */
const MAX_SUSPECTS = 100_000;
/** A table that is altered while it is read is looked at as it is then, so often. */
const ATTEMPTS = 3;

const ROW_SECURITY =
  "row level security hides rows from the agent's role. Sign the agent in as a role with BYPASSRLS, or as the table's owner.";

type Tables = Awaited<ReturnType<Comparison['tables']>>;

/** What is found in one database. */
export interface Found {
  /** Rows that were compared, of a chunk. */
  onChunk(rows: number): void;
  onDifference(object: string, difference: string): void;
  /** Differences that are too many to be looked at again. */
  onUncounted(differences: number): void;
  onNotCovered(notCovered: NotCovered): void;
}

/** Compares every row of one database, live. */
export class DatabaseComparison {
  private readonly suspects: Difference[] = [];
  private unreadable = new Map<string, UnreadableTable>();

  constructor(
    private readonly comparison: Comparison,
    private readonly direction: Direction,
    private readonly found: Found,
  ) {}

  async compare({ signal }: Report): Promise<void> {
    const { comparison, found, direction } = this;
    let tables = await comparison.tables();
    for (const name of tables.from.keys()) await this.compareTable(tables, name, false, signal);
    for (let attempt = 2; attempt <= ATTEMPTS && this.unreadable.size > 0; attempt += 1) {
      const before = tables;
      tables = await comparison.tables();
      const names = [...this.unreadable.keys()];
      this.unreadable = new Map();
      // One that is as it was has a key that cannot be written down.
      for (const name of names) await this.compareTable(tables, name, isSame(before, tables, name), signal);
    }
    for (const [one, other, side] of [
      [tables.from, tables.to, direction.from],
      [tables.to, tables.from, direction.to],
    ] as const) {
      for (const [name, { extension }] of one) {
        if (other.has(name)) continue;
        if (extension === undefined) found.onDifference(name, onlyOn(side));
        else
          found.onNotCovered({
            object: name,
            reason: `${onlyOn(side)}, of the extension ${extension}`,
            holdsRows: true,
          });
      }
    }
    for (const one of await rowsNotCompared(comparison.from.session)) found.onNotCovered(one);
    for (const { pair, key, difference } of await this.standing(this.suspects, signal)) {
      found.onDifference(pair.from.name, key === undefined ? difference : rowDifference(key, difference));
    }
    if (this.unreadable.size === 0) return;
    // A table that was dropped on both sides meanwhile has no rows.
    tables = await comparison.tables();
    for (const { table, reason } of this.unreadable.values()) {
      if (tables.from.has(table) || tables.to.has(table))
        found.onNotCovered({ object: table, reason, holdsRows: true });
    }
  }

  private async compareTable(tables: Tables, name: string, keyless: boolean, signal: AbortSignal): Promise<void> {
    const [table, twin] = [tables.from.get(name), tables.to.get(name)];
    // It is among those that one side has, or has gone.
    if (table === undefined || twin === undefined) return;
    if (table.rowSecurity || twin.rowSecurity) {
      this.found.onNotCovered({ object: name, reason: ROW_SECURITY, holdsRows: true });
      return;
    }
    try {
      if (table.extension !== undefined || twin.extension !== undefined) {
        await this.compareOfExtension(table, twin, signal);
        return;
      }
      const pair = pairOf(keyless ? { ...table, key: [] } : table, twin);
      await this.compareRows(pair, signal, this.suspects);
      for (const column of table.columns) this.unpaired(name, column, pair, this.direction.from);
      for (const column of twin.columns) this.unpaired(name, column, pair, this.direction.to);
    } catch (error) {
      if (!(error instanceof UnreadableTable)) throw error;
      this.unreadable.set(name, error);
    }
  }

  private unpaired(table: string, column: string, { columns }: Pair, side: string): void {
    if (!columns.includes(column)) this.found.onDifference(table, `column ${column} ${onlyOn(side)}`);
  }

  /** An extension may keep rows of its own on each side, as well as the applications': whether that is well, people must say. */
  private async compareOfExtension(table: Table, twin: Table, signal: AbortSignal): Promise<void> {
    const suspects: Difference[] = [];
    const same = table.extension === twin.extension;
    if (same) await this.compareRows(pairOf(table, twin), signal, suspects);
    const standing = await this.standing(suspects, signal);
    const columns = [table, twin].map((side) => JSON.stringify([...side.columns].sort()));
    if (same && columns[0] === columns[1] && standing.length === 0) return;
    const reason = same
      ? `is of the extension ${table.extension}, and its columns or rows differ: the extension may keep its own on each side`
      : `is of the extension ${table.extension ?? 'none'} on ${this.direction.from} and ${twin.extension ?? 'none'} on ${this.direction.to}`;
    this.found.onNotCovered({ object: table.name, reason, holdsRows: true });
  }

  private async compareRows(pair: Pair, signal: AbortSignal, suspects: Difference[]): Promise<void> {
    const { from: table } = pair;
    const covered = await this.comparison.table(pair, signal, (rows, differences) => {
      this.found.onChunk(rows);
      const room = MAX_SUSPECTS - suspects.length;
      suspects.push(...differences.slice(0, room));
      this.found.onUncounted(Math.max(0, differences.length - room));
    });
    if (covered === 'compared') return;
    const reason = `no primary key that it could be read by in parts, and ${Math.round(table.bytes / 1024 ** 2)} MiB: more than one statement should read. Give the table a primary key.`;
    this.found.onNotCovered({ object: table.name, reason, holdsRows: true });
  }

  private standing(suspects: readonly Difference[], signal: AbortSignal): Promise<readonly Difference[]> {
    return this.comparison.confirm(suspects, signal, (error) => this.unreadable.set(error.table, error));
  }
}

function pairOf(from: Table, to: Table): Pair {
  return { from, columns: from.columns.filter((column) => to.columns.includes(column)) };
}

function isSame(before: Tables, after: Tables, name: string): boolean {
  const definition = ({ from, to }: Tables) =>
    JSON.stringify([from, to].map((side) => [side.get(name)?.columns, side.get(name)?.key]));
  return definition(before) === definition(after);
}
