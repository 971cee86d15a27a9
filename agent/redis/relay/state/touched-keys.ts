import type { Touched } from '../outcomes';

const MAX_KEYS = 100_000;

/** What clients changed, or may have, without a keyspace event: for the copy to look at again. */
export class TouchedKeys {
  private databases: 'all' | Set<number> = new Set();
  private keys = new Map<number, Set<string>>();
  private overflown = new Set<number>();
  private size = 0;

  key(database: number, key: Buffer): void {
    const keys = this.keys.get(database) ?? new Set();
    this.keys.set(database, keys);
    const name = key.toString('latin1');
    if (keys.has(name)) return;
    if (this.size >= MAX_KEYS) {
      this.overflown.add(database);
      return;
    }
    keys.add(name);
    this.size += 1;
  }

  database(database: number | 'all'): void {
    if (database === 'all') this.databases = 'all';
    else if (this.databases !== 'all') this.databases.add(database);
  }

  /** What was marked since the last call. */
  take(): Touched {
    const { databases, keys, overflown } = this;
    this.databases = new Set();
    this.keys = new Map();
    this.overflown = new Set();
    this.size = 0;
    return {
      databases: databases === 'all' ? 'all' : [...databases],
      keys: new Map(
        [...keys].map(([database, names]) => [database, [...names].map((name) => Buffer.from(name, 'latin1'))]),
      ),
      overflown: [...overflown],
    };
  }
}
