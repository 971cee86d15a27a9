import type { WorkloadKind } from '../../../contract/manifest';
import { loadAssembly } from '../../../rehearsal/assembly';
import { CloudWatch } from '../../../rehearsal/aws/cloudwatch/cloudwatch';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import { Ecs } from '../../../rehearsal/aws/ecs/ecs';
import { EventBridge } from '../../../rehearsal/aws/eventbridge/eventbridge';
import type { StoppedWorkload } from '../../../rehearsal/testbed/migration';
import { WorkloadServices } from '../../../rehearsal/testbed/workload-services';
import { removeTemporaryFolders, writeAssembly } from '../assembly/written-assembly';
import { anyone, testEnvironment } from '../aws/test-environment';

afterAll(removeTemporaryFolders);

const ARN = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333';
const IMPORTED = {
  listener: `${ARN}:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2`,
  uuid: '11111111-1111-4111-a111-111111111111',
  role: 'arn:aws:iam::111122223333:role/Scheduler',
};
const forward = { Type: 'forward', TargetGroupArn: `${ARN}:targetgroup/shop/1` };

const RESOURCES = {
  Nightly: {
    Type: 'AWS::Events::Rule',
    Properties: { Name: 'nightly', State: 'DISABLED', ScheduleExpression: 'rate(1 day)', Targets: [] },
  },
  Report: {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      Name: 'report',
      GroupName: { Ref: 'Reports' },
      ScheduleExpression: 'cron(0 3 * * ? *)',
      ScheduleExpressionTimezone: 'Asia/Tokyo',
      StartDate: '2030-01-01T00:00:00.000Z',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: 'arn:aws:sqs:eu-west-1:111122223333:jobs', RoleArn: IMPORTED.role, Input: '{}' },
    },
  },
  Reports: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'reports' } },
  Mailer: {
    Type: 'AWS::Lambda::Function',
    Properties: { FunctionName: 'mailer', ReservedConcurrentExecutions: 5, Timeout: 20 },
  },
  Mails: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { FunctionName: { Ref: 'Mailer' }, EventSourceArn: 'arn:aws:sqs:eu-west-1:111122223333:mails' },
  },
  Workers: {
    Type: 'AWS::AutoScaling::AutoScalingGroup',
    Properties: { AutoScalingGroupName: 'workers', MinSize: '1', MaxSize: '3' },
  },
  Shop: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: { Name: 'shop' } },
  Https: {
    Type: 'AWS::ElasticLoadBalancingV2::Listener',
    Properties: { LoadBalancerArn: { Ref: 'Shop' }, Port: 443, Protocol: 'HTTPS', DefaultActions: [forward] },
  },
  Tcp: {
    Type: 'AWS::ElasticLoadBalancingV2::Listener',
    Properties: { LoadBalancerArn: { Ref: 'Shop' }, Port: 25, Protocol: 'TCP', DefaultActions: [forward] },
  },
  Api: {
    Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    Properties: {
      ListenerArn: { Ref: 'Https' },
      Priority: 10,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/api/*'] } }],
      Actions: [forward],
    },
  },
};

function testbed(resources: object, workloads: (idOf: (logicalId: string) => string) => readonly StoppedWorkload[]) {
  const { environment, clock } = testEnvironment();
  const assembly = loadAssembly(writeAssembly({ App: { Resources: resources } }));
  const idOf = (logicalId: string) =>
    String(assembly.resources().find((resource) => resource.logicalId === logicalId)?.physicalId);
  const eventBridge = new EventBridge({ environment, invoke: () => Promise.resolve() });
  const cloudwatch = new CloudWatch(environment);
  const ecs = new Ecs({ environment, scale: () => Promise.resolve() });
  const clients = { ecs, eventBridge, cloudwatch };
  const services = new WorkloadServices({ environment, assembly, ...clients, workloads: workloads(idOf) });
  const plane = new ControlPlane({ environment, services: [cloudwatch, ecs, ...services.services] });
  const call = (service: string, action: string, given: Record<string, unknown>) =>
    plane.call({ service, action, arguments: given, principal: anyone });
  return { services, call, clock, idOf };
}

const made = (idOf: (logicalId: string) => string): readonly StoppedWorkload[] => [
  { id: 'a', type: 'eventRule', kind: 'EventBridge rule', facts: { rule: 'nightly', bus: 'default' } },
  {
    id: 'b',
    type: 'schedule',
    kind: 'schedule',
    facts: { arn: 'arn:aws:scheduler:eu-west-1:111122223333:schedule/reports/report' },
  },
  { id: 'c', type: 'scheduleGroup', kind: 'schedule group', facts: { group: 'reports', roles: [] } },
  { id: 'd', type: 'eventSourceMapping', kind: 'event source mapping', facts: { uuid: idOf('Mails') } },
  { id: 'e', type: 'lambdaConcurrency', kind: 'Lambda function', facts: { function: 'mailer' } },
  { id: 'f', type: 'autoScalingGroup', kind: 'Auto Scaling group', facts: { group: 'workers' } },
  { id: 'g', type: 'maintenanceMode', kind: 'maintenance mode', facts: { listener: idOf('Https') } },
  { id: 'h', type: 'alarms', kind: 'alarms', facts: { alarms: ['logins', 'errors'] } },
  { id: 'i', type: 'ecsService', kind: 'ECS service', facts: { cluster: 'prod', service: 'web' } },
];

const imported: readonly StoppedWorkload[] = [
  { id: 'a', type: 'eventRule', kind: 'EventBridge rule', facts: { rule: 'nightly', bus: 'default' } },
  { id: 'b', type: 'eventRule', kind: 'EventBridge rule', facts: { rule: 'paid', bus: 'orders' } },
  {
    id: 'c',
    type: 'schedule',
    kind: 'schedule',
    facts: { arn: 'arn:aws:scheduler:r:a:schedule/reports/report', role: IMPORTED.role },
  },
  { id: 'd', type: 'scheduleGroup', kind: 'schedule group', facts: { group: 'nightly', roles: [IMPORTED.role] } },
  { id: 'e', type: 'eventSourceMapping', kind: 'event source mapping', facts: { uuid: IMPORTED.uuid } },
  { id: 'f', type: 'lambdaConcurrency', kind: 'Lambda function', facts: { function: 'mailer' } },
  { id: 'g', type: 'autoScalingGroup', kind: 'Auto Scaling group', facts: { group: 'workers' } },
  { id: 'h', type: 'maintenanceMode', kind: 'maintenance mode', facts: { listener: IMPORTED.listener } },
  { id: 'i', type: 'maintenanceMode', kind: 'maintenance mode', facts: { listener: IMPORTED.listener } },
  { id: 'j', type: 'ecsService', kind: 'ECS service', facts: { cluster: 'prod', service: 'web' } },
];

test('what the app makes is in the account as the app says', () => {
  const { services } = testbed(RESOURCES, made);
  expect(services.observe()).toEqual({
    'EventBridge rule a': 'DISABLED',
    'schedule b': expect.stringContaining('"ScheduleExpression":"cron(0 3 * * ? *)"'),
    'schedule group c': expect.stringContaining('"StartDate":"2030-01-01T00:00:00.000Z"'),
    'event source mapping d': 'Enabled',
    'Lambda function e': '5 reserved',
    'Auto Scaling group f': '1 to 3, 1 desired, InService; suspended: nothing',
    'maintenance mode g': '10 forward, default forward',
    'alarms h': 'logins acts, errors acts',
    'ECS service i': '2 desired, 2 running',
  });
});

test('what the app only names is in the account and runs', () => {
  const { services } = testbed({ T: { Type: 'AWS::SNS::Topic' } }, () => imported);
  expect(services.observe()).toEqual({
    'EventBridge rule a': 'ENABLED',
    'EventBridge rule b': 'ENABLED',
    'schedule c': expect.stringContaining('"State":"ENABLED"'),
    'schedule group d': expect.stringMatching(/^hourly .*"ENABLED".*, nightly .*"ENABLED".*, retired .*"DISABLED".*/),
    'event source mapping e': 'Enabled',
    'Lambda function f': 'none reserved',
    'Auto Scaling group g': '1 to 4, 2 desired, InService, InService; suspended: nothing',
    'maintenance mode h': 'default forward',
    'maintenance mode i': 'default forward',
    'ECS service j': '2 desired, 2 running',
  });
});

