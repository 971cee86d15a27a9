import type { MemcachedMigration } from '../migration';
import { GREEN_MAY_DIE, type Rehearsable, type SystemOptions } from '../rehearsable';
import { MemcachedUnderTest } from './memcached-under-test';

export class RehearsableMemcached implements Rehearsable {
  readonly isExclusive = false;
  /** Nothing is copied, and nobody was promised anything. */
  readonly keepsWrites = false;
  readonly isPrepared = false;
  readonly faults = { 'kill-green': GREEN_MAY_DIE };

  constructor(private readonly migration: MemcachedMigration) {}

  assertDataset(file: string): void {
    throw new Error(`--dataset: got ${file}; Memcached starts empty and reads no file. Leave it out.`);
  }

  start(options: SystemOptions): Promise<MemcachedUnderTest> {
    return MemcachedUnderTest.start(this.migration, options);
  }
}
