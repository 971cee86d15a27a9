import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ConvertingReplica } from '../converting-replica/converting-replica';
import type { IDatabase } from '../database/database';

/** A part of the way that changes take, and how late what is at its end is. */
export interface Hop {
  readonly title: string;
  readonly metric: IMetric;
}

/** The lag of each part of the way: one figure where green follows blue itself. */
export function hopsOf(
  blue: IDatabase,
  green: IDatabase | undefined,
  converting: ConvertingReplica | undefined,
): Hop[] {
  const title = converting === undefined ? 'Replica lag (s)' : 'Lag of the sides (s)';
  return [
    ...(converting === undefined ? [] : [{ title: 'Lag of the converting replica (s)', metric: lagOf(converting) }]),
    ...(green === undefined ? [] : [{ title, metric: replicaLag(blue, green) }]),
  ];
}

/**
 * How many seconds the side that follows is behind, by RDS. Below 0 where nothing is followed.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html
 */
export function replicaLag(blue: IDatabase, green: IDatabase, converting?: ConvertingReplica): IMetric {
  return new MathExpression({
    // Who is at the end of a chain is as late as all of it together.
    expression:
      converting === undefined
        ? 'MAX([FILL(blue, 0), FILL(green, 0)])'
        : 'MAX([FILL(blue, 0), FILL(green, 0) + FILL(converting, 0)])',
    usingMetrics: {
      blue: lagOf(blue),
      green: lagOf(green),
      ...(converting !== undefined && { converting: lagOf(converting) }),
    },
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
