import type { Duration } from 'aws-cdk-lib';
import type { DataPlane, MovingSteps } from '../../cutover/phases/moving-steps';
import type { ICache } from '../cache/cache-base';
import type { CacheConsistency } from '../migration/consistency';
import type { RelayParts } from '../relay/relay-parts';
import type { BlueEvents } from './blue-events';
import type { ColdSteps } from './cold';

/** What every phase of a cache migration is made with. */
export interface CacheSteps extends MovingSteps, ColdSteps {
  readonly plane: DataPlane;
  readonly events?: BlueEvents;
  readonly consistency: CacheConsistency;
  readonly blue: ICache;
  readonly catchUpTimeout: Duration;
  /** FENCED: what is left to copy and compare may take so long. */
  readonly maxFreeze: Duration;
  /** FENCED: clients are moved through a relay. Absent: by the record alone. */
  readonly relay?: RelayParts;
}

export const CACHES: DataPlane = {
  alive: 'redis.clients',
  clients: 'redis.clients',
  evict: 'redis.evict',
  drain: 'redis.drain',
};
