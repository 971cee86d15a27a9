import { Template } from 'aws-cdk-lib/assertions';
import { CacheConsistency } from '../../../../lib';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { Surroundings } from '../../migration-under-test';

afterAll(removeTemporaryFolders);

// @see docs/aws-facts.md#cloudwatch-missing-data
test.each([CacheConsistency.LIVE, CacheConsistency.FENCED])(
  'at %s, an agent that says nothing is taken for one that follows nobody',
  (consistency) => {
    const surroundings = new Surroundings();
    surroundings.migrate({ migrationName: 'sessions', consistency });
    Template.fromStack(surroundings.stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'NotFollowing',
      Dimensions: [{ Name: 'Migration', Value: 'sessions' }],
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'breaching',
    });
  },
);

test('at COLD nobody follows, and no alarm waits for it', () => {
  const surroundings = new Surroundings();
  surroundings.migrate({ consistency: CacheConsistency.COLD });
  const alarms = Template.fromStack(surroundings.stack).findResources('AWS::CloudWatch::Alarm', {
    Properties: { MetricName: 'NotFollowing' },
  });
  expect(alarms).toEqual({});
});
