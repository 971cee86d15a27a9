import { Duration } from 'aws-cdk-lib';
import {
  Chain,
  Choice,
  Fail,
  type IChainable,
  type Parallel,
  Pass,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Journal } from '../../cutover/journal/journal';
import type { Errand } from '../../cutover/machine/errand';
import type { Phase } from '../../cutover/machine/phase';
import { withFindings } from '../../cutover/preflight/findings';
import { awsCall } from '../../cutover/states/aws-call';
import { expression, literal } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import type { ConvertingReplica } from '../converting-replica/converting-replica';
import { describeChain, narrowPlaces, objectionsTo } from './converting-facts';
import type { DatabaseSteps } from './database-steps';
import { unlessGone } from './delete-converting';
import { compare } from './replicate';

/** What converting needs to know. */
export interface ConvertingSteps
  extends Pick<DatabaseSteps, 'scope' | 'agent' | 'strategy' | 'tablesLeftUncompared' | 'catchUpTimeout'> {
  readonly converting: ConvertingReplica;
  readonly journal: Journal;
  readonly prepareTimeout: Duration;
}

/** A conversion costs about 45 of the 25,000 events that an execution may have, and catching up about 60. */
const MAX_CONVERSIONS = 200;
/** It is caught up before the next is begun, or before the end. */
const SMALL_LAG_SECONDS = 1;
const STEADY_SECONDS = 10;
const MAX_RESUMPTION = Duration.minutes(5);
/** CloudWatch has a figure each minute, and may be some minutes late. */
const LOOKED_BACK = Duration.minutes(15);

const GOES_ON = `Start {"action":"prepare"} again: one execution converts ${MAX_CONVERSIONS} tables at most, and has a time limit.`;

/** Arguments of a verb that concerns the first part of the way alone. */
const TO_CONVERTING = { from: 'blue', to: 'converting' } as const;

/**
 * Converts tables on the converting replica, days before the cutover. Its replication stands still meanwhile; between two
 * conversions it catches up where it has become too late. Whatever ends it has replication on again, or says that it is not.
 * It can be started as often as is needed: what is done is seen on the tables themselves.
 */
export function prepare(steps: ConvertingSteps): Errand {
  return {
    action: 'prepare',
    phase: preparation(steps),
    outcome: 'prepared',
    ending: 'Prepared',
    restored:
      'the converting replica replicates again. What is not converted yet goes on with the next {"action":"prepare"}',
  };
}

function preparation(steps: ConvertingSteps): Phase {
  const { scope, converting } = steps;
  const loop = convertAll(steps);
  const judge = Choice.jsonata(scope, 'Prepare: is anything against it?');
  for (const [condition, fail] of objectionsTo(scope, 'Prepare', converting)) judge.when(is(condition), fail);
  judge.otherwise(loop);
  const look = inOrder(describeChain(scope, 'Prepare', converting), judge);
  return {
    name: 'Prepare',
    role: 'prepare',
    purpose:
      'Converts tables on the converting replica, and has it catch up again. Clients and blue are not touched; it can be repeated.',
    forward: Chain.custom(look.startState, loop.endStates, look.startState),
    undo: unlessGone(scope, 'Undo Prepare', converting, inOrder(haveItFollow(steps, 'Undo Prepare'))),
    undoing: 'apart',
    done: `{'conversion': null}`,
    undone: `{'conversion': null}`,
  };
}

