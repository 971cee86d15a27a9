import { Duration, type Stack } from 'aws-cdk-lib';
import { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { Alarm, ComparisonOperator, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Cluster, FargateService } from 'aws-cdk-lib/aws-ecs';
import { ApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Connection, Rule } from 'aws-cdk-lib/aws-events';
import { Role } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Schedule, ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import {
  Cache,
  CacheEngine,
  CacheNodeType,
  Check,
  CheckTime,
  MemcachedCluster,
  QueryExpectation,
  ReplicationGroup,
  Workload,
} from '../../lib';
import type { HostOfApp } from './batch/host-of-app';
import { StrangersApp } from './strangers-app';

/** Props by name, of a part as plain JavaScript may state them. */
export type Stated = Readonly<Record<string, unknown>>;

/** Something that an app makes of props, some of which are required. */
export interface Part {
  readonly name: string;
  readonly make: (props: never) => unknown;
  /** Those that are required, with values that are right. */
  readonly required: Stated;
  /** What else it cannot do without, one of several. */
  readonly besides?: Stated;
}

const IN = 'eu-west-1:111122223333';

export function workloads(stack: Stack): Part[] {
  const { vpc } = new StrangersApp();
  const role = Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/scheduler');
  const connection = Connection.fromConnectionAttributes(stack, 'Connection', {
    connectionName: 'own',
    connectionArn: `arn:aws:events:${IN}:connection/own/0b0a1c2d-1111-2222-3333-444455556666`,
    connectionSecretArn: `arn:aws:secretsmanager:${IN}:secret:events!connection/own/0b0a1c2d-AbCdEf`,
  });
  const service = FargateService.fromFargateServiceAttributes(stack, 'Orders', {
    cluster: Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'shop', vpc }),
    serviceName: 'orders',
  });
  const listener = ApplicationListener.fromApplicationListenerAttributes(stack, 'Listener', {
    listenerArn: `arn:aws:elasticloadbalancing:${IN}:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2`,
    securityGroup: SecurityGroup.fromSecurityGroupId(stack, 'ListenerGroup', 'sg-0123456789abcdef0'),
  });
  const rule = Rule.fromEventRuleArn(stack, 'Rule', `arn:aws:events:${IN}:rule/nightly`);
  const schedule = Schedule.fromScheduleArn(stack, 'Schedule', `arn:aws:scheduler:${IN}:schedule/jobs/invoices`);
  const mapping = EventSourceMapping.fromEventSourceMappingId(stack, 'Mapping', '14e0db71-35d4-49a7-9e2c-7d7e5a0b1c2d');
  const alarms = [Alarm.fromAlarmArn(stack, 'Slow', `arn:aws:cloudwatch:${IN}:alarm:slow`)];
  const autoScalingGroup = AutoScalingGroup.fromAutoScalingGroupName(stack, 'Workers', 'workers');
  const handler = LambdaFunction.fromFunctionName(stack, 'Mailer', 'mailer');
  const scheduleGroup = ScheduleGroup.fromScheduleGroupName(stack, 'Schedules', 'reports');
  const machine = StateMachine.fromStateMachineName(stack, 'Machine', 'stop');
  const request = { method: 'POST', url: 'https://api.example/maintenance' };
  const besides = { instances: { role: 'batch' } };
  return [
    { name: 'Workload.alarms', make: Workload.alarms, required: { alarms } },
    { name: 'Workload.autoScalingGroup', make: Workload.autoScalingGroup, required: { autoScalingGroup } },
    {
      ...{ name: 'Workload.command', make: Workload.command, besides },
      required: { stop: 'a stop', start: 'a start', isQuiet: 'true' },
    },
    { name: 'Workload.datadogMonitors', make: Workload.datadogMonitors, required: { connection, monitorIds: [1] } },
    { name: 'Workload.ecsService', make: Workload.ecsService, required: { service } },
    { name: 'Workload.eventRule', make: Workload.eventRule, required: { rule } },
    { name: 'Workload.eventSourceMapping', make: Workload.eventSourceMapping, required: { mapping } },
    { name: 'Workload.httpHook', make: Workload.httpHook, required: { connection, stop: request, start: request } },
    { name: 'Workload.lambdaConcurrency', make: Workload.lambdaConcurrency, required: { function: handler } },
    {
      ...{ name: 'Workload.maintenanceMode', make: Workload.maintenanceMode, besides: { paths: ['*'] } },
      required: { listener, priority: 5 },
    },
    { name: 'Workload.schedule', make: Workload.schedule, required: { schedule, role } },
    { name: 'Workload.scheduleGroup', make: Workload.scheduleGroup, required: { scheduleGroup, roles: [role] } },
    { name: 'Workload.stateMachine', make: Workload.stateMachine, required: { stop: machine } },
    { name: 'Workload.supervisorProgram', make: Workload.supervisorProgram, required: { program: 'mailer' }, besides },
    { name: 'Workload.systemdUnit', make: Workload.systemdUnit, required: { unit: 'mailer.service' }, besides },
  ];
}

