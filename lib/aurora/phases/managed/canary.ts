import { Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../../cutover/machine/phase';
import { awsCall } from '../../../cutover/states/aws-call';
import { expression, literal } from '../../../cutover/states/expression';
import { inOrder } from '../../../cutover/states/in-order';
import { is } from '../../../cutover/states/is';
import { jsonata } from '../../../cutover/states/jsonata';
import { CANARY, isAlive, type TrialSteps, tryQueries } from '../canary';
import { LISTED } from '../rds-arns';
import { shiftReaders, takeReadersBack } from '../reader-canary';
import type { ManagedSteps } from './managed-steps';
import { onlyInDirection } from './one-way';
import { assertSameGroups } from './same-groups';

/** Tries green under the names that RDS made up for it. */
export function canary(steps: ManagedSteps): Phase {
  const { scope, readers, readerWeights, alarms } = steps;
  const trial: TrialSteps = { ...steps, greenHost: '$green.host' };
  const trials = inOrder(findGreen(steps), tryQueries(trial));
  if (readers === undefined || readerWeights.length === 0) return { ...CANARY, forward: trials };
  const alive = (name: string) => isAlive(trial, name);
  const members = '$green.members';
  return {
    ...CANARY,
    forward: inOrder(
      trials,
      ...findCopies(steps),
      shiftReaders(scope, {
        ...{ readers: readers.trial, weights: readerWeights, alarms, alive, members, namedByDeploy: false },
      }),
    ),
    undo: onlyInDirection(scope, 'cutover', 'Undo Canary', takeReadersBack(scope, readers.settled, 'Undo Canary')),
  };
}

/** Assigns `$green`, which must let in whom blue does. */
function findGreen(steps: ManagedSteps): IChainable {
  const { scope, deployment } = steps;
  const find = deployment.find('Where is green?');
  const describe = deployment.describeCluster('What is green called?', '$deployment.target', 'green');
  const none = Fail.jsonata(scope, 'There is no green to try', {
    error: 'DeploymentGone',
    cause: expression(`'The deployment is ' & $deployment.status & '. Somebody deleted it: start again.'`),
  });
  find.next(
    Choice.jsonata(scope, 'Is there a green?').when(is('$exists($deployment.target)'), describe).otherwise(none),
  );
  const blueNow = deployment.describeCluster('Whom does blue let in?', deployment.productionArn(), 'blueNow');
  const admits = inOrder(describe, blueNow, assertSameGroups(steps, 'Canary'));
  return { id: find.id, startState: find, endStates: admits.endStates };
}

/** Assigns `$copies`: the addresses of green's instances, by the names of those of blue that RDS made them of. */
function findCopies({ scope, deployment, readerWeights }: ManagedSteps): IChainable[] {
  const wanted = readerWeights.flatMap(({ target }) => (target === undefined ? [] : [target._name]));
  if (wanted.length === 0) return [];
  const ask = awsCall(scope, 'Where are green’s instances?', {
    call: 'rds:describeDBInstances',
    parameters: { Filters: [{ Name: 'db-cluster-id', Values: [expression('$green.id')] }] },
    iamAction: 'rds:DescribeDBInstances',
    resources: [deployment.anyArns.instance],
    wildcard: LISTED,
    assign: {
      copies: expression(
        jsonata`
          $merge([{}, $states.result.DbInstances.{$replace(DbInstanceIdentifier, /-green-[a-z0-9]+$/,
          ''): Endpoint.Address}])
        `,
      ),
    },
    outputs: {},
  });
  const names = `[${[...new Set(wanted)].map((name) => `$lowercase(${literal(name)})`).join(', ')}]`;
  const missing = `${names}[$not($ in $keys($copies))]`;
  const none = Fail.jsonata(scope, 'Green lacks an instance that readers are to try', {
    error: 'ReaderTargetMissing',
    cause: expression(
      jsonata`
        'RDS made no instance of green of ' & $join(${missing}, ', ') & '; green has ' & $join($green.members, ', ')
        & '. Name another of blue’s instances in readerWeights.'
      `,
    ),
  });
  const all = Pass.jsonata(scope, 'Green has all that readers are to try', { outputs: {} });
  ask.next(
    Choice.jsonata(scope, 'Has green what readers are to try?')
      .when(is(`$count(${missing}) > 0`), none)
      .otherwise(all),
  );
  return [{ id: ask.id, startState: ask, endStates: [all] }];
}
