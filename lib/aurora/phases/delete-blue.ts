import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Fail, type IChainable, Pass, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../../cutover/states/aws-call';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { jsonata } from '../../cutover/states/jsonata';
import { order, REFUSED } from '../../cutover/states/order';
import { poll } from '../../cutover/states/poll';
import { deleteEach } from './delete-each';
import { rdsArn } from './rds-arns';
import { INSTANCES, IS_GONE } from './what-is-left';

/** JSONata: the name of the last snapshot. */
const SNAPSHOT = `'cutover-final-' & $fromMillis($millis(), '[Y0001][M01][D01]-[H01][m01][s01]')`;
const NAMED_BY_TIME = 'The last snapshot is named after the time it is taken.';

/** Rounds for which RDS may still show what was, after it has taken an order. */
const SLOW_TO_SAY = 5;

export interface Deletion {
  readonly scope: Construct;
  /** ARNs of what is deleted: the cluster or the instance itself. */
  readonly resources: readonly string[];
  readonly wildcard?: string;
  /** What is said besides in the end. @default - nothing */
  readonly also?: Record<string, unknown>;
  /** Reads `$left` again. */
  readonly look: (prefix: string) => IChainable;
}

/** Refuses before anything is deleted: of a protected cluster RDS deletes the instances, and not the cluster. */
export function isProtected(scope: Construct, kind: 'cluster' | 'instance'): readonly [condition: string, Fail] {
  return [
    '$left.protected = true',
    Fail.jsonata(scope, 'Blue is protected against deletion', {
      error: 'DeletionProtection',
      cause: expression(
        jsonata`
          $left.id & ' is protected against deletion, and nothing of it was deleted. Lift that, and start
          {"action":"retire"} again: aws rds modify-db-${kind} --db-${kind}-identifier ' & $left.id
          & ' --no-deletion-protection --apply-immediately'
        `,
      ),
    }),
  ];
}

/**
 * Deletes the cluster with a last snapshot, once its instances are gone or about to be.
 *
 * The snapshot gets the cluster's tags where the cluster says so, which takes a right of its own.
 *
 * @see docs/aws-facts.md#rds-final-snapshot-tags
 */
export function deleteCluster(deletion: Deletion): IChainable {
  const { scope, resources, wildcard } = deletion;
  const snapshot = rdsArn(scope, 'cluster-snapshot', 'cutover-final-*');
  return once(
    deletion,
    awsCall(scope, 'Delete blue, with a last snapshot', {
      call: 'rds:deleteDBCluster',
      parameters: {
        DbClusterIdentifier: expression('$left.id'),
        FinalDBSnapshotIdentifier: expression(SNAPSHOT),
        SkipFinalSnapshot: false,
      },
      iamAction: ['rds:CreateDBClusterSnapshot', 'rds:DeleteDBCluster'],
      resources: [...resources, snapshot],
      alsoAllowed: [tagging(snapshot)],
      wildcard: wildcard === undefined ? NAMED_BY_TIME : `${wildcard} ${NAMED_BY_TIME}`,
      outputs: {},
    }),
  );
}

/** Of the snapshot alone: nobody has to tag what clients may be on. */
const tagging = (snapshot: string) =>
  new PolicyStatement({ actions: ['rds:AddTagsToResource'], resources: [snapshot] });

/** Deletes an instance that is in no cluster, with a last snapshot. */
export function deleteInstance(deletion: Deletion): IChainable {
  const { scope, resources } = deletion;
  const snapshot = rdsArn(scope, 'snapshot', 'cutover-final-*');
  return once(
    deletion,
    awsCall(scope, 'Delete blue, with a last snapshot', {
      call: 'rds:deleteDBInstance',
      parameters: {
        DbInstanceIdentifier: expression('$left.id'),
        FinalDBSnapshotIdentifier: expression(SNAPSHOT),
        SkipFinalSnapshot: false,
        DeleteAutomatedBackups: false,
      },
      iamAction: 'rds:CreateDBSnapshot',
      resources: [...resources, snapshot],
      alsoAllowed: [
        new PolicyStatement({ actions: ['rds:DeleteDBInstance'], resources: [...resources] }),
        tagging(snapshot),
      ],
      wildcard: NAMED_BY_TIME,
      outputs: {},
    }),
  );
}

/** Deletes those of a cluster's instances that are not about to go already. */
export function deleteInstances({ scope, resources, wildcard, look }: Deletion): IChainable {
  const each = deleteEach(scope, {
    what: 'instance',
    call: {
      call: 'rds:deleteDBInstance',
      iamAction: 'rds:DeleteDBInstance',
      resources: [...resources],
      ...(wildcard !== undefined && { wildcard }),
    },
    parameter: 'DbInstanceIdentifier',
    identifiers: INSTANCES,
  });
  const until = poll(scope, 'Instances of blue', {
    ask: look('Instances of blue'),
    done: `$count(${INSTANCES}) = 0`,
    failed: [
      [
        `$refusal != '' and $round >= ${SLOW_TO_SAY}`,
        notDeleted(scope, 'Instances of blue', `'These instances stay: ' & $join([${INSTANCES}], ', ')`),
      ],
    ],
    within: Duration.minutes(10),
    late: notDeleted(scope, 'Instances of blue', `'These instances stay: ' & $join([${INSTANCES}], ', ')`, 'late'),
    everySeconds: '2',
  });
  return inOrder(each, until);
}

/** Whether an order was taken whose answer was lost, RDS tells. Outputs `{"deleted": …}`. */
function once({ scope, look, also = {} }: Deletion, call: TaskStateBase): IChainable {
  const done = Pass.jsonata(scope, 'Blue can be deleted', { outputs: { deleted: expression('$left.id'), ...also } });
  const until = poll(scope, 'Deletion of blue', {
    ask: look('Deletion of blue'),
    done: `$not(${REFUSED}) or ${IS_GONE}`,
    failed: [
      [`$round >= ${SLOW_TO_SAY}`, notDeleted(scope, 'Deletion of blue', `$left.id & ' stays: it is ' & $left.status`)],
    ],
    within: Duration.minutes(10),
    everySeconds: '2',
  });
  return inOrder(order(scope, 'Deletion of blue', call, until), done);
}

function notDeleted(scope: Construct, title: string, what: string, why: 'refused' | 'late' = 'refused'): Fail {
  return Fail.jsonata(scope, `${title}: ${why === 'late' ? 'not deleted in time' : 'refused'}`, {
    error: 'NotDeleted',
    cause: expression(`${what} & '. ' & $refusal`),
  });
}
