import { ArnFormat, Duration, Stack, Token } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { ALARMS_IN_A_LOOK, ANY_ALARM } from '../cutover/monitoring/alarms-check';
import { awsCall } from '../cutover/states/aws-call';
import { everyPage } from '../cutover/states/every-page';
import { expression, literal } from '../cutover/states/expression';
import { inOrder } from '../cutover/states/in-order';
import { jsonata } from '../cutover/states/jsonata';
import { unlessRedriven } from '../cutover/states/once';
import { assertStated } from '../cutover/validations/stated';
import { ValidationError } from '../validation-error';
import { refuseUnless } from './refuse-unless';
import { settingKind } from './setting-workload';
import type { IWorkload, KindStates, WorkloadKind, WorkloadProps } from './workload-kind';
import { workloadOfKind } from './workload-of-kind';

/** Properties of CloudWatch alarms that are muted for the switch. */
export interface AlarmsWorkloadProps extends WorkloadProps {
  /** The alarms, 1 to 100 of them. A muted alarm still changes its state; it only does nothing about it. */
  readonly alarms: IAlarm[];

  /**
   * After how long they act again by themselves, should nobody come back to unmute them: 1 minute to 15 days.
   *
   * @default Duration.hours(4)
   */
  readonly expiry?: Duration;
}

interface AlarmsFacts {
  /** The rest of the mute rule's name, after the migration's. */
  readonly rule: string;
  readonly alarms: readonly string[];
  readonly arns: readonly string[];
  /** ISO 8601. */
  readonly duration: string;
}

type States = KindStates<AlarmsFacts>;

const MINUTE_MS = 60_000;

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MuteTargets.html */
const MAX_ALARMS = 100;
/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Schedule.html */
const SHORTEST = Duration.minutes(1);
const LONGEST = Duration.days(15);

export function alarms(props: AlarmsWorkloadProps): IWorkload {
  assertStated('AlarmsWorkloadProps', props, { alarms: 'the alarms that are muted' });
  const { expiry = Duration.hours(4) } = props;
  const name = props.name ?? 'alarms';
  if (props.alarms.length === 0 || props.alarms.length > MAX_ALARMS) {
    throw new ValidationError(
      `alarms of ${name}: got ${props.alarms.length}; accepted are 1 to ${MAX_ALARMS} in one mute rule. ${props.alarms.length === 0 ? 'List some, or leave the workload out.' : 'Split them over several workloads.'}`,
    );
  }
  if (
    !Token.isUnresolved(expiry) &&
    (expiry.toSeconds() < SHORTEST.toSeconds() || expiry.toSeconds() > LONGEST.toSeconds())
  ) {
    throw new ValidationError(
      `expiry of ${name}: got ${expiry.toHumanString()}; accepted are ${SHORTEST.toHumanString()} to ${LONGEST.toHumanString()}, as long as a mute rule may last.`,
    );
  }
  return workloadOfKind(ALARMS, name, props, {
    rule: name,
    alarms: props.alarms.map((alarm) => alarm.alarmName),
    arns: props.alarms.map((alarm) => alarm.alarmArn),
    duration: Duration.minutes(Math.ceil(expiry.toSeconds() / 60)).toIsoString(),
  });
}

/** JSONata text. */
const ruleName = ({ migrationName }: States) => `${literal(`${migrationName}-`)} & $facts.rule`;

/**
 * A mute rule of our own beside any other: what was muted before stays muted, and a workflow that died leaves nothing
 * muted forever.
 */
