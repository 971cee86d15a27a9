import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IDatabase } from './database';

/**
 * How many seconds the side that follows is behind, by RDS. Below 0 where nothing is followed.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html
 */
export function replicaLag(blue: IDatabase, green: IDatabase): IMetric {
  return new MathExpression({
    expression: 'MAX([FILL(blue, 0), FILL(green, 0)])',
    usingMetrics: { blue: lagOf(blue), green: lagOf(green) },
    period: Duration.minutes(1),
    label: 'Replica lag (s)',
  });
}

function lagOf({ clusterIdentifier, instanceIdentifier }: IDatabase): Metric {
  const common = { namespace: 'AWS/RDS', statistic: 'Maximum', period: Duration.minutes(1) };
  if (clusterIdentifier === undefined) {
    return new Metric({
      ...common,
      metricName: 'ReplicaLag',
      dimensionsMap: { DBInstanceIdentifier: String(instanceIdentifier) },
    });
  }
  return new Metric({
    ...common,
    metricName: 'AuroraBinlogReplicaLag',
    dimensionsMap: { DBClusterIdentifier: clusterIdentifier, Role: 'WRITER' },
  });
}
