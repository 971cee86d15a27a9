import {
  ArnFormat,
  aws_cloudwatch as cloudwatch,
  Duration,
  type aws_ec2 as ec2,
  Resource,
  type aws_secretsmanager as secretsmanager,
} from 'aws-cdk-lib';
import { assertToldIn } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import type { DatabaseEngine } from '../engine/engine';
import type { DatabaseInstanceClass } from '../instance-class/instance-class';
import type { CustomEndpoint, InstanceEndpoint } from '../readers/reader-endpoints';
import type { IDatabase } from './database';

/**
 * What every database has in common. Its members are those of the databases that users construct.
 *
 * @internal
 */
export abstract class DatabaseBase extends Resource implements IDatabase {
  public abstract readonly engine: DatabaseEngine;
  public abstract readonly clusterIdentifier?: string;
  public abstract readonly instanceIdentifier?: string;
  public abstract readonly instanceIdentifiers: string[];
  public abstract readonly instanceClass?: DatabaseInstanceClass;
  public abstract readonly endpointAddress: string;
  public abstract readonly readerEndpointAddress?: string;
  public abstract readonly customEndpoints: CustomEndpoint[];
  public abstract readonly instanceEndpoints: InstanceEndpoint[];
  public abstract readonly endpointPort: number;
  public abstract readonly tls: boolean;
  public abstract readonly tlsServerName?: string;
  public abstract readonly secret: secretsmanager.ISecret;
  public abstract readonly encryptionKeyArn?: string;
  public abstract readonly securityGroups: ec2.ISecurityGroup[];
  public abstract readonly clusterParameterGroupName?: string;
  public abstract readonly parameterGroupName?: string;

  /** Who may connect: the database's security groups, and its port. */
  public abstract readonly connections: ec2.Connections;

  public get databaseArn(): string {
    return this.stack.formatArn({
      service: 'rds',
      resource: this.clusterIdentifier === undefined ? 'db' : 'cluster',
      resourceName: this.clusterIdentifier ?? this.instanceIdentifier,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  public metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    assertToldIn(this, 'IDatabase.metric', { metricName, options });
    return new cloudwatch.Metric({
      namespace: 'AWS/RDS',
      metricName,
      dimensionsMap: this.dimensions(metricName),
      period: Duration.minutes(1),
      statistic: cloudwatch.Stats.MAXIMUM,
      ...options,
    }).attachTo(this);
  }

  public metricCpuUtilization(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    assertToldIn(this, 'IDatabase.metricCpuUtilization', { options });
    return this.metric('CPUUtilization', options);
  }

  public metricDatabaseConnections(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    assertToldIn(this, 'IDatabase.metricDatabaseConnections', { options });
    return this.metric('DatabaseConnections', options);
  }

  private dimensions(metricName: string): cloudwatch.DimensionsMap {
    if (this.clusterIdentifier !== undefined) return { DBClusterIdentifier: this.clusterIdentifier };
    if (this.instanceIdentifier !== undefined) return { DBInstanceIdentifier: this.instanceIdentifier };
    throw new ValidationError(
      `Got no metric ${metricName}: CloudWatch knows databases of RDS alone. State clusterIdentifier or instanceIdentifier.`,
      this.node.path,
    );
  }
}
