import type { Duration } from 'aws-cdk-lib';
import type { BinlogPosition } from '../../../contract/database';
import type { DataPlane, MovingSteps } from '../../cutover/phases/moving-steps';
import type { RecordSteps } from '../../cutover/weights/record-steps';
import type { ConvertingReplica } from '../converting-replica/converting-replica';
import type { IDatabase } from '../database/database';
import type { AuroraStrategy } from '../migration/strategy';
import type { ReaderStep, ReaderTargets } from '../readers/reader-steps';

/** What every phase of a migration between two databases of the user's is made with. */
export interface DatabaseSteps extends MovingSteps {
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
  /** Tables, as the agent names them, that may be moved to without having been compared. */
  readonly tablesLeftUncompared: readonly string[];
  /** Where green's clone or snapshot was taken, as stated. Absent: RDS tells it, where it matters at all. */
  readonly begin?: BinlogPosition;
  readonly catchUpTimeout: Duration;
}

export const DATABASES: DataPlane = {
  alive: 'mysql.alive',
  clients: 'mysql.connections',
  evict: 'mysql.evict',
  drain: 'mysql.drain',
};
