import { whyMetricUnmet } from '../../batch/metric';
import type { BatchMetricDefinition } from '../../contract/batch';
import { AwsOfHost } from './aws-of-host';

const METRIC: BatchMetricDefinition = {
  ...{ namespace: 'Shop', name: 'RowsWritten', dimensions: [{ name: 'Table', value: 'sales' }] },
  ...{ statistic: 'Sum', periodSeconds: 60, comparison: 'GreaterThanThreshold', threshold: 0, withinSeconds: 1 },
};
const SLOT = new Date('2026-11-30T09:05:00Z');
const LOOK_MS = 10;

let aws: AwsOfHost;
const before = { ...process.env };
beforeEach(async () => {
  aws = new AwsOfHost();
  await aws.start();
  Object.assign(process.env, aws.environment);
});
afterEach(async () => {
  await aws.stop();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

const why = (more: Partial<BatchMetricDefinition> = {}, slot = SLOT) =>
  whyMetricUnmet({ ...METRIC, ...more }, slot, 'eu-west-1', LOOK_MS);

test('a metric is asked for from the period of the slot on, until one compares so', async () => {
  aws.values.push([], [0], [0, 7]);
  expect(await why({ withinSeconds: 60 })).toBeUndefined();
  expect(aws.metricsAsked).toHaveLength(3);
  expect(aws.metricsAsked[0]).toMatchObject({
    MetricDataQueries: [
      {
        MetricStat: {
          Metric: {
            Namespace: 'Shop',
            MetricName: 'RowsWritten',
            Dimensions: [{ Name: 'Table', Value: 'sales' }],
          },
          Period: 60,
          Stat: 'Sum',
        },
      },
    ],
    StartTime: SLOT.getTime() / 1_000,
    ScanBy: 'TimestampDescending',
  });
});

test('a slot within a longer period is of that one', async () => {
  aws.values.push([1]);
  await why({ periodSeconds: 300 }, new Date('2026-11-30T09:07:00Z'));
  expect(aws.metricsAsked[0]).toMatchObject({ StartTime: Date.parse('2026-11-30T09:05:00Z') / 1_000 });
});

test.each([
  ['GreaterThanThreshold', 7, false],
  ['GreaterThanOrEqualToThreshold', 7, true],
  ['LessThanThreshold', 7, false],
  ['LessThanOrEqualToThreshold', 7, true],
  ['LessThanThreshold', 8, true],
] as const)('7 is %s %i: %s', async (comparison, threshold, holds) => {
  aws.values.push([7]);
  const found = await why({ comparison, threshold });
  expect(found === undefined).toBe(holds);
});

test.each([
  [[], /^The metric Shop\/RowsWritten had no value 1 s after the run, in no period since the slot GreaterThanThr/],
  [[0], /^The metric Shop\/RowsWritten was 0 1 s after the run/],
])('where it shows %j for as long as it may take, that is told', async (values, told) => {
  aws.values.push(values);
  expect(await why()).toMatch(told);
});

test('where CloudWatch refuses, that is told', async () => {
  aws.failing.set('GetMetricData', Number.POSITIVE_INFINITY);
  expect(await why()).toMatch(/could not be read \(InternalServerError/);
});
