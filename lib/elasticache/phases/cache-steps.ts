import type { Duration } from 'aws-cdk-lib';
import type { WeightStep } from '../../cutover/canary';
import type { ClientIngress } from '../../cutover/client-ingress';
import type { Door } from '../../cutover/door';
import type { MigrationSteps } from '../../cutover/migration/steps';
import type { RecordSteps } from '../../cutover/record-steps';
import type { ICache } from '../cache-base';
import type { CacheConsistency } from '../consistency';
import type { BlueEvents } from './blue-events';

/** What every phase of a cache migration is made with. */
export interface CacheSteps extends MigrationSteps {
  readonly record: RecordSteps;
  readonly door: Door;
  readonly clientIngress: ClientIngress;
  readonly events?: BlueEvents;
  readonly consistency: CacheConsistency;
  readonly blue: ICache;
  /** COLD: green gets a rising share by these. */
  readonly weights: readonly WeightStep[];
  readonly copyTimeout: Duration;
  /** FENCED: what is left to copy and compare may take so long. */
  readonly maxFreeze: Duration;
}

/** Arguments of a verb that moves data the way users go. */
export const FORTH = { from: '{% $from.side %}', to: '{% $to.side %}' } as const;

/** Arguments of a verb that moves data back from where users are, or may be. */
export const BACK = { from: '{% $to.side %}', to: '{% $from.side %}' } as const;
