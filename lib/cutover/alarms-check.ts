import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from './aws-call';
import { expression } from './expression';

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const MOST_ALARMS = 100;

export function checkAlarms(alarms: readonly IAlarm[]): void {
  if (alarms.length > MOST_ALARMS) {
    throw new Error(
      `alarms: got ${alarms.length}; DescribeAlarms takes at most ${MOST_ALARMS} names. Watch a composite alarm over them instead.`,
    );
  }
}

/** Reads the alarms. Outputs `{"alarms": […]}`, the names of those in ALARM. */
export function readAlarms(scope: Construct, name: string, alarms: readonly IAlarm[]): TaskStateBase {
  return awsCall(scope, name, {
    call: 'cloudwatch:describeAlarms',
    parameters: {
      AlarmNames: alarms.map((alarm) => alarm.alarmName),
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      MaxRecords: MOST_ALARMS,
    },
    iamAction: 'cloudwatch:DescribeAlarms',
    resources: alarms.map((alarm) => alarm.alarmArn),
    outputs: expression(
      `{'alarms': [$append($states.result.MetricAlarms, $states.result.CompositeAlarms)[StateValue = 'ALARM'].AlarmName]}`,
    ),
  });
}