test('a workload that is left stopped is seen', async () => {
  const { services, call, idOf } = testbed(RESOURCES, made);
  const before = services.observe();
  const group = { AutoScalingGroupName: 'workers' };
  await call('eventbridge', 'enableRule', { Name: 'nightly' });
  await call('scheduler', 'updateSchedule', {
    Name: 'report',
    GroupName: 'reports',
    ScheduleExpression: 'cron(0 3 * * ? *)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: 'arn:aws:sqs:eu-west-1:111122223333:jobs', RoleArn: IMPORTED.role },
  });
  await call('lambda', 'updateEventSourceMapping', { UUID: idOf('Mails'), Enabled: false });
  await call('lambda', 'putFunctionConcurrency', { FunctionName: 'mailer', ReservedConcurrentExecutions: 0 });
  await call('autoscaling', 'suspendProcesses', { ...group, ScalingProcesses: ['Launch'] });
  await call('ecs', 'updateService', { cluster: 'prod', service: 'web', desiredCount: 0 });
  await call('cloudwatch', 'disableAlarmActions', { AlarmNames: ['errors'] });
  await call('elasticloadbalancingv2', 'createRule', {
    ListenerArn: idOf('Https'),
    Priority: 1,
    Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['*'] } }],
    Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }],
  });
  const after = services.observe();
  expect(Object.keys(before).filter((name) => after[name] === before[name])).toEqual([]);
});

