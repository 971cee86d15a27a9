import { App, Stack } from 'aws-cdk-lib';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationListener,
  CfnListenerRule,
  type IApplicationListener,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { type MaintenanceModeWorkloadProps, Workload } from '../../../lib';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import { ElasticLoadBalancing } from '../../../rehearsal/aws/elastic-load-balancing/elastic-load-balancing';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { anyone, testEnvironment } from '../../rehearsal/aws/test-environment';
import { journalKeeper, Night } from './night';

afterAll(removeTemporaryFolders);

const BALANCER = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/50dc6c495c0c9188';
const LISTENER =
  'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2';

const listenerIn = (stack: Stack): IApplicationListener =>
  ApplicationListener.fromApplicationListenerAttributes(stack, 'Listener', {
    listenerArn: LISTENER,
    securityGroup: SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1'),
  });

const pageIn = (stack: Stack, props: Partial<MaintenanceModeWorkloadProps> = {}) =>
  Workload.maintenanceMode({
    listener: listenerIn(stack),
    name: 'orders',
    priority: 5,
    paths: ['/orders/*'],
    ...props,
  });

function stage() {
  const { environment } = testEnvironment();
  const balancing = new ElasticLoadBalancing({ environment });
  const forward = {
    Type: 'forward' as const,
    TargetGroupArn: `${BALANCER.replace('loadbalancer/app', 'targetgroup')}`,
  };
  balancing.addListener({
    arn: LISTENER,
    loadBalancerArn: BALANCER,
    port: 443,
    protocol: 'HTTPS',
    defaultActions: [forward],
  });
  const ssm = journalKeeper(environment);
  const plane = new ControlPlane({ environment, services: [balancing, ssm] });
  const rules = () => balancing.listeners.rules(LISTENER).map(({ priority, actions }) => [priority, actions[0]?.Type]);
  const create = (priority: number) =>
    plane.call({
      service: 'elasticloadbalancingv2',
      action: 'createRule',
      arguments: {
        ListenerArn: LISTENER,
        Priority: priority,
        Conditions: [{ Field: 'path-pattern', Values: ['/*'] }],
        Actions: [forward],
      },
      principal: anyone,
    });
  return { night: new Night(plane, (stack) => [pageIn(stack)]), rules, create };
}

test('chosen paths are answered with a page, and afterwards as before', async () => {
  const { night, rules, create } = stage();
  await create(10);
  const before = rules();
  await night.survey();
  expect(await night.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(rules()).toContainEqual([5, 'fixed-response']);
  expect(await night.resume()).toMatchObject({ status: 'SUCCEEDED', output: { meanwhile: [] } });
  expect(rules()).toEqual(before);
});

test('stopping and putting back twice is doing it once', async () => {
  const { night, rules } = stage();
  const before = rules();
  await night.survey();
  for (const step of [night.quiesce, night.quiesce])
    expect(await step.call(night)).toMatchObject({ status: 'SUCCEEDED' });
  expect(rules()).toHaveLength(before.length + 1);
  for (const step of [night.resume, night.resume])
    expect(await step.call(night)).toMatchObject({ status: 'SUCCEEDED' });
  expect(rules()).toEqual(before);
});

test('a priority that another rule has is found by the preflight', async () => {
  const { night, create } = stage();
  await create(5);
  expect(await night.preflight()).toEqual([expect.stringContaining('orders: Priority 5 of the listener')]);
});

test('a priority that the same app uses is refused when all is there', () => {
  const app = new App();
  const stack = new Stack(app, 'Shop', { env: { account: '111122223333', region: 'eu-west-1' } });
  const listener = listenerIn(stack);
  const rule = new CfnListenerRule(stack, 'Orders', {
    listenerArn: LISTENER,
    priority: 5,
    actions: [],
    conditions: [],
  });
  const workload = Workload.maintenanceMode({ listener, priority: 5, paths: ['/a'] });
  workload._kind.survey({
    scope: stack,
    prefix: 'Ask',
    all: [workload._bind(stack)],
    migrationName: 'm',
    waiting: 1,
  });
  expect(() => app.synth()).toThrow(new RegExp(`priority: 5 is used by ${rule.node.path} on the same listener`));
});

test.each([
  ['no path and no host', { paths: [] }, /got none; say what is in maintenance/],
  [
    'more than one rule takes',
    { paths: ['/a', '/b', '/c'], hosts: ['a', 'b', 'c'] },
    /got 6; accepted are up to 5 together/,
  ],
  [
    'a priority that there is not',
    { priority: 0 },
    /priority of orders: got 0; accepted are whole numbers from 1 to 50000/,
  ],
  ['a page too long', { body: 'x'.repeat(1025) }, /got 1025 bytes; accepted are up to 1024/],
  ['another type', { contentType: 'image/png' }, /contentType of orders: got 'image\/png'; accepted are text\/html/],
])('refused: %s', (_, props, message) => {
  expect(() => pageIn(new Stack(new App(), 'Stack'), props)).toThrow(message);
});
