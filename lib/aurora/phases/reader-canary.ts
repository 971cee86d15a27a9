import { Duration } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import {
  Chain,
  Choice,
  Fail,
  type IChainable,
  type Parallel,
  Pass,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { ALARMS_MISSING, alarmsMissing, readAlarms } from '../../cutover/monitoring/alarms-check';
import { everyPage } from '../../cutover/states/every-page';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { onceOnly } from '../../cutover/states/once';
import { shareOfGreen } from '../../cutover/weights/canary';
import type { RecordSteps } from '../../cutover/weights/record-steps';
import { ValidationError } from '../../validation-error';
import type { ReaderStep } from '../readers/reader-steps';

export interface ReaderCanaryProps {
  readonly readers: RecordSteps;
  readonly weights: readonly ReaderStep[];
  readonly alarms: readonly IAlarm[];
  /** Asks the new side; fails where it does not answer. Assigns `$alive`, what the agent said. */
  readonly alive: (name: string) => Parallel;
  /** JSONata: the identifiers of the new side's instances. */
  readonly members: string;
  /** Whether the record's targets are known at the deploy, so that a deploy in between can be told. */
  readonly namedByDeploy: boolean;
}

/** What a step's states are told apart by: their names have 80 characters at most, and no tokens. */
const WHERE = {
  instance: ' on one instance',
  endpoint: ' on an endpoint',
  readers: ' on all instances',
} as const;

/** More looks leave the watch too few of an execution's 25,000 events. */
const MAX_LOOKS = 120;
/** About 45, and 14 more each time that Systems Manager does not know the timer of the agent's task yet: four times. */
// @see docs/aws-facts.md#ssm-reads-lag
const EVENTS_OF_A_LOOK = 110;
const MIN_SECONDS = 10;

type Bakes = Pick<ReaderStep, 'bake'>;

/** How often the new side is looked at while it bakes. */
export function lookInterval(weights: readonly Bakes[]): Duration {
  const baking = weights.reduce((sum, { bake }) => sum + bake.toSeconds(), 0);
  return Duration.seconds(Math.max(MIN_SECONDS, Math.ceil(baking / MAX_LOOKS)));
}

/** How many of an execution's events the looks may make. */
export function eventsOfReaderCanary(weights: readonly Bakes[]): number {
  const { length } = weights;
  if (length === 0) return 0;
  const seconds = weights.reduce((sum, { bake }) => sum + bake.toSeconds(), 0);
  // Each step looks once more than its time has intervals.
  return (Math.ceil(seconds / lookInterval(weights).toSeconds()) + length) * EVENTS_OF_A_LOOK;
}

/**
 * Gives the new side a rising share of the readers. An engine that restarts under them, or an alarm, ends it at once:
 * some queries kill a server only on real data, of real size.
 */
export function shiftReaders(scope: Construct, props: ReaderCanaryProps): IChainable {
  const restarted = Fail.jsonata(scope, 'The new side restarted under its readers', {
    error: 'Restarted',
    cause: expression(
      jsonata`
        ($count($happened) > 0 ? $join($happened, ', ') : 'Its engine restarted at '
        & $fromMillis($alive.startedAtMs)) & '. See its error log and the RDS events for the query that did it;
        readers are back on the old side.'
      `,
    ),
  });
  const alarmed = Fail.jsonata(scope, 'An alarm went off during the reader canary', {
    error: 'Alarm',
    cause: expression(`'In ALARM: ' & $join($states.input.alarms, ', ')`),
  });
  const missing = Fail.jsonata(scope, 'An alarm of the reader canary does not exist', alarmsMissing(' any more.'));
  const interval = lookInterval(props.weights);
  const [first, ...others] = props.weights.map((step) =>
    bakeStep(scope, props, step, { interval, restarted, alarmed, missing }),
  );
  if (first === undefined) throw new ValidationError('A canary needs at least one step of weights.');
  const begin = Pass.jsonata(scope, 'Save when the canary began', {
    assign: { triedSince: expression('$millis()') },
    outputs: {},
  });
  return inOrder(begin, first, ...others);
}

interface Bake {
  readonly interval: Duration;
  readonly restarted: Fail;
  readonly alarmed: Fail;
  readonly missing: Fail;
}

function bakeStep(scope: Construct, props: ReaderCanaryProps, step: ReaderStep, bake: Bake): IChainable {
  const { alarms, alive, members, namedByDeploy } = props;
  const share = `reader ${shareOfGreen(step)}${step.target === undefined ? '' : WHERE[step.target._kind]}`;
  const readers = step.address === undefined ? props.readers : props.readers.leadingGreenTo(step.address);
  const begin = Pass.jsonata(scope, `Save when green got ${share}`, {
    assign: { bakeUntil: expression(`$millis() + ${step.bake.toMilliseconds()}`) },
    outputs: { alarms: [] },
  });
  const wait = Wait.jsonata(scope, `Wait while green has ${share}`, {
    time: WaitTime.seconds(onceOnly(bake.interval.toSeconds())),
  });
  const look = alive(`Check green at ${share}`);
  const done = Pass.jsonata(scope, `Green is healthy at ${share}`, { outputs: {} });
  const judge = Choice.jsonata(scope, `Is green healthy at ${share}?`)
    .when(is('$alive.restarted or $count($happened) > 0'), bake.restarted)
    .when(is('$count($states.input.alarms) > 0'), bake.alarmed)
    .when(is(ALARMS_MISSING), bake.missing)
    .when(is('$millis() < $bakeUntil'), wait)
    .otherwise(done);
  wait.next(look);
  const events = readEvents(scope, `Describe green at ${share}`, members);
  inOrder(
    look,
    events,
    ...(alarms.length > 0 ? [readAlarms(scope, `Read the alarms at ${share}`, alarms)] : []),
    judge,
  );
  const shift = readers.shift(
    scope,
    `Give green ${share}`,
    `$from.side = 'blue' ? ${step.blueWeight} : ${step.greenWeight}`,
    `$from.side = 'blue' ? ${step.greenWeight} : ${step.blueWeight}`,
  );
  inOrder(shift, begin, wait);
  if (!namedByDeploy) return Chain.custom(shift.startState, [done], done);
  const unchanged = readers.requireUnchanged(scope, ` for ${share}`);
  inOrder(unchanged, shift);
  return Chain.custom(unchanged.startState, [done], done);
}

/** RDS may tell late, and an account may have much to tell of others: this far back is looked. */
const TOLD_WITHIN = Duration.minutes(10);

/**
 * Assigns `$happened`: what went wrong with one of the instances since readers were let on, in RDS's words. The agent is
 * answered by one reader at a time; RDS knows of all.
 */
function readEvents(scope: Construct, name: string, members: string): IChainable {
  return everyPage(scope, name, {
    call: 'rds:describeEvents',
    parameters: `{'SourceType': 'db-instance', 'EventCategories': ['availability', 'failover', 'failure', 'recovery'], 'Duration': ${TOLD_WITHIN.toMinutes()}, 'MaxRecords': 100}`,
    into: 'happened',
    kept: jsonata`
      [$append($happened, $states.result.Events[SourceIdentifier in ${members}
      and $toMillis(Date) > $triedSince].(SourceIdentifier & ': ' & Message & ' (' & Date & ')'))]
    `,
    next: 'Marker',
    iamAction: 'rds:DescribeEvents',
    resources: ['*'],
    wildcard: 'DescribeEvents knows no resources.',
    outputs: { alarms: [] },
  });
}

/** Takes the new side out of service for readers. */
export function takeReadersBack(scope: Construct, readers: RecordSteps, prefix: string): IChainable {
  return inOrder(
    readers.shiftTo(scope, `${prefix}: shift readers back`, '$from'),
    Pass.jsonata(scope, `${prefix}: readers resolve the old side`, { outputs: {} }),
  );
}
