import { bytesOf, type KeyName } from '../../key';

/** Keys of one database to bring over. */
export interface KeyBatch {
  readonly database: number;
  readonly keys: readonly Buffer[];
  /** When the longest-waiting change among them became known, or the scan that came across them began (monotonic). */
  readonly since: number;
  /** Whether the source has announced a change of these keys; a scan comes across changed and unchanged ones. */
  readonly changed: boolean;
}

const MAX_KEYS = 500_000;
const MAX_BYTES = 48 * 1024 * 1024;

/**
 * The keys that are known to have changed and are not being applied yet, in the order in which their changes became
 * known. A key that changes again while it waits keeps its place: its present state is read when its turn comes.
 */
export class DirtyKeys {
  private readonly databases = new Map<number, Map<KeyName, number>>();
  private keys = 0;
  private bytes = 0;

  get size(): number {
    return this.keys;
  }

  /** False when there are more than memory is kept for: the caller must clear the set and scan instead. */
  mark(database: number, key: KeyName, since: number): boolean {
    let waiting = this.databases.get(database);
    if (waiting === undefined) {
      waiting = new Map();
      this.databases.set(database, waiting);
    }
    if (waiting.has(key)) return true;
    // Whole milliseconds: half a million fractions would be objects of their own.
    waiting.set(key, Math.trunc(since));
    this.keys += 1;
    this.bytes += key.length;
    return this.keys <= MAX_KEYS && this.bytes <= MAX_BYTES;
  }

  /** Takes up to `limit` keys out of the database whose oldest change has waited longest. */
  take(limit: number): KeyBatch | undefined {
    let longest: { database: number; waiting: Map<KeyName, number>; since: number } | undefined;
    for (const [database, waiting] of this.databases) {
      const since = first(waiting);
      if (since !== undefined && (longest === undefined || since < longest.since)) {
        longest = { database, waiting, since };
      }
    }
    if (longest === undefined) return undefined;
    const { database, waiting } = longest;
    const keys: Buffer[] = [];
    let since = longest.since;
    for (const [key, at] of waiting) {
      if (keys.length === limit) break;
      keys.push(bytesOf(key));
      since = Math.min(since, at);
      waiting.delete(key);
      this.bytes -= key.length;
    }
    this.keys -= keys.length;
    return { database, keys, since, changed: true };
  }

  oldest(): number | undefined {
    let oldest: number | undefined;
    for (const waiting of this.databases.values()) {
      const since = first(waiting);
      if (since !== undefined && (oldest === undefined || since < oldest)) oldest = since;
    }
    return oldest;
  }

  clear(): void {
    this.databases.clear();
    this.keys = 0;
    this.bytes = 0;
  }
}

function first(waiting: Map<KeyName, number>): number | undefined {
  for (const since of waiting.values()) return since;
  return undefined;
}
