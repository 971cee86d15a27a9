import { CloudWatch } from '../../../rehearsal/aws/cloudwatch/cloudwatch';
import { CloudWatchLogs } from '../../../rehearsal/aws/cloudwatch-logs/cloudwatch-logs';
import { ElastiCache } from '../../../rehearsal/aws/elasticache/elasticache';
import type { AwsEnvironment } from '../../../rehearsal/aws/environment';
import { EventBridge } from '../../../rehearsal/aws/eventbridge/eventbridge';
import { Scheduler } from '../../../rehearsal/aws/scheduler/scheduler';
import type { AwsService } from '../../../rehearsal/aws/service';

const HOUR_MS = 3_600_000;
const WEEKS = 4;
export const LOG_GROUP = '/batch/nightly';

export interface Load {
  /** The share of a busy hour that clients ask for in an hour; undefined: CloudWatch has nothing of it. */
  readonly shareAt: (at: Date) => number | undefined;
  /** Where blue is. */
  readonly address: string;
  /** Further rules that nobody minds. @default 0 */
  readonly rules?: number;
}

/** Four weeks of metrics, by the hour, and what starts by the clock. */
export const plantedLoad =
  ({ shareAt, address, rules = 0 }: Load) =>
  (environment: AwsEnvironment): readonly AwsService[] => {
    const cloudwatch = new CloudWatch(environment);
    const elasticache = new ElastiCache({ environment });
    const eventbridge = new EventBridge({ environment, invoke: () => Promise.resolve() });
    const scheduler = new Scheduler({ environment });
    const logs = new CloudWatchLogs({ environment });
    elasticache.caches.addCluster({
      id: 'sessions',
      engine: 'redis',
      engineVersion: '2.8.24',
      nodeType: 'cache.m3.medium',
      parameterGroup: 'own',
      securityGroupIds: [],
      transitEncryption: false,
      authToken: false,
      endpoint: { address, port: 6379 },
    });
    const now = Math.floor(environment.clock.now() / HOUR_MS) * HOUR_MS;
    const dimensions = [{ Name: 'CacheClusterId', Value: 'sessions' }];
    logs.addGroup(LOG_GROUP);
    for (let hour = 1; hour <= WEEKS * 7 * 24; hour += 1) {
      const at = now - hour * HOUR_MS;
      const share = shareAt(new Date(at));
      if (share === undefined) continue;
      const point = (name: string, value: number) => ({ namespace: 'AWS/ElastiCache', name, dimensions, at, value });
      cloudwatch.publish(
        point('GetTypeCmds', 900_000 * share),
        point('SetTypeCmds', 100_000 * share),
        point('CurrConnections', 40 + 60 * share),
        point('EngineCPUUtilization', 2 + 30 * share),
        { namespace: 'Shop', name: 'LoginErrors', dimensions: [], at, value: 5 * share },
      );
      if (new Date(at).getUTCHours() === 2) logs.write(LOG_GROUP, 'batch', 0, at + 60_000);
    }
    const watched = { Namespace: 'Shop', MetricName: 'LoginErrors', Statistic: 'Maximum' as const };
    cloudwatch.addAlarm('LoginErrors', 'MetricAlarm', 'OK', watched);
    const rule = (name: string, schedule: string) => {
      eventbridge.addRule({ name, pattern: undefined, schedule, targets: [] });
    };
    for (let index = 0; index < rules; index += 1) rule(`other-${index}`, 'cron(0 12 1 1 ? 2030)');
    rule('nightly-report', 'cron(30 3 ? * SUN *)');
    rule('every-day-at-noon', 'cron(0 12 * * ? *)');
    rule('once-a-day', 'rate(1 day)');
    scheduler.schedules.add({
      name: 'tokyo-import',
      ScheduleExpression: 'cron(15 13 ? * SUN *)',
      ScheduleExpressionTimezone: 'Asia/Tokyo',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: 'arn:aws:sqs:eu-west-1:111122223333:imports', RoleArn: 'arn:aws:iam::111122223333:role/Imports' },
    });
    return [cloudwatch, elasticache, eventbridge, scheduler, logs];
  };
