import { Duration } from 'aws-cdk-lib';
import { Chain, Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { awsCall } from '../../../cutover/states/aws-call';
import { expression } from '../../../cutover/states/expression';
import { is } from '../../../cutover/states/is';
import { jsonata } from '../../../cutover/states/jsonata';
import { poll } from '../../../cutover/states/poll';
import { EVENTS_KEPT, NO_MARKER } from '../events';
import type { ManagedSteps } from './managed-steps';
import { NAMES_BEFORE } from './rollback-facts';

const MESSAGE = '/^Binary log coordinates in green environment after switchover: file (\\S+) and position (\\d+)/';

/** RDS writes its events near to when they happen, and promises no more; and an account may have many since. */
const MAX_WAIT = Duration.minutes(5);

const MARGIN = Duration.hours(1);

/**
 * JSONata: minutes that have passed since the switch began, as far as RDS keeps events. A duration, and not a time: what
 * the time is, RDS's clock says.
 */
const PASSED = jsonata`
  ($most := ${EVENTS_KEPT.toMinutes()}; $at := $journal.clusters.at; $type($at) = 'number' ? $min([$most,
  $ceil(($millis() - $at) / 60000) + ${MARGIN.toMinutes()}]) : $most)
`;

/** JSONata: of an event, that it is of this switchover, and not of an earlier one of the same names. */
const SINCE = '$toMillis(Date) >= $toMillis($journal.clusters.since)';

/**
 * Where blue goes on from: what RDS said of green's log when it had switched over, before clients wrote there. RDS keeps
 * it for two weeks, as an event of an instance by the name that it had until then. Outputs `{"position": …}`.
 *
 * All instances of the account are asked for, from the switch on, page by page: which name the event has is not certain.
 *
 * @see docs/aws-facts.md#rds-switchover-coordinates
 * @see docs/aws-facts.md#rds-events-paged
 */
export function findCoordinates({ scope }: ManagedSteps, prefix: string): IChainable {
  const known = Pass.jsonata(scope, `${prefix}: coordinates are known`, {
    outputs: { position: expression('$journal.clusters.position') },
  });
  const name = `${prefix}: coordinates`;
  const first = Pass.jsonata(scope, `${name}: from the first page`, { assign: { marker: NO_MARKER }, outputs: {} });
  const ask = awsCall(scope, `${name}: read RDS events`, {
    call: 'rds:describeEvents',
    parameters: {},
    parametersFrom: jsonata`
      $merge([{'SourceType': 'db-instance', 'Duration': ${PASSED}, 'MaxRecords': 100}, $marker = '${NO_MARKER}' ? {}
      : {'Marker': $marker}])
    `,
    iamAction: 'rds:DescribeEvents',
    resources: ['*'],
    wildcard: 'DescribeEvents knows no resources.',
    assign: {
      coordinates: expression(
        jsonata`
          [$states.result.Events[${SINCE}][SourceIdentifier in $append($journal.clusters.green.names,
          ${NAMES_BEFORE})].$match(Message, ${MESSAGE}).{'file': groups[0], 'position': $number(groups[1])}]
        `,
      ),
      marker: expression(`[$states.result.Marker, '${NO_MARKER}'][0]`),
    },
    outputs: {},
  });
  const unsaid = Fail.jsonata(scope, `${name}: RDS did not report them`, {
    error: 'NoCoordinates',
    cause: 'RDS wrote no event that says where the binary log of the new production stood after the switchover.',
  });
  const found = poll(scope, name, {
    ask,
    done: '$count($coordinates) > 0',
    within: MAX_WAIT,
    late: unsaid,
    // A page that is not the last is followed by the next; after the last one RDS may have written more.
    everySeconds: `$marker = '${NO_MARKER}' ? 2 : 0`,
  });
  const say = Pass.jsonata(scope, `${name}: RDS reported them`, {
    outputs: { position: expression('$coordinates[0]') },
  });
  first.next(found);
  for (const end of found.endStates) end.next(say);
  const choice = Choice.jsonata(scope, `${prefix}: are the coordinates known?`)
    .when(is('$exists($journal.clusters.position)'), known)
    .otherwise(first);
  return Chain.custom(choice, [known, say], choice);
}
