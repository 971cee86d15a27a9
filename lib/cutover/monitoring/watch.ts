import { Duration } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Chain, Choice, Fail, type IChainable, Pass, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { eventsOfChecks } from '../../checks/check-budget';
import type { ICheck } from '../../checks/check-kind';
import { ValidationError } from '../../validation-error';
import type { Phase } from '../machine/phase';
import { expression } from '../states/expression';
import { is } from '../states/is';
import { onceOnly } from '../states/once';
import { ALARMS_MISSING, alarmsMissing, readAlarms } from './alarms-check';

export interface WatchProps {
  readonly alarms: readonly IAlarm[];
  /** How long the alarms are watched. */
  readonly period: Duration;
  /** How many workloads are stopped and put back in the same execution. */
  readonly workloads: number;
  /** What is asked of the applications in the same execution. */
  readonly checks: readonly ICheck[];
  /** How many events the canary before it may make. */
  readonly canaryEvents: number;
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const EVENTS = 25_000;
/** Of a workload: looked at, stopped and put back, and all of it again where the last look sends clients back. */
const EVENTS_OF_A_WORKLOAD = 250;
const EVENTS_OF_ALL_ELSE = 2_500;
const EVENTS_OF_A_ROUND = 10;
// @see docs/aws-facts.md#sfn-history-limit
/** Half of the events, whatever else there is. */
const MAX_ROUNDS = 1200;
/** Fewer would watch a quiet hour every other minute. */
const FEWEST_ROUNDS = 40;
const MIN_ROUND_SECONDS = 20;

const AGAIN = 'Is the watch over?';

export function watch(scope: Construct, props: WatchProps): Phase {
  return {
    name: 'Watch',
    purpose: 'Watches the alarms. One that goes off sends clients back.',
    withoutRollback: 'Watches the alarms. One that goes off is reported: there is no way back.',
    role: 'watch',
    forward: watchAlarms(scope, props),
    direction: 'cutover',
    ...(props.alarms.length > 0 && { looks: { again: AGAIN, seconds: props.period.toSeconds() } }),
  };
}

/** Of an execution's events it takes what others leave. */
export function watchInterval({ period, workloads, checks, canaryEvents }: Omit<WatchProps, 'alarms'>): Duration {
  const left = EVENTS - EVENTS_OF_ALL_ELSE - workloads * EVENTS_OF_A_WORKLOAD - eventsOfChecks(checks) - canaryEvents;
  if (left < FEWEST_ROUNDS * EVENTS_OF_A_ROUND) {
    throw new ValidationError(
      `checks: got ${checks.length} with up to ${eventsOfChecks(checks)} events, beside ${workloads} workloads${canaryEvents > 0 ? ` and a canary of up to ${canaryEvents}` : ''}; an execution may have 25,000 events. Give checks fewer retries or a shorter timeout, or put several into one.`,
    );
  }
  const rounds = Math.min(MAX_ROUNDS, Math.floor(left / EVENTS_OF_A_ROUND));
  return Duration.seconds(Math.max(MIN_ROUND_SECONDS, Math.ceil(period.toSeconds() / rounds)));
}

/**
 * Reads the alarms until the period is over or one is in ALARM. Outputs `{"alarms": […]}`. One that is deleted meanwhile
 * says nothing of green, and sends nobody back; the others are watched on, and it is a failure at the end: nobody may
 * take that watch for a quiet one.
 */
function watchAlarms(scope: Construct, props: WatchProps): IChainable {
  const interval = watchInterval(props);
  const begin = Pass.jsonata(scope, 'Save when the watch began', {
    assign: { watchUntil: expression(`$millis() + ${props.period.toMilliseconds()}`) },
  });
  if (props.alarms.length === 0) {
    const wait = Wait.jsonata(scope, 'Wait, with no alarm to watch', {
      time: WaitTime.seconds(onceOnly(props.period.toSeconds())),
      outputs: { alarms: [] },
    });
    return begin.next(wait);
  }
  const wait = Wait.jsonata(scope, 'Wait before the next look', {
    time: WaitTime.seconds(onceOnly(interval.toSeconds())),
  });
  const look = readAlarms(scope, 'Read the alarms', props.alarms);
  const over = Pass.jsonata(scope, 'The watch is over');
  const gone = Fail.jsonata(
    scope,
    'Not all alarms were watched to the end',
    alarmsMissing(' any more: nothing can be said of it.'),
  );
  const quiet = '$count($states.input.alarms) = 0';
  const someLeft = `$count($states.input.missing) < ${new Set(props.alarms.map(({ alarmName }) => alarmName)).size}`;
  const again = Choice.jsonata(scope, AGAIN)
    .when(is(`${quiet} and ${someLeft} and $millis() < $watchUntil`), wait)
    .when(is(`${quiet} and ${ALARMS_MISSING}`), gone)
    .otherwise(over);
  begin.next(look);
  wait.next(look).next(again);
  return Chain.custom(begin, [over], over);
}
