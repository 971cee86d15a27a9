import type { Duration } from 'aws-cdk-lib';
import type { IMachineImage, InstanceType, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { BatchJob } from './batch-job';

/** A user of a batch host. */
export interface BatchUser {
  /** Lower case letters, digits, `-` and `_`, up to 32. One that a package makes is taken as it is. */
  readonly name: string;

  /**
   * The user's number, where files on a shared disk are of it. 1000 or more.
   *
   * @default - the next free one
   */
  readonly uid?: number;

  /**
   * Groups that the user is in beside the one of its own name. Those that are missing are made.
   *
   * @default - none
   */
  readonly groups?: string[];
}

/** Whether a host runs a job of which nothing was decided on it before. What was decided of a job stays, whatever is stated here. */
export enum BatchGate {
  /** It runs. */
  OPEN = 'open',
  /** It does not run before a BatchHostMigration has moved it here. */
  CLOSED = 'closed',
  /** It does not run by its schedule; `cutover-batch run JOB --now` on the host runs it. For a twin that jobs are tried on. */
  BY_HAND = 'byHand',
}

/** A log file beside those of the jobs. */
export interface BatchLogFile {
  /** Its path; `*` stands for a part of a name, as the CloudWatch agent reads it. */
  readonly path: string;

  /**
   * Where its lines go.
   *
   * @default - a log group of its own, kept as long as those of the jobs
   */
  readonly logGroup?: ILogGroup;
}

/** Properties of a BatchHost. */
export interface BatchHostProps {
  /** Where the host stands. */
  readonly vpc: IVpc;

  /** What it runs. Up to about 250 jobs: each has a log group. */
  readonly jobs: BatchJob[];

  /**
   * Whether a job runs that the host has never seen. `CLOSED` for jobs that a BatchHostMigration moves from another server,
   * until all have moved: else a job would run on both.
   *
   * @default BatchGate.OPEN
   */
  readonly gate?: BatchGate;

  /**
   * A folder of your repository: scripts and what they need. Each deploy brings it to the host, and a run that goes on keeps
   * the one that it began with.
   *
   * @default - none
   */
  readonly files?: string;

  /**
   * The host's name in metrics, alarms and in the name of its parameter. 1 to 64 letters, digits, `.`, `_` and `-`.
   *
   * @default - made from the construct's path
   */
  readonly hostName?: string;

  /**
   * The time zone of the host, by which cron goes, e.g. `Europe/Berlin`.
   *
   * @default UTC
   */
  readonly timeZone?: string;

  /**
   * Size of the host. A change of it restarts the host, and cuts runs. A run takes 60 MB beside what the job takes.
   *
   * @default - t4g.medium (2 vCPU, 4 GiB)
   */
  readonly instanceType?: InstanceType;

  /**
   * The image that the host is made of: Amazon Linux 2023, or another with `dnf`, Systems Manager's agent, the AWS CLI and
   * the packages nodejs24, cronie and amazon-cloudwatch-agent. It must be one that stays: another image is another host.
   *
   * @default - the newest Amazon Linux 2023 of the day that the host is made, for good
   */
  readonly machineImage?: IMachineImage;

  /**
   * Where the host stands. It needs ways to Systems Manager, Secrets Manager, CloudWatch Logs, S3 and to the packages.
   *
   * @default - the first of the private subnets with egress; with `elasticIp`, of the public ones
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * Gives the host an address of its own that stays, for partners who let in only known ones. It stands in a public subnet
   * then, and nothing is let in all the same. Where the VPC's NAT gateway has such an address, that does as well.
   *
   * @default false
   */
  readonly elasticIp?: boolean;

  /**
   * Size of the disk in GiB. A change makes the disk larger, not its file system.
   *
   * @default 30
   */
  readonly volumeSize?: number;

  /**
   * Packages of the image's repositories, installed where they are missing.
   *
   * @default - none
   */
  readonly packages?: string[];

  /**
   * Shell commands that set up what packages do not. Each is run once, as root, in the folder of `files`, and again when its
   * text changes; where one fails the deploy fails, and cron goes by what was there before.
   *
   * @default - none
   */
  readonly setup?: string[];

  /**
   * Users that the jobs run as, beside `root`, `nobody` and `ec2-user`.
   *
   * @default - none
   */
  readonly users?: BatchUser[];

  /**
   * Log files whose lines go to CloudWatch Logs, beside the jobs' output.
   *
   * @default - none
   */
  readonly logFiles?: BatchLogFile[];

  /**
   * How long logs are kept.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: RetentionDays;

  /**
   * What logs are encrypted with. Its policy must let CloudWatch Logs use it; a key that the app makes is given that.
   *
   * @default - CloudWatch Logs encrypts with a key of its own
   */
  readonly logEncryptionKey?: IKey;

  /**
   * Whether AWS Backup takes a backup each night.
   *
   * @default true
   */
  readonly backup?: boolean;

  /**
   * How long a backup is kept. Whole days.
   *
   * @default Duration.days(35)
   */
  readonly backupRetention?: Duration;

  /**
   * Who is told that a job or the host is not well, or that a backup failed. The policy of a topic that is imported must let
   * `cloudwatch.amazonaws.com` and `backup.amazonaws.com` publish to it.
   *
   * @default - nobody: the alarms are there without it
   */
  readonly notify?: ITopic;

  /**
   * The key of the bucket that `cdk bootstrap` made for assets, where you gave it one (`--bootstrap-kms-key-id`).
   *
   * @default - the bucket is encrypted by S3, by `aws/s3`, or by the key that `cdk bootstrap` makes itself
   */
  readonly assetsKey?: IKey;
}
