import type { CacheMigration } from '../migration';
import { GREEN_MAY_DIE, type Rehearsable, type SystemOptions } from '../rehearsable';
import type { TestbedOptions } from '../testbed';
import { type ByHand, byHand } from './by-hand';
import { CacheUnderTest } from './cache-under-test';
import type { CachesOptions } from './caches';
import { assertDataset } from './dataset';

export class RehearsableCache implements Rehearsable {
  readonly isPrepared = false;
  readonly assertDataset = assertDataset;

  constructor(private readonly migration: CacheMigration) {}

  /** Without a relay clients do not notice the host's death: `kill-agent` and `replace-host` are all there is to try. */
  get faults(): Rehearsable['faults'] {
    const relays = this.migration.record.relay !== undefined;
    return { 'kill-green': GREEN_MAY_DIE, ...(relays && { 'crash-host': undefined }) };
  }

  get isExclusive(): boolean {
    return this.migration.configuration.consistency === 'FENCED';
  }

  /** At COLD nothing is copied, and nobody was promised anything. */
  get keepsWrites(): boolean {
    return this.migration.configuration.consistency !== 'COLD';
  }

  start(options: SystemOptions): Promise<CacheUnderTest> {
    return CacheUnderTest.start(this.migration, options);
  }

  byHand(options: TestbedOptions & CachesOptions): Promise<ByHand> {
    return byHand(this.migration, options);
  }
}
