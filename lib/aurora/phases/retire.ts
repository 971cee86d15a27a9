import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Choice, Fail, type IChainable, Parallel, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../../cutover/aws-call';
import { expression } from '../../cutover/expression';
import { inOrder } from '../../cutover/in-order';
import { is } from '../../cutover/is';
import type { Phase } from '../../cutover/phase';
import type { IDatabase } from '../database';
import type { DatabaseSteps } from './database-steps';
import { detachQuietly } from './reverse';

/** JSONata: the name of the last snapshot. */
export const SNAPSHOT = `'cutover-final-' & $fromMillis($millis(), '[Y0001][M01][D01]-[H01][m01][s01]')`;
const NAMED_BY_TIME = 'The last snapshot is named after the time it is taken.';

/** Deletes blue on purpose, with a last snapshot, once nobody is on it. */
export function retire(steps: DatabaseSteps): Phase {
  const { scope, agent, blue } = steps;
  const ask = agent.task(scope, 'Is anybody still on blue?', {
    verb: 'mysql.connections',
    args: { side: 'blue' },
    timeout: Duration.minutes(1),
  });
  const remove = inOrder(
    // The snapshot is not to follow anybody when it is restored.
    detachQuietly(steps, 'Retire', '$from'),
    blue.clusterIdentifier === undefined
      ? deleteInstance(scope, blue)
      : deleteCluster(scope, blue, blue.clusterIdentifier),
  );
  const gone = Choice.jsonata(scope, 'Has everybody left blue?')
    .when(is('$states.input.connections > 0'), stillUsed(scope))
    .otherwise(remove);
  return {
    name: 'Retire',
    purpose: 'Takes a last snapshot of blue and deletes it. There is no way back after this.',
    forward: ask.next(gone),
    done: `{'doors': {}, 'equalAt': {}, 'startAt': {}}`,
  };
}

/** Names who is there; the input is what the agent said of connections. */
export function stillUsed(scope: Construct): Fail {
  return Fail.jsonata(scope, 'Somebody is still on blue', {
    error: 'StillUsed',
    cause: expression(
      `$string($states.input.connections) & ' connections: ' & $join($states.input.groups[kind != 'replication'].(user & '@' & host), ', ') & '. See them off first.'`,
    ),
  });
}

function deleteInstance(scope: Construct, { databaseArn, instanceIdentifier }: IDatabase): TaskStateBase {
  return awsCall(scope, 'Delete blue, with a last snapshot', {
    call: 'rds:deleteDBInstance',
    parameters: {
      DbInstanceIdentifier: instanceIdentifier,
      FinalDBSnapshotIdentifier: expression(SNAPSHOT),
      SkipFinalSnapshot: false,
      DeleteAutomatedBackups: false,
    },
    iamAction: ['rds:DeleteDBInstance', 'rds:CreateDBSnapshot'],
    resources: [databaseArn, snapshotArn(scope, 'snapshot')],
    wildcard: NAMED_BY_TIME,
    outputs: expression(`{'deleted': $states.result.DbInstance.DbInstanceIdentifier}`),
  });
}

/** A cluster is deleted once its instances are, or are about to be. */
function deleteCluster(scope: Construct, { databaseArn, instanceIdentifiers }: IDatabase, id: string): IChainable {
  if (instanceIdentifiers.length === 0) {
    return Fail.jsonata(scope, 'The instances of blue are not known', {
      error: 'InstancesUnknown',
      cause: `The role may delete only what it names. State the instance identifiers of blue, ${id}, deploy, and retire it then.`,
    });
  }
  const stack = Stack.of(scope);
  const deletions = instanceIdentifiers.map((instance, index) =>
    awsCall(scope, `Delete instance ${index + 1} of blue`, {
      call: 'rds:deleteDBInstance',
      parameters: { DbInstanceIdentifier: instance },
      iamAction: 'rds:DeleteDBInstance',
      resources: [
        stack.formatArn({
          service: 'rds',
          resource: 'db',
          resourceName: instance,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
      outputs: {},
    }),
  );
  return inOrder(
    Parallel.jsonata(scope, 'Delete the instances of blue', { outputs: {} }).branch(...deletions),
    awsCall(scope, 'Delete blue, with a last snapshot', {
      call: 'rds:deleteDBCluster',
      parameters: {
        DbClusterIdentifier: id,
        FinalDBSnapshotIdentifier: expression(SNAPSHOT),
        SkipFinalSnapshot: false,
      },
      iamAction: ['rds:DeleteDBCluster', 'rds:CreateDBClusterSnapshot'],
      resources: [databaseArn, snapshotArn(scope, 'cluster-snapshot')],
      wildcard: NAMED_BY_TIME,
      outputs: expression(`{'deleted': $states.result.DbCluster.DbClusterIdentifier}`),
    }),
  );
}

function snapshotArn(scope: Construct, resource: 'snapshot' | 'cluster-snapshot'): string {
  return Stack.of(scope).formatArn({
    service: 'rds',
    resource,
    resourceName: 'cutover-final-*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
