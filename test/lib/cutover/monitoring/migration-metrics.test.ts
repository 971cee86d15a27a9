import { Duration } from 'aws-cdk-lib';
import { metricsNamespace } from '../../../../agent/metrics';
import type { IMigration } from '../../../../lib';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { Surroundings } from '../../migration-under-test';

afterAll(removeTemporaryFolders);

const surroundings = new Surroundings();
const migration: IMigration = surroundings.migrate({ migrationName: 'sessions' });

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

test('executions that failed are those of its state machine', () => {
  const { namespace, metricName, dimensions } = migration.metricFailed().toMetricConfig().metricStat ?? {};
  expect([namespace, metricName]).toEqual(['AWS/States', 'ExecutionsFailed']);
  expect(dimensions).toEqual([{ name: 'StateMachineArn', value: migration.stateMachine.stateMachineArn }]);
});
