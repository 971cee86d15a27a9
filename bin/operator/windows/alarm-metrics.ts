import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { Lookup } from '../clients/lookup';
import type { AskedMetric } from './metrics';

/** DescribeAlarms takes no more names. */
const AT_ONCE = 100;

/** The metrics that the migration's own alarms watch: what goes wrong for users at which hour. */
export async function metricsOfAlarms(
  cloudwatch: CloudWatchClient,
  names: readonly string[],
  lookup: Lookup,
): Promise<AskedMetric[]> {
  const asked: AskedMetric[] = [];
  for (let begin = 0; begin < names.length; begin += AT_ONCE) {
    const AlarmNames = names.slice(begin, begin + AT_ONCE);
    const described = await lookup.attempt('Alarms', () => cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames })));
    if (described === undefined) continue;
    const alarms = described.MetricAlarms ?? [];
    for (const name of AlarmNames) {
      const alarm = alarms.find(({ AlarmName }) => AlarmName === name);
      const { Namespace, MetricName, Dimensions = [], Statistic } = alarm ?? {};
      if (Namespace === undefined || MetricName === undefined || Statistic === undefined) {
        lookup.miss(
          `The alarm ${name}`,
          alarm === undefined
            ? 'It is composite, or not there: look at those that it is made of.'
            : 'It watches an expression or a percentile, of which no hours are kept here.',
        );
        continue;
      }
      asked.push({
        figure: name,
        metric: { Namespace, MetricName, Dimensions },
        statistic: Statistic,
        isActivity: false,
      });
    }
  }
  return asked;
}
