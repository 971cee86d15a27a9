import type { CacheMigration } from '../migration';
import { type ActOptions, GREEN_MAY_DIE, type Rehearsable } from '../rehearsable';
import type { SceneOptions } from '../scene';
import { type ByHand, byHand } from './by-hand';
import { CacheAct } from './cache-act';
import type { CachesOptions } from './caches';
import { assertDataset } from './dataset';

export class RehearsableCache implements Rehearsable {
  readonly isPrepared = false;
  readonly faults = { 'kill-green': GREEN_MAY_DIE };
  readonly assertDataset = assertDataset;

  constructor(private readonly migration: CacheMigration) {}

  get isExclusive(): boolean {
    return this.migration.configuration.consistency === 'FENCED';
  }

  /** At COLD nothing is copied, and nobody was promised anything. */
  get keepsWrites(): boolean {
    return this.migration.configuration.consistency !== 'COLD';
  }

  start(options: ActOptions): Promise<CacheAct> {
    return CacheAct.start(this.migration, options);
  }

  byHand(options: SceneOptions & CachesOptions): Promise<ByHand> {
    return byHand(this.migration, options);
  }
}
