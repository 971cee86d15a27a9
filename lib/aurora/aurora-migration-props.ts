import type { Duration } from 'aws-cdk-lib';
import type { IAlarm, IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { ICheck } from '../cutover/check';
import type { CutoverRecordOptions } from '../cutover/cutover-record';
import type { MigrationHostOptions } from '../cutover/migration-host';
import type { IWorkload } from '../cutover/workload';
import type { ConvertingReplica } from './converting-replica';
import type { IDatabase } from './database';
import type { ReaderTarget, ReaderWeightStep } from './reader-target';
import type { AuroraStrategy } from './strategy';

/** A query of your own that must work on green's full data, and answer as blue does. */
export interface SmokeQueryProps {
  /** Names it in findings. Unique in the migration. */
  readonly name: string;

  /**
   * One statement that reads. State an order where rows have none: they are compared. On PostgreSQL every name carries its
   * schema, e.g. `public.accounts`: the agent has no search path, so that nobody can put a name before yours.
   */
  readonly sql: string;

  /** The schema (MySQL) or database (PostgreSQL) that it runs in. */
  readonly database: string;
}

/** Properties of an AuroraMigration. */
export interface AuroraMigrationProps {
  /** The VPC that reaches both databases. */
  readonly vpc: IVpc;

  /** The database that users are on. */
  readonly blue: IDatabase;

  /**
   * The database that they are moved to.
   *
   * @default - none with AuroraStrategy.managedBlueGreen, where RDS makes it. With `converting`, green is still to be made
   * of that one: until it is, `prepare` and `recover` are all that can be started. Needed with any other strategy
   */
  readonly green?: IDatabase;

  /**
   * The replica between the two, on which `{"action": "prepare"}` converts tables before the cutover. With
   * AuroraStrategy.promoteReplica only.
   *
   * @default - the `source` of green, where green is an AuroraReplicaCluster that has one; else green follows blue itself
   */
  readonly converting?: ConvertingReplica;

  /**
   * How long one execution of `{"action": "prepare"}` may take. What is not converted by then is stopped; the next one
   * goes on.
   *
   * @default Duration.days(3)
   */
  readonly prepareTimeout?: Duration;

  /** How green comes to hold blue's data, and to be written to. */
  readonly strategy: AuroraStrategy;

  /**
   * The record that those who write resolve.
   *
   * @default - none with AuroraStrategy.managedBlueGreen, where RDS gives green blue's endpoints, and while there is no green
   * yet; needed with any other strategy
   */
  readonly record?: CutoverRecordOptions;

  /**
   * The record that those who only read resolve. In the same zone as `record`, for both are changed in one batch.
   *
   * @default - readers resolve what writers do
   */
  readonly readerRecord?: CutoverRecordOptions;

  /**
   * Where blue's readers are led, and are now: what the readers' record leads to before the migration. Needs
   * `readerRecord`. Not with AuroraStrategy.managedBlueGreen.
   *
   * @default ReaderTarget.readers()
   */
  readonly blueReaderTarget?: ReaderTarget;

  /**
   * Where green's readers are led once they have all moved. Needs `readerRecord`. Not with
   * AuroraStrategy.managedBlueGreen.
   *
   * @default ReaderTarget.readers()
   */
  readonly greenReaderTarget?: ReaderTarget;

  /**
   * Steps by which green gets a rising share of the readers before the switch, e.g. 2 → 10 → 50 → 100 %, and to how much
   * of green it is led: one instance → a custom endpoint → all readers. In the last of them green may have all. Needs
   * `readerRecord`.
   *
   * @default - readers move with the switch
   */
  readonly readerWeights?: ReaderWeightStep[];

  /**
   * Queries that are tried on green before anybody is sent there, and compared with blue.
   *
   * @default - none
   */
  readonly smokeQueries?: SmokeQueryProps[];

  /**
   * JSON with `username` and `password` of the user that replication between the two signs in as: REPLICATION SLAVE and
   * nothing more. With AuroraStrategy.managedBlueGreen it is the way back that uses it; not with PostgreSQL, which has none.
   *
   * @default - the secret of the side that is followed, with a warning: its password goes into the other side's settings
   */
  readonly replicationSecret?: ISecret;

  /**
   * Names the migration's SSM parameters. 1 to 64 letters, digits, '.', '_' and '-'. Changing it in the middle of a
   * migration forgets what is to be put back.
   *
   * @default - made from the construct's path
   */
  readonly migrationName?: string;

  /**
   * What must stop for the switch, and be put back. Whoever is not listed meets a closed door for as long as it takes.
   *
   * @default - nothing is stopped
   */
  readonly workloads?: IWorkload[];

  /**
   * Clients that may enter blue and are not to reach green: sources of blue's ingress rules, each the id of a security
   * group (`sg-…`), the id of a prefix list (`pl-…`) or a CIDR, as the rule has it. Everybody else who may enter blue
   * and not green is an error of the preflight.
   *
   * @default - none: whoever may enter blue may enter green
   */
  readonly clientsLeftBehind?: string[];

  /**
   * Tables that users may be moved to although their rows could not be compared, each as the comparison names it, e.g.
   * `shop.archive`. Any other that it could not compare ends the migration (NotCompared), as one that differs does.
   *
   * @default - none: every table is compared
   */
  readonly tablesLeftUncompared?: string[];

  /**
   * What must be well after the switch, asked in the order listed: behind closed doors, or once users are in. One that fails
   * sends users back, as an alarm does. All that need no person are asked of blue first, in the preflight, and one that
   * fails there ends it. Up to 40.
   *
   * @default - nothing is asked: alarms alone tell
   */
  readonly checks?: ICheck[];

  /**
   * Alarms that must be quiet before, that end the canary, and that send users back when they go off during the watch;
   * composite ones too. At most 100. One that is not there is an error of the preflight. One that is deleted later ends
   * the canary, and leaves the watch Unwatched: it sends nobody back, and the others are watched on.
   *
   * @default - none are watched
   */
  readonly alarms?: IAlarm[];

  /**
   * Where to announce that all is ready, and that blue is about to be deleted. The execution then waits for
   * `cutover approve`. Without a topic, whoever may start an execution may also delete blue. A topic that is encrypted
   * with a customer managed key must say so: one that is imported, by `Topic.fromTopicAttributes` with its `keyArn`.
   *
   * @default - nobody is asked
   */
  readonly approval?: ITopic;

  /**
   * How long an answer is waited for; without one, everything is put back, and nothing deleted.
   *
   * @default Duration.hours(24)
   */
  readonly approvalTimeout?: Duration;

  /**
   * How long the alarms are watched after the switch.
   *
   * @default Duration.hours(1)
   */
  readonly watch?: Duration;

  /**
   * How long green may take to catch up, and the full comparison to end.
   *
   * @default Duration.hours(24)
   */
  readonly catchUpTimeout?: Duration;

  /**
   * What happens when one of the migration's own alarms goes off: the lag, the heartbeat, the following, an execution
   * that was aborted, timed out or failed. E.g. `new SnsAction(topic)` of aws-cdk-lib/aws-cloudwatch-actions; the key of
   * an encrypted topic must let cloudwatch.amazonaws.com use it.
   *
   * @default - they are on the dashboard, and tell nobody
   */
  readonly alarmActions?: IAlarmAction[];

  /**
   * What the migration's log groups are encrypted with: of sessions, the agent, executions, and the functions that deploy
   * the record. The policy of a key of the app is told to let CloudWatch Logs use it; that of an imported one must do so
   * already, or the deploy fails.
   *
   * @default - CloudWatch Logs encrypts with a key of its own
   */
  readonly logEncryptionKey?: IKey;

  /**
   * The host that the agent runs on.
   *
   * @default - c7g.large, latest Amazon Linux 2023, private subnets
   */
  readonly host?: MigrationHostOptions;
}
