import type { Duration } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { AgentWorker } from '../../cutover/agent-worker';
import type { Checks } from '../../cutover/checks';
import type { ClientIngress } from '../../cutover/client-ingress';
import type { Door } from '../../cutover/door';
import type { RecordSteps } from '../../cutover/record-steps';
import type { Workloads } from '../../cutover/workloads';
import type { ICache } from '../cache-base';
import type { CacheConsistency } from '../consistency';
import type { BlueEvents } from './blue-events';

/** What every phase of a cache migration is made with. */
export interface CacheSteps {
  readonly scope: Construct;
  readonly agent: AgentWorker;
  readonly record: RecordSteps;
  readonly door: Door;
  readonly clientIngress: ClientIngress;
  readonly events?: BlueEvents;
  readonly consistency: CacheConsistency;
  readonly blue: ICache;
  readonly alarms: readonly IAlarm[];
  readonly workloads: Workloads;
  readonly checks: Checks;
  /** Where the cutover is announced; undefined where nobody is asked. */
  readonly approval: ITopic | undefined;
  readonly copyTimeout: Duration;
  /** FENCED: what is left to copy and compare may take so long. */
  readonly maxFreeze: Duration;
}

/** Arguments of a verb that moves data the way users go. */
export const FORTH = { from: '{% $from.side %}', to: '{% $to.side %}' } as const;

/** Arguments of a verb that moves data back from where users are, or may be. */
export const BACK = { from: '{% $to.side %}', to: '{% $from.side %}' } as const;
