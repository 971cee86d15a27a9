import { Template } from 'aws-cdk-lib/assertions';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { Surroundings } from '../../migration-under-test';

afterAll(removeTemporaryFolders);

test.each(['ExecutionsAborted', 'ExecutionsTimedOut', 'ExecutionsFailed'])(
  'an execution of the migration that counts as %s sets off an alarm within a minute',
  (metric) => {
    const surroundings = new Surroundings();
    const migration = surroundings.migrate();
    expect(migration.executionAlarms).toHaveLength(3);
    Template.fromStack(surroundings.stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/States',
      MetricName: metric,
      Statistic: 'Sum',
      Period: 60,
      Threshold: 1,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      Dimensions: [
        {
          Name: 'StateMachineArn',
          Value: surroundings.stack.resolve(migration.stateMachine.stateMachineArn),
        },
      ],
    });
  },
);
