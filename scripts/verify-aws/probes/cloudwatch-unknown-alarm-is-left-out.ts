import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { confirmed, type Probe, refuted } from './probe';

export const cloudwatchUnknownAlarm: Probe = {
  fact: 'cloudwatch-unknown-alarm-is-left-out',
  async observe({ clients }) {
    const { MetricAlarms = [] } = await clients.cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: ['cutover-verify-nobody'] }),
    );
    return MetricAlarms.length === 0
      ? confirmed('An alarm that is not there was left out of the answer, without an error.')
      : refuted(`The answer holds ${MetricAlarms.length} alarms.`);
  },
};