function convertAll(steps: ConvertingSteps): IChainable {
  const { scope, converting, prepareTimeout } = steps;
  const plan = askWhatIsLeft(steps, 'List what to convert', {
    todo: expression(`[$states.result[0].steps[done = false].{'id': id, 'table': table, 'free': freeBytesNeeded}]`),
    at: 0,
    behind: 0,
    caught: false,
    room: -1,
    prepareUntil: expression(`$millis() + ${prepareTimeout.toMilliseconds()}`),
  });
  const next = Choice.jsonata(scope, 'Choose the next step');
  const room = lookForRoom(steps);
  const convert = convertOne(steps);
  const follow = haveItFollow(steps, 'Prepare');
  const catchUp = catchUpWithBlue(steps);
  const again = askWhatIsLeft(steps, 'List what is left to convert', {});
  const ended = compareAndEnd(steps);

  const refused = Fail.jsonata(scope, 'It cannot be converted as it is', {
    error: 'NotConvertible',
    cause: expression(`$join($plan.findings[severity = 'error'].(id & ': ' & message & ' ' & remedy), ' | ')`),
  });
  const narrow = Fail.jsonata(scope, 'There is not enough room to convert the next table', {
    error: 'StorageTooSmall',
    cause: expression(
      jsonata`
        $todo[$at].id & ' needs ' & $string($ceil($todo[$at].free / 1048576))
        & ' MiB free, because the table is there twice meanwhile; ' & $middle.id & ' has '
        & $string($floor($room / 1048576)) & ' MiB (FreeStorageSpace). State a larger allocatedStorage, deploy, and
        start {"action":"prepare"} again.'
      `,
    ),
  });
  const undone = Fail.jsonata(scope, 'Something is not converted', {
    error: 'NotConverted',
    cause: expression(
      jsonata`
        'Each conversion succeeded, and ' & $string($plan.remaining) & ' are not done, the first ' & $left
        & '. Somebody else changes the converting replica, or blue’s definitions changed meanwhile. Start
        {"action":"prepare"} again.'
      `,
    ),
  });
  const isLate = `$behind > ${converting.maxLag.toSeconds()}`;
  const mayGoOn = `$at < $count($todo) and $at < ${MAX_CONVERSIONS} and $millis() < $prepareUntil`;

  plan.next(
    Choice.jsonata(scope, 'Can it be converted as it is?').when(is('$plan.errors > 0'), refused).otherwise(next),
  );
  next
    .when(is(`$not($caught) and ${isLate}`), follow.startState)
    .when(is(mayGoOn), room)
    .when(is('$not($caught)'), follow.startState)
    .otherwise(again);
  inOrder(
    room,
    Choice.jsonata(scope, 'Is there room for it?')
      .when(is(`$room >= 0 and $room < $todo[$at].free`), narrow)
      .otherwise(convert.startState),
  );
  for (const end of convert.endStates) end.next(next);
  for (const end of follow.endStates) end.next(catchUp);
  catchUp.next(next);
  again.next(
    Choice.jsonata(scope, 'Is everything converted?')
      .when(is('$plan.remaining > 0 and $at >= $count($todo)'), undone)
      .otherwise(ended.startState),
  );
  return Chain.custom(plan, ended.endStates, plan);
}

/** Assigns `$plan`: `findings`, `errors` and `remaining`; `$left`, the first that is not done. */
function askWhatIsLeft({ scope, agent }: ConvertingSteps, name: string, assign: Record<string, unknown>): Parallel {
  const found = withFindings('$states.result[0]', narrowPlaces());
  return agent.task(scope, name, {
    verb: 'mysql.conversions',
    comment: 'Tables, with rows, size, the space that each needs, and how long it may take; and what would go wrong.',
    args: {},
    timeout: Duration.minutes(15),
    assign: {
      plan: expression(
        jsonata`
          (${found}).{'findings': [findings], 'errors': errors, 'remaining': remaining,
          'freeBytesNeeded': freeBytesNeeded}
        `,
      ),
      left: expression(`[$states.result[0].next.id, 'none'][0]`),
      ...assign,
    },
    outputs: {},
  });
}

/**
 * Assigns `$room`, bytes: the least that CloudWatch has seen free of late; -1 where it has no figure. The instance
 * itself does not tell.
 *
 * @see docs/aws-facts.md#rds-free-storage
 */
function lookForRoom({ scope, converting }: ConvertingSteps): TaskStateBase {
  return awsCall(scope, 'How much room is there to convert?', {
    call: 'cloudwatch:getMetricStatistics',
    parameters: {
      Namespace: 'AWS/RDS',
      MetricName: 'FreeStorageSpace',
      Dimensions: [{ Name: 'DBInstanceIdentifier', Value: converting.instanceIdentifier }],
      StartTime: expression(`$fromMillis($millis() - ${LOOKED_BACK.toMilliseconds()})`),
      EndTime: expression('$now()'),
      Period: 60,
      Statistics: ['Minimum'],
    },
    iamAction: 'cloudwatch:GetMetricStatistics',
    resources: ['*'],
    wildcard: 'GetMetricStatistics knows no resources.',
    assign: {
      room: expression(
        jsonata`
          ($latest := $sort($states.result.Datapoints, function($one, $other) {
          $one.Timestamp < $other.Timestamp })[0]; $exists($latest) ? $latest.Minimum : -1)
        `,
      ),
    },
    outputs: {},
  });
}

