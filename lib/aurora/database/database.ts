import type {
  aws_cloudwatch as cloudwatch,
  aws_ec2 as ec2,
  IResource,
  aws_secretsmanager as secretsmanager,
} from 'aws-cdk-lib';
import type { DatabaseEngine } from '../engine/engine';
import type { DatabaseInstanceClass } from '../instance-class/instance-class';
import type { CustomEndpoint, InstanceEndpoint } from '../readers/reader-endpoints';

/**
 * A database that clients write to, or will: an Aurora cluster, or an instance of RDS.
 */
export interface IDatabase extends IResource, ec2.IConnectable {
  /** Engine and version. */
  readonly engine: DatabaseEngine;

  /** Of an Aurora cluster: its identifier. Exactly one of this and `instanceIdentifier` is defined. */
  readonly clusterIdentifier?: string;

  /** Of an instance of RDS that is in no cluster: its identifier. */
  readonly instanceIdentifier?: string;

  /**
   * The identifiers of a cluster's instances, or that of the instance itself. Empty for a cluster of which they are not
   * known.
   */
  readonly instanceIdentifiers: string[];

  /**
   * `arn:aws:rds:region:account:cluster:id`, or `…:db:id`: what the RDS API and permissions name it by. It is made from
   * the identifier, which RDS gives to green in a managed blue/green switchover.
   */
  readonly databaseArn: string;

  /** The class of its instances; of several, the writer's. Undefined where it is not known. */
  readonly instanceClass?: DatabaseInstanceClass;

  /** Where clients write: a cluster's writer endpoint, or the instance's own. A host name without port. */
  readonly endpointAddress: string;

  /** Where clients read, if they read elsewhere than they write: a cluster's reader endpoint. */
  readonly readerEndpointAddress?: string;

  /** Custom endpoints that readers may be led to. Empty where none are known. */
  readonly customEndpoints: CustomEndpoint[];

  /** Of a cluster: instances that readers may be led to one by one. Empty where none are known. */
  readonly instanceEndpoints: InstanceEndpoint[];

  /** The port of all endpoints. */
  readonly endpointPort: number;

  /** Whether it is to be spoken to through TLS. */
  readonly tls: boolean;

  /** The name to verify the server's certificate against, where that is not the endpoint's. */
  readonly tlsServerName?: string;

  /** JSON with `username` and `password` of a user that may do what a migration does, as RDS writes it. */
  readonly secret: secretsmanager.ISecret;

  /** The customer managed key that its storage is encrypted with. Undefined where none is known. */
  readonly encryptionKeyArn?: string;

  /** The security groups of its instances. */
  readonly securityGroups: ec2.ISecurityGroup[];

  /** Of an Aurora cluster: the cluster parameter group. Undefined where it is not known. */
  readonly clusterParameterGroupName?: string;

  /** Of an instance, or of a cluster's instances: the parameter group. Undefined where it is not known. */
  readonly parameterGroupName?: string;

  /**
   * A metric of namespace `AWS/RDS`: of the cluster, or else of the instance.
   *
   * @param metricName as in the RDS and Aurora User Guides, e.g. `CPUUtilization`
   * @param options period (default one minute), statistic (default Maximum), label
   * @throws if neither clusterIdentifier nor instanceIdentifier is known
   */
  metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * CPU in use, in percent: of a cluster, its busiest instance.
   *
   * @param options period, statistic, label
   */
  metricCpuUtilization(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Client connections: of a cluster, those of the instance that has most.
   *
   * @param options period, statistic, label
   */
  metricDatabaseConnections(options?: cloudwatch.MetricOptions): cloudwatch.Metric;
}
