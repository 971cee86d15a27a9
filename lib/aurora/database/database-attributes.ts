import type { aws_ec2 as ec2, aws_kms as kms, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import type { DatabaseEngine } from '../engine/engine';
import type { DatabaseInstanceClass } from '../instance-class/instance-class';
import type { CustomEndpoint, InstanceEndpoint } from '../readers/reader-endpoints';

/**
 * What neither an identifier nor the CDK's own constructs tell of a database.
 */
export interface DatabaseOptions {
  /**
   * The class of its instances; of several, the writer's. Green is sized by it.
   *
   * @default - that of the first instance, if that is a construct of the same app; else not known
   */
  readonly instanceClass?: DatabaseInstanceClass;

  /**
   * JSON with `username` and `password` of a user that may do what a migration does, as RDS writes it. One that is
   * encrypted with a customer managed key must say so: one that is imported, by `Secret.fromSecretAttributes` with its
   * `encryptionKey`.
   *
   * @default - the secret of the construct; with `Database.fromAttributes`, and where the construct has none, it must be
   * stated
   */
  readonly secret?: secretsmanager.ISecret;

  /**
   * The customer managed key that its storage is encrypted with. AuroraStrategy.managedBlueGreen has RDS use it for green;
   * the preflight refuses a blue whose key is not stated.
   *
   * @default - that of the construct, if it is one of the same app; else it is encrypted with `aws/rds`, or not at all
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Of an Aurora cluster: its custom endpoints. `retire` deletes those of blue, and refuses a blue that has others.
   *
   * @default - none are known
   */
  readonly customEndpoints?: CustomEndpoint[];

  /**
   * Whether it is to be spoken to through TLS. RDS offers it on every instance; turn it off for MySQL 5.6 and older,
   * whose versions of TLS no current client speaks.
   *
   * @default true
   */
  readonly tls?: boolean;

  /**
   * The name in the server's certificate, if that is not the endpoint's.
   *
   * @default - the endpoint's address
   */
  readonly tlsServerName?: string;
}

/**
 * A database that exists already.
 */
export interface DatabaseAttributes extends DatabaseOptions {
  /** Engine and version, such as `DatabaseEngine.mysql('5.7.44')`. */
  readonly engine: DatabaseEngine;

  /**
   * Of an Aurora cluster: `DBClusterIdentifier`. State either this or `instanceIdentifier`.
   *
   * @default - it is an instance of RDS
   */
  readonly clusterIdentifier?: string;

  /**
   * Of an instance of RDS that is in no cluster: `DBInstanceIdentifier`. State either this or `clusterIdentifier`.
   *
   * @default - it is an Aurora cluster
   */
  readonly instanceIdentifier?: string;

  /**
   * The identifiers of a cluster's instances.
   *
   * @default - `instanceIdentifier`; of a cluster, none are known
   */
  readonly instanceIdentifiers?: string[];

  /**
   * Where clients write: a cluster's writer endpoint, or the instance's own. A host name without port. Not the record
   * that a migration moves: that one would lead to the other side afterwards.
   */
  readonly endpointAddress: string;

  /**
   * Where clients read, if they read elsewhere than they write: a cluster's reader endpoint, or that of a read replica.
   *
   * @default - clients read where they write
   */
  readonly readerEndpointAddress?: string;

  /**
   * Of an Aurora cluster: instances that readers may be led to one by one, with their own addresses.
   *
   * @default - none are known; those of a construct are
   */
  readonly instanceEndpoints?: InstanceEndpoint[];

  /**
   * Of all endpoints, 1–65535.
   *
   * @default - 3306 for MySQL, 5432 for PostgreSQL
   */
  readonly port?: number;

  /**
   * The security groups of its instances. Without them nothing can be let in, and nobody be kept out.
   *
   * @default - none are known
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Of an Aurora cluster: the cluster parameter group.
   *
   * @default - not known
   */
  readonly clusterParameterGroupName?: string;

  /**
   * Of the instance, or of the cluster's instances: the parameter group.
   *
   * @default - not known
   */
  readonly parameterGroupName?: string;
}
