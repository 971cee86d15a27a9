import { CloudWatch } from '../../../../rehearsal/aws/cloudwatch/cloudwatch';
import { allowing, callerOf, testEnvironment } from '../test-environment';

function testbed() {
  const { environment } = testEnvironment();
  const cloudwatch = new CloudWatch(environment);
  cloudwatch.addAlarm('logins');
  cloudwatch.addAlarm('errors');
  cloudwatch.addAlarm('all', 'CompositeAlarm');
  return { ...callerOf(environment, cloudwatch), cloudwatch };
}

test('an alarm that the rehearsal raises is described as raised', async () => {
  const { call, cloudwatch } = testbed();
  cloudwatch.setAlarmState('logins', 'ALARM', 'too many errors');
  expect(await call('describeAlarms', { AlarmNames: ['logins', 'errors'] })).toMatchObject({
    MetricAlarms: [
      { AlarmName: 'logins', StateValue: 'ALARM', StateReason: 'too many errors' },
      { AlarmName: 'errors', StateValue: 'OK' },
    ],
    CompositeAlarms: [],
  });
  await call('setAlarmState', { AlarmName: 'logins', StateValue: 'OK', StateReason: 'by hand' });
  expect(await call('describeAlarms', { StateValue: 'ALARM' })).toMatchObject({ MetricAlarms: [] });
});

test('composite alarms are left out unless they are asked for', async () => {
  const { call } = testbed();
  const names = { AlarmNames: ['logins', 'all'] };
  expect(await call('describeAlarms', names)).toMatchObject({ MetricAlarms: [{}], CompositeAlarms: [] });
  expect(await call('describeAlarms', { ...names, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] })).toMatchObject({
    MetricAlarms: [{ AlarmName: 'logins' }],
    CompositeAlarms: [{ AlarmName: 'all' }],
  });
});

test('composite alarms are for those alone who may see all alarms', async () => {
  const { call, refusal } = testbed();
  const arns = ['logins', 'all'].map((name) => `arn:aws:cloudwatch:eu-west-1:111122223333:alarm:${name}`);
  const narrow = { principal: allowing({ Effect: 'Allow', Action: 'cloudwatch:DescribeAlarms', Resource: arns }) };
  const both = { AlarmNames: ['logins', 'all'], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] };
  expect(await refusal('describeAlarms', both, narrow)).toEqual({
    error: 'CloudWatch.CloudWatchException',
    cause: expect.stringContaining('not authorized to perform: cloudwatch:DescribeAlarms'),
  });
  expect(await call('describeAlarms', { AlarmNames: ['logins', 'all'] }, narrow)).toMatchObject({
    MetricAlarms: [{ AlarmName: 'logins' }],
  });
});

test('alarms page, and a name that is not there is no error', async () => {
  const { call } = testbed();
  const first = (await call('describeAlarms', { MaxRecords: 1 })) as { NextToken: string };
  expect(await call('describeAlarms', { MaxRecords: 1, NextToken: first.NextToken })).toMatchObject({
    MetricAlarms: [{ AlarmName: 'errors' }],
  });
  expect(await call('describeAlarms', { AlarmNames: ['nobody'] })).toMatchObject({ MetricAlarms: [] });
});

test.each([
  [
    'describeAlarms',
    { AlarmNames: Array.from({ length: 101 }, (_, index) => `a${index}`) },
    'CloudWatch.CloudWatchException',
    'its number of items must be from 0 to 100',
  ],
  [
    'describeAlarms',
    { MaxRecords: 101 },
    'CloudWatch.CloudWatchException',
    'MaxRecords: Got 101; its value must be from 1 to 100',
  ],
  [
    'describeAlarms',
    { AlarmNames: ['a'], AlarmNamePrefix: 'a' },
    'CloudWatch.InvalidParameterCombinationException',
    'cannot be used together',
  ],
  ['describeAlarms', { NextToken: 'x' }, 'CloudWatch.InvalidNextTokenException', 'not valid'],
  ['describeAlarms', { AlarmTypes: ['Metric'] }, 'CloudWatch.CloudWatchException', 'accepted are'],
  [
    'setAlarmState',
    { AlarmName: 'x', StateValue: 'OK', StateReason: 'y' },
    'CloudWatch.ResourceNotFoundException',
    'There is no alarm x.',
  ],
  ['putMetricData', { Namespace: 'AWS/EC2', MetricData: [] }, 'CloudWatch.InvalidParameterValueException', 'reserved'],
  [
    'putMetricData',
    { Namespace: 'n', MetricData: [{ MetricName: 'm' }] },
    'CloudWatch.InvalidParameterCombinationException',
    'one of Value',
  ],
])('%s with %j is refused', async (action, request, error, cause) => {
  expect(await testbed().refusal(action, request)).toEqual({ error, cause: expect.stringContaining(cause) });
});

test('published metrics are kept', async () => {
  const { call, cloudwatch } = testbed();
  await call('putMetricData', { Namespace: 'cdk-cutover', MetricData: [{ MetricName: 'LagMs', Value: 12 }] });
  expect(cloudwatch.metrics).toEqual([{ namespace: 'cdk-cutover', MetricName: 'LagMs', Value: 12 }]);
});

test('describing takes the permission on every alarm named; publishing can be kept to a namespace', async () => {
  const { call, refusal } = testbed();
  const arn = 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:logins';
  const one = allowing({ Effect: 'Allow', Action: 'cloudwatch:DescribeAlarms', Resource: arn });
  await call('describeAlarms', { AlarmNames: ['logins'] }, { principal: one });
  expect((await refusal('describeAlarms', { AlarmNames: ['logins', 'errors'] }, { principal: one })).error).toBe(
    'CloudWatch.CloudWatchException',
  );
  expect((await refusal('describeAlarms', {}, { principal: one })).error).toBe('CloudWatch.CloudWatchException');
  const namespace = allowing({
    Effect: 'Allow',
    Action: 'cloudwatch:PutMetricData',
    Resource: '*',
    Condition: { StringEquals: { 'cloudwatch:namespace': 'mine' } },
  });
  const put = (Namespace: string) => ({ Namespace, MetricData: [{ MetricName: 'm', Value: 1 }] });
  await call('putMetricData', put('mine'), { principal: namespace });
  await refusal('putMetricData', put('theirs'), { principal: namespace });
});