test('a workload of a kind that nobody would see put back is refused', () => {
  const type = 'iceCube' as WorkloadKind;
  expect(() => testbed({}, () => [{ id: 'cube', type, kind: 'ice cube', facts: {} }])).toThrow(
    'The workload cube is of a kind that the rehearsal does not know: iceCube.',
  );
});

test('a schedule that is written again as it was counts as it was, in whatever order', async () => {
  const { services, call } = testbed(RESOURCES, made);
  const before = services.observe();
  const { Arn, CreationDate, LastModificationDate, ...found } = (await call('scheduler', 'getSchedule', {
    Name: 'report',
    GroupName: 'reports',
  })) as Record<string, unknown>;
  const reversed = (value: object) => Object.fromEntries(Object.entries(value).reverse());
  await call('scheduler', 'updateSchedule', { ...reversed(found), Target: reversed(found.Target ?? {}) });
  expect(services.observe()).toEqual(before);
});

test('a task of ECS on a schedule is spelt as the API spells it', async () => {
  const { Report } = RESOURCES;
  const EcsParameters = {
    TaskDefinitionArn: 'arn:task',
    NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ['subnet-1'] } },
    CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE', Weight: 1 }],
  };
  const target = { ...Report.Properties.Target, EcsParameters };
  const resources = { ...RESOURCES, Report: { ...Report, Properties: { ...Report.Properties, Target: target } } };
  const { call } = testbed(resources, made);
  expect(await call('scheduler', 'getSchedule', { Name: 'report', GroupName: 'reports' })).toMatchObject({
    Target: {
      EcsParameters: {
        TaskDefinitionArn: 'arn:task',
        NetworkConfiguration: { awsvpcConfiguration: { Subnets: ['subnet-1'] } },
        CapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
      },
    },
  });
});