function convertOne({ scope, agent, journal, prepareTimeout }: ConvertingSteps): IChainable {
  const note = journal.note(
    scope,
    'Journal: what was converted',
    `{'conversion': $todo[$at].id & ', ' & $string($at + 1) & ' of ' & $string($count($todo))}`,
    'Says what is being converted, for anyone who asks how far it is, or why it ended.',
  );
  const convert = agent.task(scope, 'Convert the next table', {
    verb: 'mysql.convert',
    comment: 'The replication of the converting replica stops meanwhile. A table that is so already is done at once.',
    args: {
      step: expression('$todo[$at].id'),
      timeoutSeconds: expression('$max([60, $floor(($prepareUntil - $millis()) / 1000)])'),
    },
    timeout: prepareTimeout.plus(Duration.minutes(5)),
    assign: {
      at: expression('$at + 1'),
      behind: expression('$states.result[0].lagSeconds'),
      caught: false,
    },
    outputs: {},
  });
  return inOrder(note, convert);
}

/** Fails where it does not, and says so. */
function haveItFollow({ scope, agent }: ConvertingSteps, prefix: string): IChainable {
  const resume = agent.task(scope, `${prefix}: have the converting replica replicate`, {
    verb: 'mysql.resumereplica',
    args: { timeoutSeconds: MAX_RESUMPTION.toSeconds() },
    timeout: MAX_RESUMPTION.plus(Duration.minutes(2)),
  });
  const stands = Fail.jsonata(scope, `${prefix}: the converting replica does not replicate`, {
    error: 'NotReplicating',
    cause:
      'The converting replica does not replicate: green gets nothing of what clients write. In a session on the host: cutover-agent mysql.status, and CALL mysql.rds_start_replication on the converting replica.',
  });
  const follows = Pass.jsonata(scope, `${prefix}: the converting replica replicates`, { outputs: {} });
  const judge = Choice.jsonata(scope, `${prefix}: does the converting replica replicate?`)
    .when(is('$states.input.replicating = true'), follows)
    .otherwise(stands);
  resume.next(judge);
  return Chain.custom(resume, [follows], resume);
}

function catchUpWithBlue({ scope, agent, catchUpTimeout }: ConvertingSteps): Parallel {
  return agent.task(scope, 'Wait until the converting replica is near blue', {
    verb: 'mysql.awaitlag',
    args: {
      ...TO_CONVERTING,
      lagSeconds: SMALL_LAG_SECONDS,
      steadySeconds: STEADY_SECONDS,
      timeoutSeconds: catchUpTimeout.toSeconds(),
    },
    timeout: catchUpTimeout.plus(Duration.minutes(5)),
    assign: { behind: 0, caught: true },
    outputs: {},
  });
}

/** Whatever differs beside what was declared was changed by somebody else. */
function compareAndEnd(steps: ConvertingSteps): IChainable {
  const { scope } = steps;
  const timeout = Duration.minutes(30);
  const same = compare(
    steps,
    'Compare what is defined on the converting replica',
    'schema',
    timeout,
    undefined,
    TO_CONVERTING,
  );
  const end = Pass.jsonata(scope, 'Say what was converted', {
    outputs: expression(
      jsonata`
        $merge([{'converted': $at, 'remaining': $plan.remaining, 'findings': $plan.findings}, $plan.remaining > 0
        ? {'goesOn': ${literal(GOES_ON)}} : {}, $at > 0 and $room < 0
        ? {'notKnown': ${literal('How much room there was: CloudWatch had no FreeStorageSpace.')}} : {}])
      `,
    ),
  });
  return inOrder(same, end);
}