export function checks(stack: Stack): Part[] {
  const every = { name: 'pages', when: CheckTime.AFTER_RESUME };
  const within = Duration.minutes(5);
  const logGroup = LogGroup.fromLogGroupName(stack, 'Log', 'batch');
  const metric = new Metric({ namespace: 'Shop', metricName: 'LogIns', period: Duration.minutes(1) });
  const comparison = ComparisonOperator.GREATER_THAN_THRESHOLD;
  const stateMachine = StateMachine.fromStateMachineName(stack, 'Looks', 'look');
  const expects = QueryExpectation.rowsAtLeast(1);
  const parts: readonly (readonly [string, Part['make'], Stated, Stated?])[] = [
    ['canary', Check.canary, { canaryName: 'pages' }],
    ['command', Check.command, { command: 'true' }, { instances: { role: 'batch' } }],
    ['confirm', Check.confirm, { instructions: 'Look at the shop.' }],
    ['http', Check.http, { url: 'http://shop.internal.example/' }],
    ['keysAppear', Check.keysAppear, { pattern: 'session:*', within }],
    ['logLines', Check.logLines, { logGroup, pattern: '"normal end"', within }],
    ['metric', Check.metric, { metric, comparison, threshold: 1, within }],
    ['query', Check.query, { sql: 'SELECT 1', database: 'shop', expect: expects }],
    ['stateMachine', Check.stateMachine, { stateMachine }],
  ];
  return parts.map(([name, make, own, besides = {}]) => {
    return { name: `Check.${name}`, make, required: { ...every, ...own }, besides };
  });
}

export function caches({ stack, vpc }: StrangersApp): Part[] {
  let made = 0;
  const id = () => `Part${made++}`;
  const endpointAddress = 'shop.abcdef.0001.euw1.cache.amazonaws.com';
  const nodeType = CacheNodeType.of('cache.m7g.large');
  const memcached = CacheEngine.memcached('1.6.22');
  return [
    {
      name: 'Cache.fromAttributes',
      make: (props) => Cache.fromAttributes(stack, id(), props),
      required: { engine: CacheEngine.redis('7.1'), endpointAddress },
    },
    {
      name: 'ReplicationGroup',
      make: (props) => new ReplicationGroup(stack, id(), props),
      ...{ required: { vpc, engine: CacheEngine.valkey('8.1') }, besides: { nodeType } },
    },
    {
      name: 'MemcachedCluster.fromAttributes',
      make: (props) => MemcachedCluster.fromAttributes(stack, id(), props),
      required: { engine: memcached, endpointAddress },
    },
    {
      name: 'MemcachedCluster',
      make: (props) => new MemcachedCluster(stack, id(), props),
      ...{ required: { vpc, engine: memcached }, besides: { nodeType } },
    },
  ];
}

export function batchHosts(app: HostOfApp): Part[] {
  let made = 0;
  const id = () => `Batch${made++}`;
  const job = { name: 'orders', schedule: '*/5 * * * *', command: 'bin/orders.sh', user: 'root' };
  return [
    {
      name: 'BatchHost',
      make: (props: never) => app.host({ vpc: undefined, jobs: undefined, ...(props as object) } as never, id()),
      required: { vpc: app.vpc, jobs: [job] },
    },
    { name: 'job of a BatchHost', make: (props: never) => app.host({ jobs: [props] }, id()), required: job },
    {
      name: 'user of a BatchHost',
      make: (props: never) => app.host({ users: [props] }, id()),
      required: { name: 'batch' },
    },
    {
      name: 'log file of a BatchHost',
      make: (props: never) => app.host({ logFiles: [props] }, id()),
      required: { path: '/var/log/app.log' },
    },
  ];
}
