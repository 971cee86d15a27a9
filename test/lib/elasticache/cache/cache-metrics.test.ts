import type { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CacheEngine, CacheNodeType, ReplicationGroup } from '../../../../lib/elasticache';
import { newStack, oldCache } from '../stack-under-test';

const engine = CacheEngine.valkey('8.1');
const nodeType = CacheNodeType.of('cache.m7g.large');

describe('metrics', () => {
  const expressionOf = (stack: Stack, metric: { toMetricConfig(): unknown }) => stack.resolve(metric.toMetricConfig());

  test('cover every node, whichever is the primary now', () => {
    const { stack, vpc } = newStack();
    const group = new ReplicationGroup(stack, 'Group', { vpc, engine, nodeType });
    const { mathExpression } = expressionOf(stack, group.metricCurrConnections());
    const ids = Object.keys(mathExpression.usingMetrics);
    expect(mathExpression.expression).toBe(`SUM([${ids.join(', ')}])`);
    expect(group.memberClusterIds.map((id) => stack.resolve(id))).toEqual([
      { 'Fn::Join': ['', [{ Ref: 'GroupC77FDACD' }, '-001']] },
      { 'Fn::Join': ['', [{ Ref: 'GroupC77FDACD' }, '-002']] },
    ]);
  });

  test('cover every shard', () => {
    const { stack, vpc } = newStack();
    const group = new ReplicationGroup(stack, 'Group', { vpc, engine, nodeType, numShards: 2, numReplicas: 1 });
    const suffixes = group.memberClusterIds.map((id) => stack.resolve(id)['Fn::Join'][1][1]);
    expect(suffixes).toEqual(['-0001-001', '-0001-002', '-0002-001', '-0002-002']);
  });

  test.each([
    ['metricEngineCpuUtilization', 'EngineCPUUtilization', 'MAX', 'Maximum'],
    ['metricDatabaseMemoryUsagePercentage', 'DatabaseMemoryUsagePercentage', 'MAX', 'Maximum'],
    ['metricReplicationLag', 'ReplicationLag', 'MAX', 'Maximum'],
    ['metricCurrConnections', 'CurrConnections', 'SUM', 'Maximum'],
    ['metricEvictions', 'Evictions', 'SUM', 'Sum'],
  ] as const)('%s is %s, %s of the nodes’ %s', (method, MetricName, acrossNodes, Stat) => {
    const { stack } = newStack();
    const cache = oldCache(stack);
    cache[method]().createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      Metrics: Match.arrayWith([
        Match.objectLike({ Expression: Match.stringLikeRegexp(`^${acrossNodes}\\(`) }),
        Match.objectLike({
          MetricStat: {
            Metric: {
              Namespace: 'AWS/ElastiCache',
              MetricName,
              Dimensions: [{ Name: 'CacheClusterId', Value: 'sessions' }],
            },
            Period: 60,
            Stat,
          },
        }),
      ]),
    });
  });

  test('of two caches fit on one graph', () => {
    const { stack, vpc } = newStack();
    const blue = oldCache(stack);
    const green = new ReplicationGroup(stack, 'Group', { vpc, engine, replaces: blue });
    const idsOf = (cache: typeof blue) =>
      Object.keys(expressionOf(stack, cache.metricCurrConnections()).mathExpression.usingMetrics);
    expect(new Set([...idsOf(blue), ...idsOf(green)]).size).toBe(3);
  });

  test('of a server of your own there are none', () => {
    const { stack } = newStack();
    const own = oldCache(stack, { cacheClusterId: undefined });
    expect(() => own.metric('CurrItems')).toThrow('CloudWatch knows no node of it');
  });
});
