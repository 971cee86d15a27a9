import type { Duration } from 'aws-cdk-lib';
import type { BinlogPosition } from '../../../contract/database';
import type { ClientIngress } from '../../cutover/client-ingress';
import type { Door } from '../../cutover/door';
import type { MigrationSteps } from '../../cutover/migration/steps';
import type { RecordSteps } from '../../cutover/record-steps';
import type { ConvertingReplica } from '../converting-replica';
import type { IDatabase } from '../database';
import type { ReaderStep, ReaderTargets } from '../reader-steps';
import type { AuroraStrategy } from '../strategy';

/** What every phase of a migration between two databases of the user's is made with. */
export interface DatabaseSteps extends MigrationSteps {
  readonly strategy: AuroraStrategy;
  readonly blue: IDatabase;
  readonly green: IDatabase;
  /** The replica between the two, on which tables are converted. Absent: green follows blue itself. */
  readonly converting?: ConvertingReplica;
  /** The writer's record; the readers' moves along with it. */
  readonly record: RecordSteps;
  /** The readers' record alone. */
  readonly readers?: RecordSteps;
  readonly readerWeights: readonly ReaderStep[];
  /** Where readers are led, and were. */
  readonly targets: ReaderTargets;
  readonly door: Door;
  readonly clientIngress: ClientIngress;
  /** Tables, as the agent names them, that may be moved to without having been compared. */
  readonly tablesLeftUncompared: readonly string[];
  /** Where green's clone or snapshot was taken, as stated. Absent: RDS tells it, where it matters at all. */
  readonly begin?: BinlogPosition;
  readonly catchUpTimeout: Duration;
}

/** Arguments of a verb that moves data the way users go. */
export const FORTH = { from: '{% $from.side %}', to: '{% $to.side %}' } as const;

/** Arguments of a verb that moves data back from where users are, or may be. */
export const BACK = { from: '{% $to.side %}', to: '{% $from.side %}' } as const;

/** Argument of a verb that concerns one side. */
export function of(side: '$from' | '$to') {
  return { side: `{% ${side}.side %}` } as const;
}
