import type { KeyName } from '../../key';

const MAX_KEYS = 100_000;

/**
 * Which keys are streams: XREADGROUP, XACK and XCLAIM move a consumer group without any event, so that all of them
 * must be looked at again when one of these was called.
 */
export class StreamKeys {
  private readonly databases = new Map<number, Set<KeyName>>();
  size = 0;
  /** Whether every stream of the source has been met: a session that begins without a copy has met none. */
  complete = false;

  /** There are more than memory is kept for; only a scan finds them all. */
  get overflown(): boolean {
    return this.size > MAX_KEYS;
  }

  add(database: number, key: KeyName): void {
    const keys = this.databases.get(database) ?? new Set();
    this.databases.set(database, keys);
    if (this.overflown || keys.has(key)) return;
    keys.add(key);
    this.size += 1;
  }

  /** One that read the same data knows them. */
  learnFrom(other: StreamKeys): void {
    for (const { database, key } of other.all()) this.add(database, key);
    this.complete ||= other.complete && !this.overflown;
  }

  *all(): Generator<{ database: number; key: KeyName }> {
    for (const [database, keys] of this.databases) for (const key of keys) yield { database, key };
  }
}
