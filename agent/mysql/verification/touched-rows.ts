/** More rows of a table than this are not remembered one by one: the table is compared as a whole. */
const MAX_KEYS = 500_000;

/** No name of a table has it. */
const SEPARATOR = '\0';

interface TouchedTable {
  /** When each row changed last, the oldest first. */
  readonly keys: Map<string, number>;
  /** When something changed that names no row: DDL, a statement, a table without a key. */
  whole?: number;
}

/** What has changed since it was last found equal. */
export interface TouchedBatch {
  readonly table: string;
  /** Absent: the whole table. */
  readonly keys?: readonly string[];
}

/** Rows, by their tables. */
export class MarkedRows {
  /** Keys of rows; absent: the whole table. */
  readonly tables = new Map<string, Set<string> | undefined>();

  mark(table: string, key: string): void {
    const keys = this.tables.get(table);
    if (keys !== undefined && keys.size < MAX_KEYS) keys.add(key);
    else this.tables.set(table, this.tables.has(table) ? undefined : new Set([key]));
  }

  markWhole(table: string): void {
    this.tables.set(table, undefined);
  }
}

/** Where it is noted down which rows have changed. */
export type RowMarks = Pick<TouchedRows, 'mark' | 'markWhole' | 'markAll'>;

/** The rows that have changed since they were last found equal: what the verification inside a freeze looks at. */
export class TouchedRows {
  /** Every table that anything was changed in since all of it was compared. */
  readonly everChanged = new Set<string>();
  private readonly tables = new Map<string, TouchedTable>();
  private readonly watchers = new Set<Set<string>>();

  /**
   * The same rows, marked as what does not explain a difference: what was changed on the side that follows is not on its
   * way there.
   */
  readonly unexplained: RowMarks = {
    mark: (table, key) => this.remember(table, key),
    markWhole: (table) => this.rememberWhole(table),
    markAll: ({ tables }) => {
      for (const [table, keys] of tables) {
        if (keys === undefined) this.rememberWhole(table);
        else for (const key of keys) this.remember(table, key);
      }
    },
  };

  mark(table: string, key: string): void {
    for (const watcher of this.watchers) watcher.add(table + SEPARATOR + key);
    this.remember(table, key);
  }

  private remember(table: string, key: string): void {
    const touched = this.of(table);
    if (touched.whole !== undefined) return;
    touched.keys.delete(key);
    touched.keys.set(key, performance.now());
    if (touched.keys.size > MAX_KEYS) this.rememberWhole(table);
  }

  markWhole(table: string): void {
    for (const watcher of this.watchers) watcher.add(table);
    this.rememberWhole(table);
  }

  private rememberWhole(table: string): void {
    const touched = this.of(table);
    touched.keys.clear();
    touched.whole = performance.now();
  }

  markAll({ tables }: MarkedRows): void {
    for (const [table, keys] of tables) {
      if (keys === undefined) this.markWhole(table);
      else for (const key of keys) this.mark(table, key);
    }
  }

  /** Tables with anything to compare. */
  get size(): number {
    return this.tables.size;
  }

  /** Takes rows, or a table, that have not changed for `restMs`. Anyone who takes must find them equal or mark them again. */
  take(limit: number, restMs = 0): TouchedBatch | undefined {
    const latest = performance.now() - restMs;
    for (const [table, touched] of this.tables) {
      if (touched.whole !== undefined) {
        if (touched.whole > latest) continue;
        this.tables.delete(table);
        return { table };
      }
      const keys = takeKeys(touched.keys, limit, latest);
      if (keys.length === 0) continue;
      // The others first, next time: one that is written to all the while must not keep them waiting.
      this.tables.delete(table);
      if (touched.keys.size > 0) this.tables.set(table, touched);
      return { table, keys };
    }
    return undefined;
  }

  /** Whether a row, or its whole table, changed while `work` ran. */
  async changedDuring(work: () => Promise<void>): Promise<(table: string, key: string | undefined) => boolean> {
    const watcher = new Set<string>();
    this.watchers.add(watcher);
    try {
      await work();
    } finally {
      this.watchers.delete(watcher);
    }
    const tables = new Set([...watcher].map((entry) => entry.split(SEPARATOR, 1).join('')));
    return (table, key) => {
      if (key === undefined) return tables.has(table);
      return watcher.has(table) || watcher.has(table + SEPARATOR + key);
    };
  }

  private of(table: string): TouchedTable {
    const touched = this.tables.get(table) ?? { keys: new Map<string, number>() };
    this.tables.set(table, touched);
    this.everChanged.add(table);
    return touched;
  }
}

function takeKeys(keys: Map<string, number>, limit: number, latest: number): string[] {
  const taken: string[] = [];
  for (const [key, changed] of keys) {
    if (taken.length >= limit || changed > latest) break;
    taken.push(key);
    keys.delete(key);
  }
  return taken;
}
