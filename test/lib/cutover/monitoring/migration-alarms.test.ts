import { Match, Template } from 'aws-cdk-lib/assertions';
import { CacheConsistency } from '../../../../lib';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { Surroundings } from '../../migration-under-test';

afterAll(removeTemporaryFolders);

const NOT_FOLLOWING = Match.arrayWith([
  Match.objectLike({
    MetricStat: Match.objectLike({
      Metric: Match.objectLike({
        MetricName: 'NotFollowing',
        Dimensions: [{ Name: 'Migration', Value: 'sessions' }],
      }),
    }),
  }),
]);

function templateAt(consistency: CacheConsistency): Template {
  const surroundings = new Surroundings();
  surroundings.migrate({ migrationName: 'sessions', consistency });
  return Template.fromStack(surroundings.stack);
}

// @see docs/aws-facts.md#cloudwatch-missing-data
test.each([CacheConsistency.LIVE, CacheConsistency.FENCED])(
  'at %s, an agent that says nothing is taken for one that follows nobody',
  (consistency) => {
    templateAt(consistency).hasResourceProperties('AWS::CloudWatch::Alarm', {
      Metrics: NOT_FOLLOWING,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'breaching',
    });
  },
);

test('at COLD nobody follows, and no alarm waits for it', () => {
  templateAt(CacheConsistency.COLD).resourcePropertiesCountIs('AWS::CloudWatch::Alarm', { Metrics: NOT_FOLLOWING }, 0);
});
