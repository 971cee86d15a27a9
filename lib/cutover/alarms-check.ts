import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from './aws-call';
import { expression, literal } from './expression';

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const MOST_ALARMS = 100;

export function checkAlarms(alarms: readonly IAlarm[]): void {
  if (alarms.length > MOST_ALARMS) {
    throw new Error(
      `alarms: got ${alarms.length}; DescribeAlarms takes at most ${MOST_ALARMS} names. Watch a composite alarm over them instead.`,
    );
  }
}

/**
 * What DescribeAlarms is allowed on: an imported alarm may be a composite one, and nothing says so.
 *
 * @see docs/aws-facts.md#cloudwatch-composite-alarms-need-everything
 */
export const ANY_ALARM = {
  iamAction: 'cloudwatch:DescribeAlarms',
  resources: ['*'],
  wildcard: 'DescribeAlarms knows composite alarms only with a permission on every alarm.',
};

/**
 * Reads the alarms. Outputs `{"alarms": […], "missing": […]}`: the names of those in ALARM, and of those that the answer
 * does not have. One that was deleted or misspelt is no error of CloudWatch's, and would be taken for a quiet one.
 *
 * @see docs/aws-facts.md#cloudwatch-unknown-alarm-is-left-out
 */
export function readAlarms(scope: Construct, name: string, alarms: readonly IAlarm[]): TaskStateBase {
  return awsCall(scope, name, {
    call: 'cloudwatch:describeAlarms',
    parameters: {
      AlarmNames: alarms.map((alarm) => alarm.alarmName),
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      MaxRecords: MOST_ALARMS,
    },
    ...ANY_ALARM,
    outputs: expression(`(
      $named := [${alarms.map(({ alarmName }) => literal(alarmName)).join(', ')}];
      $there := $append($states.result.MetricAlarms, $states.result.CompositeAlarms);
      {'alarms': [$there[StateValue = 'ALARM'].AlarmName], 'missing': [$named[$not($ in $there.AlarmName)]]}
    )`),
  });
}

/** JSONata, true where `readAlarms` came before and did not find all. */
export const ALARMS_MISSING = '$count($states.input.missing) > 0';

/** A failure for it. */
export const alarmsMissing = (whatToDo: string) => ({
  error: 'AlarmsMissing',
  cause: expression(`'There is no alarm ' & $join($states.input.missing, ', ') & ${literal(whatToDo)}`),
});
