import type { CloudWatchClient, GetMetricDataInput } from '@aws-sdk/client-cloudwatch';
import { hourlyMetrics } from '../../../../bin/operator/windows/metrics';

test('asks for 500 metrics at once, and follows every page', async () => {
  const asked: [number, string | undefined][] = [];
  const hour = Date.UTC(2026, 1, 1);
  const send = async ({ input }: { input: GetMetricDataInput }) => {
    const queries = input.MetricDataQueries ?? [];
    asked.push([queries.length, input.NextToken]);
    const second = input.NextToken === 'more';
    return {
      MetricDataResults: [
        { Id: 'q0', Timestamps: [new Date(second ? hour : hour + 3_600_000)], Values: [second ? 1 : 2] },
      ],
      ...(!second && { NextToken: 'more' }),
    };
  };
  const metric = { figure: 'commands', metric: { MetricName: 'GetTypeCmds' }, statistic: 'Sum', isActivity: true };
  const all = Array.from({ length: 501 }, () => metric);
  const found = await hourlyMetrics({ send } as unknown as CloudWatchClient, all, [hour, hour + 3_600_000]);
  expect(asked).toEqual([
    [500, undefined],
    [500, 'more'],
    [1, undefined],
    [1, 'more'],
  ]);
  expect(Object.fromEntries(found[500]?.byHour ?? [])).toEqual({ [hour]: 1, [hour + 3_600_000]: 2 });
  expect(found[1]?.byHour.size).toBe(0);
});
