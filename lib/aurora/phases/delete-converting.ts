import { Duration } from 'aws-cdk-lib';
import { Chain, Choice, Fail, type IChainable, Pass, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../../cutover/states/aws-call';
import { expression, literal } from '../../cutover/states/expression';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { order, REFUSED } from '../../cutover/states/order';
import { poll, seldom } from '../../cutover/states/poll';
import type { ConvertingReplica } from '../converting-replica/converting-replica';
import { arnOfAny, LISTED } from './rds-arns';
import { GONE } from './what-is-left';

/** JSONata: nothing of it has to be deleted. */
export const MIDDLE_IS_GONE = `$middleLeft.status = '${GONE}'`;

/** JSONata: what it has been, for the record: what it cost depends on nothing else. `$round` is a poll's counter here. */
export const WHAT_IT_WAS = jsonata`
  $middleLeft.{'deleted': [id, 'before'][0], 'class': class, 'storageGib': storage, 'iops': iops, 'days': made
  ? $floor(($millis() - $toMillis(made)) / 8640000) / 10 : 'not known'}
`;

const MAX_DELETION = Duration.hours(1);
/** Rounds for which RDS may still show what was, after it has taken an order. */
const SLOW_TO_SAY = 5;

/** Assigns `$middleLeft`. Asked for by a filter, for which a missing one is an answer and not an error. */
export function lookAtConverting(scope: Construct, prefix: string, converting: ConvertingReplica): TaskStateBase {
  return awsCall(scope, `${prefix}: what is left of the converting replica?`, {
    call: 'rds:describeDBInstances',
    parameters: {
      Filters: [
        {
          Name: 'db-instance-id',
          Values: [expression(`$lowercase(${literal(String(converting.instanceIdentifier))})`)],
        },
      ],
    },
    iamAction: 'rds:DescribeDBInstances',
    resources: [arnOfAny(scope, 'db')],
    wildcard: LISTED,
    assign: {
      middleLeft: expression(
        jsonata`
          $merge([{'status': '${GONE}'}, $states.result.DbInstances[0].{'id': DbInstanceIdentifier,
          'status': DbInstanceStatus, 'protected': DeletionProtection = true, 'class': DbInstanceClass,
          'storage': AllocatedStorage, 'iops': Iops, 'made': InstanceCreateTime}])
        `,
      ),
    },
    outputs: {},
  });
}

/** One that somebody has deleted is none that an undo could wait for. */
export function unlessGone(scope: Construct, prefix: string, converting: ConvertingReplica, undo: Chain): IChainable {
  const gone = Pass.jsonata(scope, `${prefix}: the converting replica is gone`, { outputs: {} });
  const choice = Choice.jsonata(scope, `${prefix}: is there a converting replica?`)
    .when(is(MIDDLE_IS_GONE), gone)
    .otherwise(undo.startState);
  const look = lookAtConverting(scope, prefix, converting);
  look.next(choice);
  return Chain.custom(look, [gone, ...undo.endStates], look);
}

/** Refuses before anything is deleted. */
export function convertingIsProtected(scope: Construct): readonly [condition: string, Fail] {
  return [
    '$middleLeft.protected = true',
    Fail.jsonata(scope, 'The converting replica is protected against deletion', {
      error: 'DeletionProtection',
      cause: expression(
        jsonata`
          'The converting replica ' & $middleLeft.id
          & ' is protected against deletion, and nothing was deleted. Lift that, and start {"action":"retire"} again:
          aws rds modify-db-instance --db-instance-identifier ' & $middleLeft.id
          & ' --no-deletion-protection --apply-immediately'
        `,
      ),
    }),
  ];
}

/**
 * Deletes it without a snapshot, which RDS takes of no read replica, and waits until it is gone: one whose source goes
 * first is promoted, and stays.
 *
 * @see docs/aws-facts.md#rds-replica-deletion
 */
export function deleteConverting(scope: Construct, converting: ConvertingReplica): IChainable {
  const title = 'Deletion of the converting replica';
  const none = Pass.jsonata(scope, 'The converting replica is gone', { outputs: {} });
  const call = awsCall(scope, 'Delete the converting replica', {
    call: 'rds:deleteDBInstance',
    parameters: {
      DbInstanceIdentifier: expression('$middleLeft.id'),
      SkipFinalSnapshot: true,
      DeleteAutomatedBackups: true,
    },
    iamAction: 'rds:DeleteDBInstance',
    resources: [converting.databaseArn],
    outputs: {},
  });
  const stays = (name: string) =>
    Fail.jsonata(scope, `${title}: ${name}`, {
      error: 'NotDeleted',
      cause: expression(
        jsonata`
          'The converting replica ' & $middleLeft.id & ' is ' & $middleState & ', and blue was not deleted. '
          & ($refusal = 'none' ? '' : $refusal)
        `,
      ),
    });
  const gone = poll(scope, title, {
    ask: statusOf(scope, `${title}: is it gone?`, converting),
    done: `$middleState = '${GONE}'`,
    failed: [[`${REFUSED} and $round >= ${SLOW_TO_SAY} and $middleState != 'deleting'`, stays('refused')]],
    within: MAX_DELETION,
    late: stays('late'),
    everySeconds: seldom(MAX_DELETION),
  });
  const remove = order(scope, title, call, gone);
  const choice = Choice.jsonata(scope, 'Is there a converting replica to delete?')
    .when(is(MIDDLE_IS_GONE), none)
    .otherwise(remove.startState);
  for (const end of remove.endStates) end.next(none);
  return Chain.custom(choice, [none], none);
}

/** Assigns `$middleState`. */
function statusOf(scope: Construct, name: string, converting: ConvertingReplica): TaskStateBase {
  const id = `$lowercase(${literal(String(converting.instanceIdentifier))})`;
  return awsCall(scope, name, {
    call: 'rds:describeDBInstances',
    parameters: { Filters: [{ Name: 'db-instance-id', Values: [expression(id)] }] },
    iamAction: 'rds:DescribeDBInstances',
    resources: [arnOfAny(scope, 'db')],
    wildcard: LISTED,
    assign: { middleState: expression(`[$states.result.DbInstances[0].DbInstanceStatus, '${GONE}'][0]`) },
    outputs: {},
  });
}
