import { Duration, SecretValue, type Stack } from 'aws-cdk-lib';
import { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, FargateService } from 'aws-cdk-lib/aws-ecs';
import { ApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Authorization, Connection, HttpParameter, type IConnection, Rule } from 'aws-cdk-lib/aws-events';
import { Role } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { type IWorkload, Workload } from '../../../lib';
import { namesOf } from '../../../rehearsal/workloads/facts';
import type { Cloud } from '../cloud';

type StoppedWorkload = Cloud['migration']['workloads'][number];
type Common = { readonly name: string; readonly after: string[] };

interface Kind {
  make(stack: Stack, common: Common): IWorkload;
  /** Makes it be at rest already, before anybody begins. */
  rest?(cloud: Cloud, facts: StoppedWorkload['facts']): Promise<unknown>;
}

const IN = 'eu-west-1:111122223333';
const HOSTS = ['i-0aaaaaaaaaaaaaaaa', 'i-0bbbbbbbbbbbbbbbb'];

/** Every kind there is, of resources that the app has not made itself. */
export const KINDS: Readonly<Record<string, Kind>> = {
  ecsService: {
    make: (stack, common) =>
      Workload.ecsService({
        ...common,
        service: FargateService.fromFargateServiceAttributes(stack, common.name, {
          cluster: Cluster.fromClusterAttributes(stack, `${common.name}Cluster`, {
            clusterName: 'shop',
            vpc: Vpc.fromVpcAttributes(stack, `${common.name}Vpc`, {
              vpcId: 'vpc-1',
              availabilityZones: ['eu-west-1a'],
            }),
          }),
          serviceName: common.name,
        }),
      }),
    rest: async (cloud, { cluster, service }) => {
      await cloud.administer('ecs', 'updateService', { cluster, service, desiredCount: 0 });
      await cloud.administer('applicationautoscaling', 'registerScalableTarget', {
        ServiceNamespace: 'ecs',
        ResourceId: `service/${cluster}/${service}`,
        ScalableDimension: 'ecs:service:DesiredCount',
        MinCapacity: 0,
        MaxCapacity: 4,
        SuspendedState: {
          DynamicScalingInSuspended: true,
          DynamicScalingOutSuspended: true,
          ScheduledScalingSuspended: true,
        },
      });
    },
  },
  eventRule: {
    make: (stack, common) =>
      Workload.eventRule({
        ...common,
        rule: Rule.fromEventRuleArn(stack, common.name, `arn:aws:events:${IN}:rule/${common.name}`),
      }),
    rest: (cloud, { rule, bus }) => cloud.administer('eventbridge', 'disableRule', { Name: rule, EventBusName: bus }),
  },
  schedule: {
    make: (stack, common) =>
      Workload.schedule({
        ...common,
        schedule: Schedule.fromScheduleArn(stack, common.name, `arn:aws:scheduler:${IN}:schedule/jobs/${common.name}`),
        role: schedulerRole(stack, common),
      }),
    rest: async (cloud, { arn }) => {
      const [, GroupName, Name] = String(arn).split('/');
      const { Arn, CreationDate, LastModificationDate, ...settings } = Object(
        await cloud.administer('scheduler', 'getSchedule', { GroupName, Name }),
      );
      await cloud.administer('scheduler', 'updateSchedule', { ...settings, State: 'DISABLED' });
    },
  },
  scheduleGroup: {
    // One of the group's schedules is off before.
    make: (stack, common) =>
      Workload.scheduleGroup({
        ...common,
        scheduleGroup: ScheduleGroup.fromScheduleGroupName(stack, common.name, common.name),
        roles: [schedulerRole(stack, common)],
      }),
  },
  eventSourceMapping: {
    make: (stack, common) =>
      Workload.eventSourceMapping({
        ...common,
        mapping: EventSourceMapping.fromEventSourceMappingId(stack, common.name, uuidOf(common.name)),
      }),
    rest: (cloud, { uuid }) => cloud.administer('lambda', 'updateEventSourceMapping', { UUID: uuid, Enabled: false }),
  },
  lambdaConcurrency: {
    make: (stack, common) =>
      Workload.lambdaConcurrency({
        ...common,
        function: LambdaFunction.fromFunctionName(stack, common.name, common.name),
      }),
    rest: (cloud, facts) =>
      cloud.administer('lambda', 'putFunctionConcurrency', {
        FunctionName: facts.function,
        ReservedConcurrentExecutions: 0,
      }),
  },
  autoScalingGroup: {
    make: (stack, common) =>
      Workload.autoScalingGroup({
        ...common,
        autoScalingGroup: AutoScalingGroup.fromAutoScalingGroupName(stack, common.name, common.name),
      }),
    rest: async (cloud, { group: AutoScalingGroupName }) => {
      await cloud.administer('autoscaling', 'suspendProcesses', { AutoScalingGroupName });
      await cloud.administer('autoscaling', 'updateAutoScalingGroup', {
        AutoScalingGroupName,
        MinSize: 0,
        DesiredCapacity: 0,
      });
    },
  },
  alarms: {
    make: (stack, common) =>
      Workload.alarms({
        ...common,
        alarms: [Alarm.fromAlarmArn(stack, common.name, `arn:aws:cloudwatch:${IN}:alarm:${common.name}`)],
      }),
    rest: (cloud, { alarms }) =>
      cloud.administer('cloudwatch', 'putAlarmMuteRule', {
        Name: 'somebody-else',
        Rule: { Schedule: { Expression: 'at(2026-01-01T00:00)', Duration: 'P2D', Timezone: 'UTC' } },
        MuteTargets: { AlarmNames: alarms },
      }),
  },
  maintenanceMode: {
    make: (stack, common) =>
      Workload.maintenanceMode({
        ...common,
        listener: ApplicationListener.fromApplicationListenerAttributes(stack, common.name, {
          listenerArn: `arn:aws:elasticloadbalancing:${IN}:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2`,
          securityGroup: SecurityGroup.fromSecurityGroupId(stack, `${common.name}Group`, 'sg-0123456789abcdef0'),
        }),
        priority: 1 + Number(/\d+$/.exec(common.name)?.[0]),
        paths: [`/${common.name}/*`],
      }),
  },
  supervisorProgram: {
    make: (_, common) =>
      Workload.supervisorProgram({ ...common, program: common.name, instanceIds: HOSTS, keepRunning: 1 }),
    rest: stopOnOneHost,
  },
  systemdUnit: {
    make: (_, common) => Workload.systemdUnit({ ...common, unit: `${common.name}.service`, instanceIds: HOSTS }),
    rest: stopOnOneHost,
  },
  command: {
    make: (_, common) =>
      Workload.command({
        ...common,
        instanceIds: HOSTS,
        stop: `stop ${common.name}`,
        start: `start ${common.name}`,
        isQuiet: `is-quiet ${common.name}`,
      }),
    rest: stopOnOneHost,
  },
  datadogMonitors: {
    make: (stack, common) =>
      Workload.datadogMonitors({ ...common, connection: connectionIn(stack), monitorIds: [4711, 4712] }),
    rest: (cloud, { api, monitors }) => send(cloud, 'POST', `${api}/v1/monitor/${namesOf(monitors)[0]}/mute`),
  },
  httpHook: {
    make: (stack, common) => {
      const url = `https://${common.name.toLowerCase()}.example/mode`;
      return Workload.httpHook({
        ...common,
        connection: connectionIn(stack),
        stop: { method: 'PUT', url, body: { stopped: true } },
        start: { method: 'PUT', url, body: { stopped: false } },
        look: { method: 'GET', url },
      });
    },
    rest: (cloud, { stop }) => {
      const { method, url, body } = Object(stop);
      return send(cloud, String(method), String(url), body);
    },
  },
  stateMachine: {
    make: (stack, common) =>
      Workload.stateMachine({
        ...common,
        stop: StateMachine.fromStateMachineArn(stack, common.name, `arn:aws:states:${IN}:stateMachine:${common.name}`),
      }),
  },
};

