import { Duration } from 'aws-cdk-lib';
import { Chain, Choice, Fail, type IChainable, Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { awsCall } from '../../cutover/aws-call';
import { expression } from '../../cutover/expression';
import { inOrder } from '../../cutover/in-order';
import { is } from '../../cutover/is';
import type { Phase } from '../../cutover/phase';
import { type DatabaseSteps, FORTH, of } from './database-steps';
import { order, REFUSED } from './order';
import { EAGERLY, poll } from './poll';
import { describeDatabase } from './rds-facts';
import { DIVERGED, FOLLOWS } from './replicate';

const LONGEST_PROMOTION = Duration.minutes(30);

/** Ends RDS's replication into green, or the engine's own into either side. */
export function promote(steps: DatabaseSteps): Phase {
  const { scope } = steps;
  const replica = Pass.jsonata(scope, 'Undo Promote: it follows still', { outputs: { startAt: FOLLOWS } });
  const again = followAgain(steps);
  const isReplica = Choice.jsonata(scope, 'Undo Promote: is green RDS’s replica still?')
    .when(is(`$to.side = 'green' and $exists($now.source)`), replica)
    .otherwise(again);
  const undo = inOrder(untilSettled(steps, 'Undo Promote'), isReplica);
  return {
    ...promotion(steps, promoteReplica(steps)),
    done: `$to.side = 'green' ? {'promoted': true} : {}`,
    undo: Chain.custom(undo.startState, [...again.endStates, replica], replica),
  };
}

/** Ends the engine's own replication: RDS knows nothing of it. */
export function detach(steps: DatabaseSteps): Phase {
  return { ...promotion(steps), undo: followAgain(steps) };
}

function promotion({ scope, agent }: DatabaseSteps, ...before: IChainable[]): Phase {
  const clear = agent.task(scope, 'Clear the new side’s replication', {
    verb: 'mysql.detach',
    comment: 'A configuration that is left over makes a later RDS Blue/Green switchover fail.',
    args: of('$to'),
    timeout: Duration.minutes(2),
    outputs: {},
  });
  const [first = clear, ...others] = [...before, clear];
  return {
    name: 'Promote',
    purpose: 'Makes the new side a database of its own: nothing writes to it but users from here on.',
    forward: inOrder(first, ...others),
    undone: `{'startAt': $merge([$journal.startAt, {$to.side: $states.input.startAt}])}`,
  };
}

/** Only green is RDS's replica, and only until it was promoted once. */
function promoteReplica(steps: DatabaseSteps): IChainable {
  const { scope, green } = steps;
  const look = describeDatabase(scope, 'Is green a replica of RDS still?', green, 'now');
  const call = awsCall(scope, 'Promote the replica', {
    call: 'rds:promoteReadReplicaDBCluster',
    comment: 'RDS neither fences the source nor waits for it: that was done.',
    parameters: { DbClusterIdentifier: green.clusterIdentifier },
    iamAction: 'rds:PromoteReadReplicaDBCluster',
    resources: [green.databaseArn],
    outputs: {},
  });
  const late = Fail.jsonata(scope, 'The promotion takes too long', {
    error: 'PromotionTimedOut',
    cause: expression(
      `'After ${LONGEST_PROMOTION.toHumanString()} the cluster is ' & $now.status & ', and replicates from ' & [$now.source, 'nothing'][0] & '. See its events in RDS.'`,
    ),
  });
  const refused = Fail.jsonata(scope, 'RDS does not promote the replica', {
    error: 'PromotionRefused',
    cause: expression(`$refusal & 'It replicates from ' & $now.source & ' still. See its events in RDS.'`),
  });
  const promoted = poll(scope, 'Promotion', {
    ask: describeDatabase(scope, 'How far is the promotion?', green, 'now'),
    done: `$now.status = 'available' and $not($exists($now.source))`,
    within: LONGEST_PROMOTION,
    late,
    failed: [[`${REFUSED} and $now.status = 'available'`, refused]],
    everySeconds: EAGERLY,
  });
  const none = Pass.jsonata(scope, 'There is nothing to promote', { outputs: {} });
  look.next(
    Choice.jsonata(scope, 'Is there anything to promote?')
      .when(
        is(`$to.side = 'green' and $exists($now.source)`),
        order(scope, 'Promotion', call, promoted, seeItTakeWrites(steps, promoted)),
      )
      .otherwise(none),
  );
  return Chain.custom(look, [...promoted.endStates, none], none);
}

/**
 * The engine knows of its promotion before RDS shows it, and is asked many times a second. It is RDS that says how the
 * promotion went: that the engine does not tell is no failure.
 */
function seeItTakeWrites({ scope, agent }: DatabaseSteps, otherwise: IChainable): Parallel {
  const watch = agent.task(scope, 'Promotion: see it take writes', {
    verb: 'mysql.writable',
    args: { ...of('$to'), timeoutSeconds: 60 },
    timeout: Duration.minutes(2),
    outputs: {},
  });
  const attempt = Parallel.jsonata(scope, 'Promotion: have it watched', { outputs: {} }).branch(watch);
  return attempt.addCatch(otherwise.startState, { errors: ['States.ALL'] });
}

/**
 * Has the new side follow the old one again from where both were equal, so that nothing has to be built anew. Users are
 * waiting for the old side's door: a new side that does not answer must not keep it closed, and is told to follow when
 * the migration is tried again. Outputs `{"startAt": …}`.
 */
function followAgain({ scope, agent }: DatabaseSteps): IChainable {
  const prefix = 'Undo Promote';
  const position = '$lookup($journal.equalAt, $from.side)';
  const follow = agent.task(scope, `${prefix}: follow from where both were equal`, {
    verb: 'mysql.follow',
    args: { ...FORTH, position: expression(position) },
    timeout: Duration.minutes(2),
    outputs: {},
  });
  const attempt = Parallel.jsonata(scope, `${prefix}: have the new side follow again`, {
    outputs: { startAt: FOLLOWS },
  }).branch(follow);
  const later = Pass.jsonata(scope, `${prefix}: it is to follow later`, {
    outputs: { startAt: expression(position) },
  });
  const lost = Pass.jsonata(scope, `${prefix}: it went its own way`, { outputs: { startAt: DIVERGED } });
  attempt.addCatch(later, { errors: ['States.ALL'] });
  const known = Choice.jsonata(scope, `${prefix}: is it known where both were equal?`)
    .when(is(`$exists(${position})`), attempt)
    .otherwise(lost);
  return Chain.custom(known, [attempt, later, lost], known);
}

/** A promotion that was asked for goes on; whether the cluster is a replica is known when it is over. */
function untilSettled({ scope, green }: DatabaseSteps, prefix: string): IChainable {
  return poll(scope, `${prefix}: RDS`, {
    ask: describeDatabase(scope, `${prefix}: what is green now?`, green, 'now'),
    done: `$now.status = 'available'`,
    within: Duration.minutes(10),
    everySeconds: '2',
  });
}
