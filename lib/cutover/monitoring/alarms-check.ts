import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Chain, IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { ValidationError } from '../../validation-error';
import { awsCall } from '../states/aws-call';
import { expression, literal } from '../states/expression';
import { inOrder } from '../states/in-order';

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const MAX_ALARMS = 100;

/**
 * A composite alarm's rule has up to 10,240 characters, and an answer at most 256 KiB.
 *
 * @see docs/aws-facts.md#sfn-answer-limit
 */
export const ALARMS_IN_A_LOOK = 20;

export function checkAlarms(alarms: readonly IAlarm[]): void {
  if (alarms.length > MAX_ALARMS) {
    throw new ValidationError(
      `alarms: got ${alarms.length}; DescribeAlarms takes at most ${MAX_ALARMS} names. Watch a composite alarm over them instead.`,
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
export function readAlarms(scope: Construct, name: string, alarms: readonly IAlarm[]): Chain {
  const parts = Array.from({ length: Math.ceil(alarms.length / ALARMS_IN_A_LOOK) }, (_, part) =>
    alarms.slice(part * ALARMS_IN_A_LOOK, (part + 1) * ALARMS_IN_A_LOOK),
  );
  const [first, ...others] = parts.map((part, index) =>
    readSome(scope, index === 0 ? name : `${name}, part ${index + 1}`, part, index > 0),
  );
  if (first === undefined) throw new ValidationError(`${name}: got no alarms; accepted are 1 to ${MAX_ALARMS}.`);
  return inOrder(first, ...others);
}

/** @param more to what the look before has found */
function readSome(scope: Construct, name: string, alarms: readonly IAlarm[], more: boolean): IChainable {
  const found = (member: string, these: string) => (more ? `$append($states.input.${member}, ${these})` : these);
  return awsCall(scope, name, {
    call: 'cloudwatch:describeAlarms',
    parameters: {
      AlarmNames: alarms.map((alarm) => alarm.alarmName),
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      MaxRecords: MAX_ALARMS,
    },
    ...ANY_ALARM,
    outputs: expression(`(
      $named := [${alarms.map(({ alarmName }) => literal(alarmName)).join(', ')}];
      $there := $append($states.result.MetricAlarms, $states.result.CompositeAlarms);
      {'alarms': ${found('alarms', "[$there[StateValue = 'ALARM'].AlarmName]")},
      'missing': ${found('missing', '[$named[$not($ in $there.AlarmName)]]')}}
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
