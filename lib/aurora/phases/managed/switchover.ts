import { Duration } from 'aws-cdk-lib';
import { Chain, Choice, Fail, type IChainable, Pass, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../../cutover/machine/phase';
import { awsCall } from '../../../cutover/states/aws-call';
import { expression } from '../../../cutover/states/expression';
import { inOrder } from '../../../cutover/states/in-order';
import { is } from '../../../cutover/states/is';
import { jsonata } from '../../../cutover/states/jsonata';
import { order, REFUSED } from '../../../cutover/states/order';
import { EAGERLY, poll } from '../../../cutover/states/poll';
import { LISTED } from '../rds-arns';
import { takeReadersBack } from '../reader-canary';
import { NAMED_BY_RDS } from './blue-green-deployment';
import type { ManagedSteps } from './managed-steps';
import { onlyInDirection } from './one-way';
import { assertSameGroups } from './same-groups';

const DEFAULT_TIMEOUT = Duration.minutes(5);

/** Rounds for which RDS may still say AVAILABLE after it has taken the order. */
const SLOW_TO_SAY = 15;

/** Has RDS stop writes on blue, let green catch up, and give it blue's names. */
export function switchOver(steps: ManagedSteps): Phase {
  return {
    name: 'Switch',
    role: 'switch',
    purpose:
      'Has RDS stop writes on blue, let green catch up, and give it blue’s names; RDS puts all back if it fails.',
    direction: 'cutover',
    survey: noteClusters(steps),
    forward: inOrder(...readersToTheNameThatStays(steps), switchOverOnce(steps)),
    done: `{'moved': 'green'}`,
    undo: onlyInDirection(steps.scope, 'cutover', 'Undo Switch', lookAtActiveSide(steps), { moved: false }),
    undoing: 'returns',
    undone: `$states.input.moved ? {'moved': 'green'} : {}`,
  };
}

/** Names are about to change places: the journal notes what is what by ids, which stay, and what blue was like. */
function noteClusters(steps: ManagedSteps): IChainable {
  const { scope, deployment } = steps;
  // One that somebody has switched over already has changed names before.
  const name = jsonata`
    $deployment.status = 'SWITCHOVER_COMPLETED' ? $replace(DbInstanceIdentifier, /-old[0-9]+$/, '')
    : DbInstanceIdentifier
  `;
  const members = awsCall(scope, 'List the instances of blue', {
    call: 'rds:describeDBInstances',
    parameters: { Filters: [{ Name: 'db-cluster-id', Values: [expression('$blueNow.id')] }] },
    iamAction: 'rds:DescribeDBInstances',
    resources: [deployment.anyArns.instance],
    wildcard: LISTED,
    assign: {
      blueNames: expression(`$merge([{}, $states.result.DbInstances.{DbiResourceId: ${name}}])`),
    },
    outputs: {},
  });
  // One that is left out of the answer would never get its name back. @see docs/aws-facts.md#rds-filters-leave-out
  const all = poll(scope, 'Instances of blue in the list', {
    ask: members,
    done: '$count($keys($blueNames)) >= $count($blueNow.members)',
    within: Duration.minutes(5),
    late: Fail.jsonata(scope, 'RDS does not list the instances of blue', {
      error: 'InstancesMissing',
      cause: expression(
        jsonata`
          'RDS tells of ' & $count($keys($blueNames)) & ' instances of blue, which has ' & $join($blueNow.members,
          ', ') & '. See whether one is being deleted, and start again.'
        `,
      ),
    }),
    everySeconds: EAGERLY,
  });
  const note = Pass.jsonata(scope, 'Save both clusters by id', {
    outputs: expression(
      `{'clusters': {
        'since': $deployment.since,
        'at': $deployment.status = 'SWITCHOVER_COMPLETED' ? null : $millis(),
        'blue': {'id': $blueNow.resource, 'groups': $blueNow.groups, 'names': $blueNames},
        'green': {'id': $green.resource, 'names': $green.members}
      }}`,
    ),
  });
  return inOrder(
    deployment.find('Find the deployment to switch over'),
    deployment.describeCluster('Describe blue before the switchover', '$deployment.source', 'blueNow'),
    deployment.describeCluster('Describe green before the switchover', '$deployment.target', 'green'),
    assertSameGroups(steps, 'Switch'),
    all,
    note,
  );
}

/** Green's own names go away in the switchover: nobody may resolve them then. */
function readersToTheNameThatStays({ scope, readers }: ManagedSteps): [IChainable, ...IChainable[]] {
  if (readers === undefined) return [Pass.jsonata(scope, 'Readers resolve what writers do', { outputs: {} })];
  return [
    takeReadersBack(scope, readers.settled, 'Switch'),
    readers.settled.waitForTtl(scope, 'Wait out the DNS TTL of the name of green'),
  ];
}

function switchOverOnce(steps: ManagedSteps): IChainable {
  const { scope, deployment } = steps;
  const find = deployment.find('Describe the deployment before the switchover');
  const done = untilSwitchedOver(steps);
  const over = Pass.jsonata(scope, 'The switchover was already complete', { outputs: {} });
  find.next(
    Choice.jsonata(scope, 'Is the switchover already complete?')
      .when(is(`$deployment.status = 'SWITCHOVER_COMPLETED'`), over)
      .otherwise(order(scope, 'Switchover', callSwitchover(steps), done)),
  );
  return Chain.custom(find, [...done.endStates, over], find);
}

function callSwitchover({ scope, deployment, options }: ManagedSteps): TaskStateBase {
  const { switchoverTimeout = DEFAULT_TIMEOUT } = options;
  return awsCall(scope, 'Start the switchover', {
    call: 'rds:switchoverBlueGreenDeployment',
    comment: 'RDS checks its guardrails first, and puts everything back when it takes too long.',
    parameters: {
      BlueGreenDeploymentIdentifier: expression('$deployment.id'),
      SwitchoverTimeout: switchoverTimeout.toSeconds(),
    },
    // What RDS does for it is done with the caller's permissions.
    iamAction: [
      'rds:SwitchoverBlueGreenDeployment',
      'rds:ModifyDBCluster',
      'rds:ModifyDBInstance',
      'rds:PromoteReadReplicaDBCluster',
    ],
    resources: [deployment.arn, ...deployment.arnsForRds],
    wildcard: NAMED_BY_RDS,
    outputs: {},
  });
}

function untilSwitchedOver({ scope, deployment, options }: ManagedSteps): IChainable {
  const { switchoverTimeout = DEFAULT_TIMEOUT } = options;
  const failed = Fail.jsonata(scope, 'RDS did not switch over', {
    error: 'SwitchoverFailed',
    cause: expression(
      jsonata`
        (${REFUSED} ? $refusal : '') & 'The deployment ' & $deployment.id & ' is ' & $deployment.status & ': '
        & $deployment.details & ' Blue serves. See the RDS events of blue and of green for the guardrail that it met.'
      `,
    ),
  });
  const late = Fail.jsonata(scope, 'The switchover did not end in time', {
    error: 'SwitchoverTimedOut',
    cause: expression(`'The deployment ' & $deployment.id & ' is ' & $deployment.status & ' still. See its events.'`),
  });
  return poll(scope, 'Switchover', {
    ask: deployment.find('Describe the switchover'),
    done: `$deployment.status = 'SWITCHOVER_COMPLETED'`,
    failed: [
      [
        jsonata`
          $deployment.status != 'SWITCHOVER_IN_PROGRESS' and (${REFUSED} or $round >= ${SLOW_TO_SAY}
          or $deployment.status != 'AVAILABLE')
        `,
        failed,
      ],
    ],
    within: switchoverTimeout.plus(Duration.minutes(10)),
    late,
    everySeconds: EAGERLY,
  });
}

/** RDS undoes its own switchover, or completes it. One that is complete cannot be undone. Outputs `{"moved": …}`. */
function lookAtActiveSide({ scope, deployment }: ManagedSteps): IChainable {
  const prefix = 'Undo Switch';
  const settled = poll(scope, `${prefix}: RDS`, {
    ask: deployment.find(`${prefix}: describe the switchover`),
    done: `$deployment.status != 'SWITCHOVER_IN_PROGRESS'`,
    within: Duration.minutes(70),
    everySeconds: EAGERLY,
  });
  const say = Pass.jsonata(scope, `${prefix}: report the active side`, {
    outputs: { moved: expression(`$deployment.status = 'SWITCHOVER_COMPLETED'`) },
  });
  return inOrder(settled, say);
}