/** Puts those workloads to rest, and lets what that begins come to its end. */
export async function rest(cloud: Cloud, resting: (index: number) => boolean): Promise<void> {
  for (const [index, { id, facts }] of cloud.migration.workloads.entries()) {
    if (resting(index)) await KINDS[kindOf(id)]?.rest?.(cloud, facts);
  }
  const { signal } = new AbortController();
  await cloud.clock.sleep(Duration.minutes(1).toSeconds(), { reason: 'wait', state: 'the day before', signal });
}

/** Names are the kind and a number. */
const kindOf = (id: string) => id.replace(/-\d+$/, '');

const uuidOf = (name: string) => `14e0db71-35d4-49a7-9e2c-${name.replace(/\D/g, '').padStart(12, '0')}`;

const schedulerRole = (stack: Stack, { name }: Common) =>
  Role.fromRoleArn(stack, `${name}Role`, 'arn:aws:iam::111122223333:role/Scheduler');

function connectionIn(stack: Stack): IConnection {
  const made = stack.node.tryFindChild('Connection');
  if (made instanceof Connection) return made;
  return new Connection(stack, 'Connection', {
    authorization: Authorization.apiKey('DD-API-KEY', SecretValue.secretsManager('datadog')),
    headerParameters: { 'DD-APPLICATION-KEY': HttpParameter.fromSecret(SecretValue.secretsManager('datadog')) },
  });
}

function stopOnOneHost(cloud: Cloud, { document, parameters, ids }: StoppedWorkload['facts']): Promise<unknown> {
  return cloud.administer('ssm', 'sendCommand', {
    DocumentName: document,
    InstanceIds: namesOf(ids).slice(0, 1),
    Parameters: { action: ['stop'], ...Object(parameters) },
  });
}

async function send(cloud: Cloud, method: string, url: string, body: object = {}): Promise<void> {
  const { hostname, pathname } = new URL(url);
  const { connections, endpointOf } = cloud.backends.externalSystems.http;
  const headers = Object.fromEntries(connections.flatMap((each) => each.headers).map(({ key, value }) => [key, value]));
  const answer = await cloud.clock.during(() =>
    fetch(`${endpointOf(hostname)}${pathname}`, { method, headers, body: JSON.stringify(body) }),
  );
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status}`);
}
