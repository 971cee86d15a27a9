import type { GetMetricDataOutput } from '@aws-sdk/client-cloudwatch';
import { CloudWatch } from '../../../../rehearsal/aws/cloudwatch/cloudwatch';
import { callerOf, testEnvironment } from '../test-environment';

const MINUTE = 60_000;

function testbed() {
  const { clock, environment } = testEnvironment();
  const cloudwatch = new CloudWatch(environment);
  const begin = clock.now();
  const publish = (minute: number, value: number, name = 'LogIns') =>
    cloudwatch.publish({ namespace: 'Shop', name, dimensions: [], at: begin + minute * MINUTE, value });
  const asked = (stat: object = {}, request: object = {}) => ({
    MetricDataQueries: [
      {
        Id: 'asked',
        MetricStat: { Metric: { Namespace: 'Shop', MetricName: 'LogIns' }, Period: 60, Stat: 'Sum', ...stat },
      },
    ],
    StartTime: new Date(begin),
    EndTime: new Date(begin + 10 * MINUTE),
    ...request,
  });
  const caller = callerOf(environment, cloudwatch);
  const read = async (stat?: object, request?: object) =>
    ((await caller.call('getMetricData', asked(stat, request))) as GetMetricDataOutput).MetricDataResults?.[0];
  return { ...caller, begin, publish, asked, read };
}

test('has a value for each period that has data, the newest first', async () => {
  const { begin, publish, read } = testbed();
  for (const [minute, value] of [
    [1, 1],
    [1.5, 2],
    [4, 10],
  ] as const) {
    publish(minute, value);
  }
  publish(2, 99, 'Other');
  expect(await read()).toMatchObject({
    StatusCode: 'Complete',
    Timestamps: [new Date(begin + 4 * MINUTE), new Date(begin + MINUTE)],
    Values: [10, 3],
  });
  expect(await read({ Stat: 'Average', Period: 120 }, { ScanBy: 'TimestampAscending' })).toMatchObject({
    Values: [1.5, 10],
  });
  expect(await read({}, { StartTime: new Date(begin + MINUTE), EndTime: new Date(begin + 4 * MINUTE) })).toMatchObject({
    Values: [3],
  });
  expect(await read({ Metric: { Namespace: 'Shop', MetricName: 'None' } })).toMatchObject({ Values: [] });
});

test('takes what PutMetricData was given', async () => {
  const { call, read } = testbed();
  await call('putMetricData', { Namespace: 'Shop', MetricData: [{ MetricName: 'LogIns', Value: 7 }] });
  expect(await read()).toMatchObject({ Values: [7] });
});

test.each<[string, object, object]>([
  ['an end that is not later', {}, { EndTime: new Date(Date.UTC(2026, 0, 1)) }],
  ['a period of 90 seconds', { Period: 90 }, {}],
  ['no query', {}, { MetricDataQueries: [] }],
])('%s is refused', async (_, stat, request) => {
  const { refusal, asked } = testbed();
  expect((await refusal('getMetricData', asked(stat, request))).error).toMatch(/^CloudWatch\./);
});

test('goes on with a token where there are more values than a page has', async () => {
  const { call, publish, asked } = testbed();
  for (const minute of [1, 2, 3]) publish(minute, minute);
  const page = async (more: object) => {
    const request = { ScanBy: 'TimestampAscending', MaxDatapoints: 2, ...more };
    const { MetricDataResults: [result] = [], NextToken } = (await call(
      'getMetricData',
      asked({}, request),
    )) as GetMetricDataOutput;
    return { values: result?.Values, status: result?.StatusCode, NextToken };
  };
  const first = await page({});
  expect(first).toMatchObject({ values: [1, 2], status: 'PartialData' });
  expect(await page({ NextToken: first.NextToken })).toEqual({ values: [3], status: 'Complete', NextToken: undefined });
});

test('minutes are kept for fifteen days, hours for longer', async () => {
  const { environment, clock } = testEnvironment();
  const cloudwatch = new CloudWatch(environment);
  const at = clock.now();
  cloudwatch.publish({ namespace: 'Shop', name: 'Orders', dimensions: [], at, value: 7 });
  await clock.pass(20 * 86_400_000);
  const { call } = callerOf(environment, cloudwatch);
  const values = async (Period: number) => {
    const Metric = { Namespace: 'Shop', MetricName: 'Orders' };
    const answer = (await call('getMetricData', {
      MetricDataQueries: [{ Id: 'q0', MetricStat: { Metric, Period, Stat: 'Sum' } }],
      StartTime: new Date(at - 3_600_000),
      EndTime: new Date(at + 3_600_000),
    })) as GetMetricDataOutput;
    return answer.MetricDataResults?.[0]?.Values;
  };
  expect([await values(60), await values(300), await values(3600)]).toEqual([[], [7], [7]]);
});
