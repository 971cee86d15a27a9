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

/** What CloudWatch counts of a side, by the names of AWS's metrics; of a busy hour. */
export interface Counted {
  readonly namespace: string;
  readonly dimensions: readonly (readonly [name: string, value: string])[];
  readonly busyHour: Readonly<Record<string, number>>;
}

/** A single Redis. */
const REDIS: Counted = {
  namespace: 'AWS/ElastiCache',
  dimensions: [['CacheClusterId', 'sessions']],
  busyHour: { GetTypeCmds: 900_000, SetTypeCmds: 100_000 },
};

export interface Load {
  /** The share of a busy hour that clients ask for in an hour; undefined: CloudWatch has nothing of it. */
  readonly shareAt: (at: Date) => number | undefined;
  /** Where blue is. */
  readonly address: string;
  /** Further rules that nobody minds. @default 0 */
  readonly rules?: number;
  /** @default - a single Redis */
  readonly counted?: Counted;
  /** What the cache of that address is; none is there where this says so. @default - a single Redis called `sessions` */
  readonly caches?: (elasticache: ElastiCache) => void;
  /** Alarms, each of which watches the errors at the login. @default - LoginErrors */
  readonly alarms?: readonly string[];
}

const OF_CACHES = ['CurrConnections', 'EngineCPUUtilization'] as const;
const OF_DATABASES = ['DatabaseConnections', 'CPUUtilization'] as const;

export const CACHE = {
  engine: 'redis',
  engineVersion: '2.8.24',
  nodeType: 'cache.m3.medium',
  parameterGroup: 'own',
  securityGroupIds: [],
  transitEncryption: false,
  authToken: false,
} as const;

const singleRedis = (address: string) => (elasticache: ElastiCache) =>
  elasticache.caches.addCluster({ ...CACHE, id: 'sessions', endpoint: { address, port: 6379 } });

/** Four weeks of metrics, by the hour, and what starts by the clock. */
export const plantedLoad =
  ({ shareAt, address, rules = 0, counted = REDIS, caches, alarms = ['LoginErrors'] }: Load) =>
  (environment: AwsEnvironment): readonly AwsService[] => {
    const cloudwatch = new CloudWatch(environment);
    const elasticache = new ElastiCache({ environment });
    const eventbridge = new EventBridge({ environment, invoke: () => Promise.resolve() });
    const scheduler = new Scheduler({ environment });
    const logs = new CloudWatchLogs({ environment });
    (caches ?? singleRedis(address))(elasticache);
    const now = Math.floor(environment.clock.now() / HOUR_MS) * HOUR_MS;
    const { namespace, busyHour } = counted;
    const dimensions = counted.dimensions.map(([Name, Value]) => ({ Name, Value }));
    const [connections, cpu] = namespace === 'AWS/RDS' ? OF_DATABASES : OF_CACHES;
    logs.addGroup(LOG_GROUP);
    for (let hour = 1; hour <= WEEKS * 7 * 24; hour += 1) {
      const at = now - hour * HOUR_MS;
      const share = shareAt(new Date(at));
      if (share === undefined) continue;
      const point = (name: string, value: number) => ({ namespace, name, dimensions, at, value });
      cloudwatch.publish(
        ...Object.entries(busyHour).map(([name, busy]) => point(name, busy * share)),
        point(connections, 40 + 60 * share),
        point(cpu, 2 + 30 * share),
        { namespace: 'Shop', name: 'LoginErrors', dimensions: [], at, value: 5 * share },
      );
      if (new Date(at).getUTCHours() === 2) logs.write(LOG_GROUP, 'batch', 0, at + 60_000);
    }
    const watched = { Namespace: 'Shop', MetricName: 'LoginErrors', Statistic: 'Maximum' as const };
    for (const alarm of alarms) cloudwatch.addAlarm(alarm, 'MetricAlarm', 'OK', watched);
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
