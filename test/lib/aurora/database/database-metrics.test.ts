import { Duration } from 'aws-cdk-lib';
import { Database } from '../../../../lib/aurora/database/database-existing';
import { DatabaseEngine } from '../../../../lib/aurora/engine/engine';
import { newStack, oldMysql } from '../database-stack';

test('of an instance is under its identifier', () => {
  expect(oldMysql(newStack()).metricCpuUtilization().toMetricConfig().metricStat).toMatchObject({
    namespace: 'AWS/RDS',
    metricName: 'CPUUtilization',
    dimensions: [{ name: 'DBInstanceIdentifier', value: 'shop' }],
    period: Duration.minutes(1),
    statistic: 'Maximum',
  });
});

test('of a cluster is under its own, as it is asked for', () => {
  const { stack, secret } = newStack();
  const orders = Database.fromAttributes(stack, 'Orders', {
    engine: DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.08.0'),
    clusterIdentifier: 'orders',
    endpointAddress: 'orders.cluster-abc123.eu-west-1.rds.amazonaws.com',
    secret,
  });
  const asked = orders.metricDatabaseConnections({ period: Duration.minutes(5), statistic: 'Average' });
  expect(asked.toMetricConfig().metricStat).toMatchObject({
    metricName: 'DatabaseConnections',
    dimensions: [{ name: 'DBClusterIdentifier', value: 'orders' }],
    period: Duration.minutes(5),
    statistic: 'Average',
  });
  expect(orders.metric('Deadlocks').toMetricConfig().metricStat).toMatchObject({ metricName: 'Deadlocks' });
});
