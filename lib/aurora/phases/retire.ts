import { Duration, Token } from 'aws-cdk-lib';
import { Chain, Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Phase } from '../../cutover/machine/phase';
import { expression, literal } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import type { DatabaseSteps } from './database-steps';
import { type Deletion, deleteCluster, deleteInstance, deleteInstances, isProtected } from './delete-blue';
import {
  convertingIsProtected,
  deleteConverting,
  lookAtConverting,
  MIDDLE_IS_GONE,
  WHAT_IT_WAS,
} from './delete-converting';
import { deleteEndpoints } from './delete-endpoints';
import { rdsArn } from './rds-arns';
import { detachQuietly } from './reverse';
import { INSTANCES, IS_GONE, lookAtLeft } from './what-is-left';

/**
 * Deletes blue on purpose, with a last snapshot, once nobody is on it. What is there is looked at first, so that a retire
 * that was stopped anywhere goes on from there when it is started again.
 *
 * @see docs/aws-facts.md#rds-deletion-protection
 */
export function retire(steps: DatabaseSteps): Phase {
  const { scope, agent, blue, converting } = steps;
  const look =
    converting === undefined
      ? lookAtLeft(scope, 'Retire', blue)
      : inOrder(lookAtConverting(scope, 'Retire', converting), lookAtLeft(scope, 'Retire', blue));
  const ask = agent.task(scope, 'Are clients still on blue?', {
    verb: 'mysql.connections',
    args: { side: 'blue' },
    timeout: Duration.minutes(1),
  });
  // The snapshot is not to follow anybody when it is restored.
  const detach = detachQuietly(steps, 'Retire', '$from');
  const remove = deleteAll(steps);
  const gone = Pass.jsonata(scope, 'Blue is gone already', { outputs: { deleted: 'before', ...alsoDeleted(steps) } });
  const isCluster = blue.clusterIdentifier !== undefined;
  const judge = Choice.jsonata(scope, 'What is left of blue?').when(
    is(converting === undefined ? IS_GONE : `${IS_GONE} and ${MIDDLE_IS_GONE}`),
    gone,
  );
  const objections = [
    ...(converting === undefined ? [] : [convertingIsProtected(scope)]),
    isProtected(scope, isCluster ? 'cluster' : 'instance'),
    ...unstatedInstances(steps),
  ];
  for (const [condition, fail] of objections) judge.when(is(condition), fail);
  if (isCluster) judge.when(is(`$count(${INSTANCES}) = 0`), remove);
  judge.otherwise(ask);
  inOrder(
    ask,
    Choice.jsonata(scope, 'Have all clients left blue?')
      .when(is('$states.input.connections > 0'), stillUsed(scope))
      .otherwise(inOrder(detach, remove)),
  );
  inOrder(look, judge);
  return {
    name: 'Retire',
    role: 'retire',
    purpose:
      converting === undefined
        ? 'Takes a last snapshot of blue and deletes it. There is no rollback after this.'
        : 'Deletes the converting replica; takes a last snapshot of blue and deletes it. There is no rollback after this.',
    forward: Chain.custom(look.startState, [gone], gone),
    done: `{'ingress': {}, 'equalAt': {}, 'startAt': {}}`,
  };
}

/** Names who is there; the input is what the agent said of connections. */
export function stillUsed(scope: Construct): Fail {
  return Fail.jsonata(scope, 'Clients are still on blue', {
    error: 'StillUsed',
    cause: expression(
      jsonata`
        $string($states.input.connections) & ' connections: '
        & $join($states.input.groups[kind != 'replication'].(user & '@' & host), ', ')
        & '. See them off first. Nothing was deleted.'
      `,
    ),
  });
}

/** What is said of the converting replica in the end. */
function alsoDeleted({ converting }: DatabaseSteps): { converting?: string } {
  return converting === undefined ? {} : { converting: expression(WHAT_IT_WAS) };
}

function deleteAll(steps: DatabaseSteps): IChainable {
  const { scope, converting } = steps;
  const blueItself = deleteBlue(steps);
  return converting === undefined ? blueItself : inOrder(deleteConverting(scope, converting), blueItself);
}

function deleteBlue(steps: DatabaseSteps): IChainable {
  const { scope, blue } = steps;
  const { databaseArn, clusterIdentifier, instanceIdentifiers } = blue;
  const deletion: Deletion = {
    scope,
    resources: [databaseArn],
    look: (prefix) => lookAtLeft(scope, prefix, blue),
    also: alsoDeleted(steps),
  };
  if (clusterIdentifier === undefined) return deleteInstance(deletion);
  const stated = blue.customEndpoints.map(({ endpointIdentifier }) => endpointIdentifier);
  const endpoints = deleteEndpoints({
    ...{ scope, stated, cluster: clusterIdentifier, clusterArn: databaseArn },
    resources: stated.map((identifier) => rdsArn(scope, 'cluster-endpoint', identifier)),
  });
  const instances = instanceIdentifiers.map((instance) => rdsArn(scope, 'db', instance));
  if (instances.length === 0) return inOrder(endpoints, deleteCluster(deletion));
  return inOrder(endpoints, deleteInstances({ ...deletion, resources: instances }), deleteCluster(deletion));
}

/** The role may delete only what it names. */
function unstatedInstances({ scope, blue }: DatabaseSteps): (readonly [string, Fail])[] {
  const { clusterIdentifier, instanceIdentifiers } = blue;
  if (clusterIdentifier === undefined || Token.isUnresolved(instanceIdentifiers)) return [];
  const stated = instanceIdentifiers.map((instance) => `$lowercase(${literal(instance)})`).join(', ');
  const unstated = `[${INSTANCES}][$not($ in [${stated}])]`;
  return [
    [
      `$count(${unstated}) > 0`,
      Fail.jsonata(scope, 'Instances of blue are not stated', {
        error: 'InstancesUnknown',
        cause: expression(
          jsonata`
            'The role may delete only what it names, and blue has besides: ' & $join(${unstated}, ', ')
            & '. State them in instanceIdentifiers of ${clusterIdentifier}, deploy, and retire it then. Nothing was
            deleted.'
          `,
        ),
      }),
    ],
  ];
}
