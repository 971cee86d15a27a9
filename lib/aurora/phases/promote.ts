import { Duration } from 'aws-cdk-lib';
import { Chain, Choice, Fail, type IChainable, Parallel, Pass, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { awsCall } from '../../cutover/aws-call';
import { expression } from '../../cutover/expression';
import { inOrder } from '../../cutover/in-order';
import { is } from '../../cutover/is';
import type { Phase } from '../../cutover/phase';
import { type DatabaseSteps, FORTH, of } from './database-steps';
import { describeDatabase } from './rds-facts';
import { DIVERGED, FOLLOWS } from './replicate';

const LONGEST_PROMOTION = Duration.minutes(30);

/** Asked every second at first, for users wait; then seldom, for an execution has 25,000 events. */
const EAGER_ROUNDS = 60;

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
function promoteReplica({ scope, green }: DatabaseSteps): IChainable {
  const look = describeDatabase(scope, 'Is green a replica of RDS still?', green, 'now');
  const promotion = awsCall(scope, 'Promote the replica', {
    call: 'rds:promoteReadReplicaDBCluster',
    comment: 'RDS neither fences the source nor waits for it: that was done.',
    parameters: { DbClusterIdentifier: green.clusterIdentifier },
    iamAction: 'rds:PromoteReadReplicaDBCluster',
    resources: [green.databaseArn],
    assign: { rounds: 0, promotionEnds: expression(`$millis() + ${LONGEST_PROMOTION.toMilliseconds()}`) },
    outputs: {},
  });
  const done = Pass.jsonata(scope, 'The new side is nobody’s replica', { outputs: {} });
  const wait = Wait.jsonata(scope, 'Give the promotion a moment', {
    time: WaitTime.seconds(expression(`$rounds < ${EAGER_ROUNDS} ? 1 : 10`)),
    assign: { rounds: expression('$rounds + 1') },
  });
  const ask = describeDatabase(scope, 'How far is the promotion?', green, 'now');
  const late = Fail.jsonata(scope, 'The promotion takes too long', {
    error: 'PromotionTimedOut',
    cause: expression(
      `'After ${LONGEST_PROMOTION.toHumanString()} the cluster is ' & $now.status & ', and replicates from ' & [$now.source, 'nothing'][0] & '. See its events in RDS.'`,
    ),
  });
  const isReplica = `$to.side = 'green' and $exists($now.source)`;
  look.next(Choice.jsonata(scope, 'Is there anything to promote?').when(is(isReplica), promotion).otherwise(done));
  promotion.next(ask);
  wait.next(ask);
  ask.next(
    Choice.jsonata(scope, 'Is it promoted?')
      .when(is(`$now.status = 'available' and $not($exists($now.source))`), done)
      .when(is('$millis() > $promotionEnds'), late)
      .otherwise(wait),
  );
  return Chain.custom(look, [done], done);
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
  const begin = Pass.jsonata(scope, `${prefix}: note the time`, {
    assign: { settleBy: expression('$millis() + 600000') },
  });
  const ask = describeDatabase(scope, `${prefix}: what is green now?`, green, 'now');
  const wait = Wait.jsonata(scope, `${prefix}: wait for RDS`, { time: WaitTime.duration(Duration.seconds(2)) });
  const settled = Pass.jsonata(scope, `${prefix}: RDS has settled`, { outputs: {} });
  begin.next(ask);
  wait.next(ask);
  ask.next(
    Choice.jsonata(scope, `${prefix}: has RDS settled?`)
      .when(is(`$now.status != 'available' and $millis() < $settleBy`), wait)
      .otherwise(settled),
  );
  return Chain.custom(begin, [settled], settled);
}
