import { Duration } from 'aws-cdk-lib';
import { Chain, Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { awsCall } from '../../../cutover/aws-call';
import { expression } from '../../../cutover/expression';
import { is } from '../../../cutover/is';
import { poll } from '../poll';
import { NAMES_BEFORE, type WayBackSteps } from './way-back-steps';

const MESSAGE = '/^Binary log coordinates in green environment after switchover: file (\\S+) and position (\\d+)/';

/** RDS writes its events near to when they happen, and promises no more; what was stopped waits for it. */
const LONGEST_WAIT = Duration.minutes(1);

/**
 * Where blue goes on from: what RDS said of green's log when it had switched over, before users wrote there. RDS keeps
 * it for two weeks, as an event of an instance by the name that it had until then. Outputs `{"position": …}`.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/blue-green-deployments-switching.html
 */
export function findCoordinates({ scope }: WayBackSteps, prefix: string): IChainable {
  const known = Pass.jsonata(scope, `${prefix}: they are known`, {
    outputs: { position: expression('$journal.clusters.position') },
  });
  const name = `${prefix}: coordinates`;
  const ask = awsCall(scope, `${name}: what has RDS said?`, {
    call: 'rds:describeEvents',
    parameters: {
      SourceType: 'db-instance',
      EventCategories: ['notification'],
      StartTime: expression('$journal.clusters.since'),
      MaxRecords: 100,
    },
    iamAction: 'rds:DescribeEvents',
    resources: ['*'],
    wildcard: 'DescribeEvents knows no resources.',
    assign: {
      coordinates: expression(
        `[$states.result.Events[SourceIdentifier in $append($journal.clusters.green.names, ${NAMES_BEFORE})].$match(Message, ${MESSAGE}).{'file': groups[0], 'position': $number(groups[1])}]`,
      ),
    },
    outputs: {},
  });
  const unsaid = Fail.jsonata(scope, `${name}: RDS has not said`, {
    error: 'NoCoordinates',
    cause: 'RDS wrote no event that says where the binary log of the new production stood after the switchover.',
  });
  const found = poll(scope, name, {
    ask,
    done: '$count($coordinates) > 0',
    within: LONGEST_WAIT,
    late: unsaid,
    everySeconds: '2',
  });
  const say = Pass.jsonata(scope, `${name}: RDS has said`, { outputs: { position: expression('$coordinates[0]') } });
  for (const end of found.endStates) end.next(say);
  const choice = Choice.jsonata(scope, `${prefix}: are the coordinates known?`)
    .when(is('$exists($journal.clusters.position)'), known)
    .otherwise(found);
  return Chain.custom(choice, [known, say], choice);
}
