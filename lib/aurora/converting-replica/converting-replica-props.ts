import type {
  Duration,
  aws_ec2 as ec2,
  RemovalPolicy,
  aws_rds as rds,
  Size,
  aws_secretsmanager as secretsmanager,
} from 'aws-cdk-lib';
import type { IDatabase } from '../database/database';
import type { DatabaseInstanceClass } from '../instance-class/instance-class';
import type { DatabaseProcessor } from '../instance-class/instance-class-families';
import type { Conversion } from './conversion';

/** An RDS for MySQL read replica on which tables are converted before Aurora gets them. */
export interface ConvertingReplicaProps {
  /** Where it lives: where its source does, in whose subnets it is. */
  readonly vpc: ec2.IVpc;

  /** The RDS for MySQL instance whose clients come over: what the Aurora cluster behind this one replaces. */
  readonly replaces: IDatabase;

  /**
   * What it replicates from: that instance, or one of its own read replicas, so that it costs the instance nothing. Neither
   * may be a replica of a replica: RDS makes no chain of more than four.
   *
   * @default - the instance in `replaces`
   */
  readonly source?: IDatabase;

  /**
   * What is converted, in this order. `{"action": "prepare"}` does it, days before the cutover.
   *
   * @see Conversion
   */
  readonly conversions: Conversion[];

  /**
   * Its storage: at least what its source has (`AllocatedStorage` of `aws rds describe-db-instances`), and room for the
   * largest table once more, because a table is there twice while it is converted.
   */
  readonly allocatedStorage: Size;

  /**
   * `StorageType.GP3`, `IO1` or `IO2`.
   *
   * @default StorageType.GP3
   */
  readonly storageType?: rds.StorageType;

  /**
   * How many operations a second its storage is provisioned for. It writes each change twice, and must not be what green
   * waits for.
   *
   * @default - 24,000, twice what gp3 has from 400 GiB on; below that, gp3's own 3,000, of which RDS provisions no more.
   * IO1 and IO2 have no default
   */
  readonly iops?: number;

  /**
   * MiB a second, of gp3 from 400 GiB on: 500 to 4,000, and a quarter of `iops` at most.
   *
   * @default - 1,000, or a quarter of `iops` if that is less; below 400 GiB, gp3's own 125
   */
  readonly storageThroughput?: number;

  /**
   * Its class: not smaller than that of the instance in `replaces`.
   *
   * @default - the successor of that class
   */
  readonly instanceClass?: DatabaseInstanceClass;

  /**
   * Whose processor a chosen class has. Not together with `instanceClass`.
   *
   * @default DatabaseProcessor.GRAVITON; INTEL before MySQL 8.0, which runs on no Graviton
   */
  readonly processor?: DatabaseProcessor;

  /**
   * How late it may get while it is converted: from here on it catches up between two conversions. Blue must keep its
   * binary log for longer.
   *
   * @default Duration.hours(1)
   */
  readonly maxLag?: Duration;

  /**
   * Its security groups. Do not give it those of the instance in `replaces`: fencing that one off closes their rules.
   *
   * @default - one of its own, which lets nobody in: the migration opens it for its host and for green
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * `username` and `password` of whom the agent signs in as there, and only there: one who may rebuild tables
   * (docs/databases.md). With blue's secret it is blue's user who must be let, and is on green as well.
   *
   * @default - the secret of the instance in `replaces`
   */
  readonly secret?: secretsmanager.ISecret;

  /**
   * Parameters beside `read_only`, which is 0, and `binlog_format`, which is ROW.
   *
   * @default - the engine's defaults
   */
  readonly parameters?: { [name: string]: string };

  /**
   * How long automatic backups are kept: whole days, 1–35. Without them it writes no binary log, and nothing follows it.
   *
   * @default Duration.days(1)
   */
  readonly backupRetention?: Duration;

  /**
   * When the daily backup may begin, UTC: `05:00-05:30`, half an hour at least.
   *
   * @default - chosen by RDS
   */
  readonly preferredBackupWindow?: string;

  /**
   * When RDS may maintain it, UTC: `sun:23:00-sun:23:30`, half an hour at least.
   *
   * @default - chosen by RDS
   */
  readonly preferredMaintenanceWindow?: string;

  /**
   * Logs that go to CloudWatch Logs: `error`, `slowquery`, `audit`, `general`.
   *
   * @default - `error`
   */
  readonly cloudwatchLogsExports?: string[];

  /**
   * Whether RDS refuses to delete it. `retire` asks for this to be lifted, as for blue.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;

  /**
   * What becomes of it when it leaves the template or is replaced. CloudFormation documents that it may delete a read
   * replica all the same: `deletionProtection` is what keeps it.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}
