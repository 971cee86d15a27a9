import { Duration } from 'aws-cdk-lib';
import { metricsNamespace } from '../../../../agent/metrics';
import type { IMigration } from '../../../../lib';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { Surroundings } from '../../migration-under-test';

afterAll(removeTemporaryFolders);

const surroundings = new Surroundings();
const cache = surroundings.migrate({ migrationName: 'sessions' });
const migration: IMigration = cache;

test('what the agent writes is found as the agent writes it', () => {
  const dimensions = [{ name: 'Migration', value: 'sessions' }];
  const asked = migration.metric('Conflicts', { period: Duration.minutes(5) });
  expect(asked.toMetricConfig().metricStat).toMatchObject({
    namespace: metricsNamespace,
    metricName: 'Conflicts',
    dimensions,
    period: Duration.minutes(5),
    statistic: 'Maximum',
  });
  expect(migration.metricNotFollowing().toMetricConfig().metricStat).toMatchObject({
    namespace: metricsNamespace,
    metricName: 'NotFollowing',
    dimensions,
    period: Duration.minutes(1),
  });
});

test('endings are counted as executions count them, and the lag is the one of the alarm', () => {
  const { namespace, metricName, dimensions } = migration.metricOutcome('rolledBack').toMetricConfig().metricStat ?? {};
  expect([namespace, metricName]).toEqual(['CdkCutover', 'Executions']);
  expect(dimensions).toEqual([
    { name: 'Migration', value: 'sessions' },
    { name: 'Outcome', value: 'rolledBack' },
  ]);
  expect(migration.metricLag()).toBe(cache.lagAlarm.metric);
});

test('executions that failed are those of its state machine', () => {
  const { namespace, metricName, dimensions } = migration.metricFailed().toMetricConfig().metricStat ?? {};
  expect([namespace, metricName]).toEqual(['AWS/States', 'ExecutionsFailed']);
  expect(dimensions).toEqual([{ name: 'StateMachineArn', value: migration.stateMachine.stateMachineArn }]);
});
