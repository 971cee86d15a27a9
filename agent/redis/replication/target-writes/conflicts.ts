import { type KeyName, keyHash } from '../../key';

const SAMPLE = 20;

/**
 * LIVE: the keys that were written on both sides while both were open: of each, one write is gone. Of one overlap, whichever
 * way is followed: where that is turned the count goes on, so that the last drain tells of all of them.
 */
export class Conflicts {
  private readonly databases = new Map<number, Set<KeyName>>();
  private readonly hashes: string[] = [];
  count = 0;

  add(database: number, name: KeyName, key: Buffer): void {
    const names = this.databases.get(database) ?? new Set();
    if (names.has(name)) return;
    this.databases.set(database, names.add(name));
    this.count += 1;
    if (this.hashes.length < SAMPLE) this.hashes.push(keyHash(key));
  }

  /** How results name some of the keys. */
  sample(): readonly string[] {
    return this.hashes;
  }
}
