import type {
  Duration,
  aws_ec2 as ec2,
  aws_kms as kms,
  RemovalPolicy,
  aws_secretsmanager as secretsmanager,
} from 'aws-cdk-lib';
import type { ConvertingReplica } from '../converting-replica/converting-replica';
import type { IDatabase } from '../database/database';
import type { DatabaseEngine } from '../engine/engine';
import type { DatabaseInstanceClass } from '../instance-class/instance-class';
import type { DatabaseProcessor } from '../instance-class/instance-class-families';
import type { CustomEndpointOptions } from '../readers/reader-endpoints';

/**
 * An Aurora MySQL cluster that follows an RDS MySQL instance until it is promoted.
 */
export interface AuroraReplicaClusterProps {
  /** Where it lives: where its source does. */
  readonly vpc: ec2.IVpc;

  /**
   * The subnets of its instances, in two Availability Zones at least.
   *
   * @default - the private subnets, or the isolated ones if there are none
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Aurora MySQL, with its full version. It must be compatible with the major version of its source: 2 with MySQL 5.7, 3
   * with 8.0, 8.4 with 8.4. An upgrade to another major version comes after, or before.
   */
  readonly engine: DatabaseEngine;

  /**
   * The RDS MySQL instance whose clients come over: what this cluster is a replica of, until it is promoted. It is sized by
   * it and checked against it. RDS allows one Aurora replica for each instance.
   *
   * Drop it once the cutover has been made and that instance is to go, and state `instanceClass` and `secret` instead:
   * nothing else of the template changes, and nothing is replaced.
   *
   * @default - it has been promoted, and replaces nothing
   */
  readonly replaces?: IDatabase;

  /**
   * What it replicates from, where that is not the instance in `replaces` itself: a replica of it, on which tables are
   * converted first.
   *
   * @default - the instance in `replaces`
   */
  readonly source?: ConvertingReplica;

  /**
   * The class of its instances. Take a larger one than the source's if its lag does not get small: one can be chosen again
   * after the cutover.
   *
   * @default - the successor of the class of the instance in `replaces`
   */
  readonly instanceClass?: DatabaseInstanceClass;

  /**
   * Whose processor a chosen class has. Not together with `instanceClass`.
   *
   * @default DatabaseProcessor.GRAVITON
   */
  readonly processor?: DatabaseProcessor;

  /**
   * How many readers it has beside its writer, 0–15. A cluster without one is down while its writer is replaced.
   *
   * @default 1
   */
  readonly readers?: number;

  /**
   * Custom endpoints, at most five, each a part of its instances under a name of its own. By CloudFormation's type
   * `AWS::RDS::DBClusterEndpoint`, which is of 2026: see that your Region has it.
   *
   * @default - none: the reader endpoint leads to all readers
   */
  readonly customEndpoints?: CustomEndpointOptions[];

  /**
   * 1–65535. A DNS record carries no port: it must be the port of the instance in `replaces`.
   *
   * @default 3306
   */
  readonly port?: number;

  /**
   * The security groups of its instances. Do not give it those of the instance in `replaces`: fencing that one off closes
   * their rules, and would close this one.
   *
   * @default - one of its own, which lets nobody in: see `connections`
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * JSON with `username` and `password` of a user that may do what a migration does. Users and their passwords come from
   * the source.
   *
   * @default - the secret of the instance in `replaces`
   */
  readonly secret?: secretsmanager.ISecret;

  /**
   * Whether its storage is encrypted. Changing it replaces the cluster. A replica of an encrypted instance must be.
   *
   * @default true
   */
  readonly storageEncrypted?: boolean;

  /**
   * The key of the encryption. Changing it replaces the cluster.
   *
   * @default - that of the source, if it is encrypted; else `aws/rds`, the account's own for RDS
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Cluster parameters beside `binlog_format`, which is ROW: without a binary log nothing can follow this cluster, and
   * there is no rollback.
   *
   * @default - the engine's defaults
   */
  readonly parameters?: { [name: string]: string };

  /**
   * How long automatic backups are kept: whole days, 1–35.
   *
   * @default Duration.days(7)
   */
  readonly backupRetention?: Duration;

  /**
   * When the daily backup may begin, UTC: `05:00-05:30`, half an hour at least.
   *
   * @default - chosen by RDS
   */
  readonly preferredBackupWindow?: string;

  /**
   * When RDS may maintain it, UTC: `sun:23:00-sun:23:30`, half an hour at least. Keep it clear of the night of a
   * migration: maintenance restarts.
   *
   * @default - chosen by RDS
   */
  readonly preferredMaintenanceWindow?: string;

  /**
   * Whether RDS moves it to the next minor version by itself, in the maintenance window.
   *
   * @default true
   */
  readonly autoMinorVersionUpgrade?: boolean;

  /**
   * Logs that go to CloudWatch Logs: `error`, `slowquery`, `audit`, `general`. All but `error` carry what clients write, and
   * must be turned on in `parameters` first.
   *
   * @default - `error`
   */
  readonly cloudwatchLogsExports?: string[];

  /**
   * Whether RDS refuses to delete it.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;

  /**
   * What becomes of it when it leaves the template or is replaced. With RETAIN its instances, subnet group, parameter
   * group and own security group stay too.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}
