import type { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IBatchHost } from '../batch-host-interface';
import type { BatchMigrationJob } from './batch-migration-job';
import type { BatchSource } from './batch-source';

/** Properties of a BatchHostMigration. */
export interface BatchHostMigrationProps {
  /** The old server. */
  readonly blue: BatchSource;

  /** The new host, with `gate: BatchGate.CLOSED`: until a job has moved, it does not run there. */
  readonly host: IBatchHost;

  /** The jobs that move. Others of the host do not run before they are listed here, or its gate is open. */
  readonly jobs: BatchMigrationJob[];

  /**
   * Names the migration's state machines and SSM parameters. 1 to 64 letters, digits, '.', '_' and '-'. Changing it in the
   * middle of a migration forgets where each job is.
   *
   * @default - made from the construct's path
   */
  readonly migrationName?: string;

  /**
   * How long a retired job is paused on the old server at the least, before its line is taken off; never less than a cycle
   * of its schedule.
   *
   * @default Duration.days(7)
   */
  readonly pause?: Duration;

  /**
   * Who is told when a job has been sent back, or nobody can tell where it is.
   *
   * @default - the alarms are on the dashboard, and tell nobody
   */
  readonly notify?: ITopic;

  /**
   * What the log groups of executions are encrypted with.
   *
   * @default - CloudWatch Logs encrypts with a key of its own
   */
  readonly logEncryptionKey?: IKey;
}
