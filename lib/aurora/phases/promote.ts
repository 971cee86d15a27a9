import { Duration } from 'aws-cdk-lib';
import {
  Chain,
  Choice,
  Fail,
  type IChainable,
  Parallel,
  Pass,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../cutover/machine/phase';
import { FORTH, of } from '../../cutover/phases/sides';
import { awsCall } from '../../cutover/states/aws-call';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { order, REFUSED } from '../../cutover/states/order';
import { EAGERLY, poll } from '../../cutover/states/poll';
import type { DatabaseSteps } from './database-steps';
import { describeDatabase, describeInstancesOfCluster } from './rds-facts';
import { DIVERGED, FOLLOWS } from './replicate';

const MAX_PROMOTION = Duration.minutes(30);
const MAX_RESTART = Duration.minutes(10);

/** Rounds for which RDS may still show a replica after it has taken the order. */
const SLOW_TO_SAY = 15;

/**
 * Ends RDS's replication into green, or the engine's own into either side. RDS reboots what it promotes, and takes
 * minutes; it makes no replica of a database again. So a promotion that was begun is waited for, and when it must be
 * undone, clients return to blue and green follows it by the engine's own replication.
 *
 * @see docs/aws-facts.md#rds-promotion-reboots
 */
export function promote(steps: DatabaseSteps): Phase {
  const { scope } = steps;
  const replica = Pass.jsonata(scope, 'Undo Promote: it still replicates', {
    outputs: { startAt: FOLLOWS, replica: true },
  });
  // A promotion that is still under way would end what is set up now.
  const again = followAgain(steps, `$to.side = 'green' and $now.status != 'available'`);
  const whatIsGreen = Choice.jsonata(scope, 'Undo Promote: is green RDS’s replica still?')
    .when(is(`$to.side = 'green' and $now.status = 'available' and $exists($now.source)`), replica)
    .otherwise(again);
  const undo = inOrder(untilSettled(steps, 'Undo Promote'), whatIsGreen);
  const { undone, ...phase } = promotion(steps, [promoteReplica(steps)], MAX_RESTART);
  return {
    ...phase,
    done: `$to.side = 'green' ? {'promoted': true} : {}`,
    undo: Chain.custom(undo.startState, [...again.endStates, replica], replica),
    undone: `$merge([${undone}, $to.side = 'green' and $not($states.input.replica = true) ? {'promoted': true} : {}])`,
  };
}

/** Ends the engine's own replication: RDS knows nothing of it. */
export function detach(steps: DatabaseSteps): Phase {
  return { ...promotion(steps), undo: followAgain(steps) };
}

/** @param restarting - for how long the engine may not answer, because it restarts */
function promotion({ scope, agent }: DatabaseSteps, before: readonly IChainable[] = [], restarting?: Duration): Phase {
  const clear = agent.task(scope, 'Clear the new side’s replication', {
    verb: 'mysql.detach',
    comment: 'A configuration that is left over makes a later RDS Blue/Green switchover fail.',
    args: of('$to'),
    timeout: Duration.minutes(2).plus(restarting ?? Duration.millis(0)),
    ...(restarting !== undefined && { throughRestarts: restarting }),
    outputs: {},
  });
  const [first = clear, ...others] = [
    ...before,
    clear,
    ...(restarting === undefined ? [] : [takesWrites({ scope, agent }, restarting)]),
  ];
  return {
    name: 'Promote',
    role: 'promote',
    purpose: 'Makes the new side a database of its own: nothing writes to it but clients from here on.',
    forward: inOrder(first, ...others),
    undone: `{'startAt': $merge([$journal.startAt, {$to.side: $states.input.startAt}])}`,
  };
}

/** Nobody is let in where nobody can write. */
function takesWrites({ scope, agent }: Pick<DatabaseSteps, 'scope' | 'agent'>, within: Duration): IChainable {
  return agent.task(scope, 'Wait until the new side takes writes', {
    verb: 'mysql.alive',
    args: { ...of('$to'), writableWithinSeconds: within.toSeconds() },
    timeout: within.plus(Duration.minutes(1)),
    outputs: {},
  });
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
  const late = Fail.jsonata(scope, 'The promotion did not end in time', {
    error: 'PromotionTimedOut',
    cause: expression(
      jsonata`
        'After ${MAX_PROMOTION.toHumanString()} the cluster is ' & $now.status & ', its writer is ' & $writer
        & ', and it replicates from ' & [$now.source, 'nothing'][0] & '. See its events in RDS.'
      `,
    ),
  });
  const refused = Fail.jsonata(scope, 'RDS does not promote the replica', {
    error: 'PromotionRefused',
    cause: expression(`$refusal & 'It replicates from ' & $now.source & ' still. See its events in RDS.'`),
  });
  const promoted = poll(scope, 'Promotion', {
    ask: inOrder(
      describeDatabase(scope, 'Describe the promotion', green, 'now'),
      describeWriter(steps, 'Describe the writer of the new side'),
    ),
    done: `$now.status = 'available' and $not($exists($now.source)) and $writer = 'available'`,
    within: MAX_PROMOTION,
    late,
    failed: [
      [`${REFUSED} and $round >= ${SLOW_TO_SAY} and $now.status = 'available' and $exists($now.source)`, refused],
    ],
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

/** Assigns `$writer`, its status: RDS calls a cluster available whose instances it still reboots. `$now` is there. */
function describeWriter({ scope, green }: DatabaseSteps, name: string): TaskStateBase {
  return describeInstancesOfCluster(scope, name, green, {
    writer: expression(
      `[$states.result.DbInstances[DbInstanceIdentifier = $now.writer].DbInstanceStatus, 'not there'][0]`,
    ),
  });
}

/**
 * The engine knows of its promotion before RDS shows it, and is asked many times a second. It is RDS that says how the
 * promotion went: that the engine does not tell is no failure.
 */
function seeItTakeWrites({ scope, agent }: DatabaseSteps, otherwise: IChainable): Parallel {
  const watch = agent.task(scope, 'Promotion: wait until it takes writes', {
    verb: 'mysql.writable',
    args: { ...of('$to'), timeoutSeconds: 60 },
    timeout: Duration.minutes(2),
    outputs: {},
  });
  const attempt = Parallel.jsonata(scope, 'Promotion: watch it', { outputs: {} }).branch(watch);
  return attempt.addCatch(otherwise.startState, { errors: ['States.ALL'] });
}

/**
 * Has the new side follow the old one again from where both were equal, so that nothing has to be rebuilt. Clients are
 * waiting for the old side's client ingress: a new side that does not answer must not keep it revoked, and is told to follow when
 * the migration is tried again. Outputs `{"startAt": …}`.
 *
 * @param cannotYet - JSONata: it replicates later
 */
function followAgain({ scope, agent }: DatabaseSteps, cannotYet?: string): IChainable {
  const prefix = 'Undo Promote';
  const position = '$lookup($journal.equalAt, $from.side)';
  const follow = agent.task(scope, `${prefix}: replicate from the last equal position`, {
    verb: 'mysql.follow',
    args: { ...FORTH, position: expression(position) },
    timeout: Duration.minutes(2),
    outputs: {},
  });
  const attempt = Parallel.jsonata(scope, `${prefix}: replicate to the new side again`, {
    outputs: { startAt: FOLLOWS },
  }).branch(follow);
  const later = Pass.jsonata(scope, `${prefix}: it replicates later`, {
    outputs: { startAt: expression(position) },
  });
  const lost = Pass.jsonata(scope, `${prefix}: sides have diverged`, { outputs: { startAt: DIVERGED } });
  attempt.addCatch(later, { errors: ['States.ALL'] });
  const known = Choice.jsonata(scope, `${prefix}: is the replication start known?`).when(
    is(`$not($exists(${position}))`),
    lost,
  );
  if (cannotYet !== undefined) known.when(is(cannotYet), later);
  known.otherwise(attempt);
  return Chain.custom(known, [attempt, later, lost], known);
}

/**
 * A promotion that was asked for goes on: whether the cluster is a replica is known when it is over. Clients wait for the
 * old side's client ingress, and not for that.
 */
function untilSettled({ scope, green }: DatabaseSteps, prefix: string): IChainable {
  return poll(scope, `${prefix}: RDS`, {
    ask: describeDatabase(scope, `${prefix}: what is green now?`, green, 'now'),
    done: `$now.status = 'available'`,
    within: Duration.seconds(30),
    everySeconds: '2',
  });
}