const MUTED = settingKind<AlarmsFacts>({
  id: 'alarms',
  name: 'mute rule',
  read: ({ scope }, name, reading) =>
    awsCall(scope, name, {
      call: 'cloudwatch:listAlarmMuteRules',
      // What has ended is kept for long: it would push ours off the page.
      parameters: { AlarmName: expression('$facts.alarms[0]'), Statuses: ['SCHEDULED', 'ACTIVE'] },
      iamAction: 'cloudwatch:ListAlarmMuteRules',
      resources: ['*'],
      wildcard: 'ListAlarmMuteRules lists the rules of the account; its reference names no resource.',
      ...reading,
    }),
  value: (states) =>
    jsonata`
      ($ours := $states.result.AlarmMuteRuleSummaries[$substringAfter(AlarmMuteRuleArn,
      ':alarm-mute-rule:') = ${ruleName(states)}][0]; {'rule': $exists($ours) ? $ours.Status : 'none'})
    `,
  stopped: `{'rule': 'ACTIVE'}`,
  // One that nobody takes back mutes all the same when its minute comes.
  stopping: `{'rule': 'SCHEDULED'}`,
  stop: (states, name) => inOrder(mute(states, `${name}: mute`), itsMinute(states.scope, `${name}: let it begin`)),
  restore: (states, name) =>
    awsCall(states.scope, `${name}: unmute`, {
      call: 'cloudwatch:deleteAlarmMuteRule',
      parameters: { AlarmMuteRuleName: expression(ruleName(states)) },
      iamAction: 'cloudwatch:DeleteAlarmMuteRule',
      resources: ruleArns(states),
      outputs: {},
    }),
});

function mute(states: States, name: string) {
  return awsCall(states.scope, name, {
    call: 'cloudwatch:putAlarmMuteRule',
    parameters: {
      Name: expression(ruleName(states)),
      Description: 'Mutes alarms during a cutover, and ends by itself.',
      Rule: {
        Schedule: {
          // To the minute, and still to come whichever try succeeds: the tries take up to fifteen seconds, and answers.
          // @see docs/aws-facts.md#cloudwatch-mute-start
          Expression: expression(
            `'at(' & $fromMillis($millis() + ${2 * MINUTE_MS}, '[Y0001]-[M01]-[D01]T[H01]:[m01]') & ')'`,
          ),
          Duration: expression('$facts.duration'),
          Timezone: 'UTC',
        },
      },
      MuteTargets: { AlarmNames: expression('$facts.alarms') },
    },
    iamAction: 'cloudwatch:PutAlarmMuteRule',
    resources: [...ruleArns(states), ...states.all.flatMap(({ arns }) => arns)],
    outputs: {},
  });
}

/** It begins one to two minutes from now. */
function itsMinute(scope: Construct, name: string): Wait {
  return Wait.jsonata(scope, name, { time: WaitTime.seconds(unlessRedriven(MINUTE_MS / 1000)) });
}

const ALARMS: WorkloadKind<AlarmsFacts> = {
  ...MUTED,
  id: 'alarms',
  name: 'alarms',

  /** A mute rule refuses alarms that do not exist, and it would do so at night. */
  survey(states) {
    const { scope, prefix } = states;
    const exist = everyPage(scope, `${prefix}: do all exist?`, {
      call: 'cloudwatch:describeAlarms',
      parameters: jsonata`
        {'AlarmNames': $facts.alarms, 'AlarmTypes': ['MetricAlarm', 'CompositeAlarm'],
        'MaxRecords': ${ALARMS_IN_A_LOOK}}
      `,
      into: 'existing',
      kept: '[$append($existing, $append($states.result.MetricAlarms, $states.result.CompositeAlarms).AlarmName)]',
      ...ANY_ALARM,
      assign: { missing: expression('[$facts.alarms[$not($ in $existing)]]') },
    });
    return inOrder(
      exist,
      refuseUnless(
        scope,
        `${prefix}: is none missing?`,
        '$count($missing) = 0',
        `'There is no alarm ' & $join($missing, ', ') & '. Name others in workloads, or leave them out.'`,
      ),
      MUTED.survey(states),
    );
  },
};

function ruleArns({ scope, migrationName, all }: States): string[] {
  return all.map(({ rule }) =>
    Stack.of(scope).formatArn({
      service: 'cloudwatch',
      resource: 'alarm-mute-rule',
      resourceName: `${migrationName}-${rule}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );
}
