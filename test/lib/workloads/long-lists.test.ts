import type { Stack } from 'aws-cdk-lib';
import { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { ApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Role } from 'aws-cdk-lib/aws-iam';
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { type IWorkload, Workload } from '../../../lib';
import { readAlarms } from '../../../lib/cutover/monitoring/alarms-check';
import { AutoScaling } from '../../../rehearsal/aws/auto-scaling/auto-scaling';
import { CloudWatch } from '../../../rehearsal/aws/cloudwatch/cloudwatch';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import { Ec2 } from '../../../rehearsal/aws/ec2/ec2';
import { ElasticLoadBalancing } from '../../../rehearsal/aws/elastic-load-balancing/elastic-load-balancing';
import type { AwsEnvironment } from '../../../rehearsal/aws/environment';
import { Scheduler } from '../../../rehearsal/aws/scheduler/scheduler';
import type { AwsService } from '../../../rehearsal/aws/service';
import { Ssm } from '../../../rehearsal/aws/ssm/ssm';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { play } from '../cutover/machine/play';
import { deployedDocuments } from './hosts/deployed-documents';
import { journalKeeper, Night, virtualTime } from './night';

afterAll(removeTemporaryFolders);

type Workloads = (stack: Stack) => IWorkload[];

/** Nights in an account that has much: its answers are as large as on AWS, and one of more than 256 KiB ends them. */
function nightWith(workloads: Workloads, services: (environment: AwsEnvironment) => readonly AwsService[]): Night {
  const { clock, environment } = virtualTime();
  const all = services(environment);
  const ssm = all.some(({ identifier }) => identifier === 'ssm') ? [] : [journalKeeper(environment)];
  return new Night(new ControlPlane({ environment, services: [...all, ...ssm] }), workloads, { clock });
}

async function isStoppedAndPutBack(night: Night): Promise<void> {
  expect(await night.preflight()).toEqual([]);
  await night.survey();
  expect(await night.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(await night.resume()).toMatchObject({ status: 'SUCCEEDED' });
}

const many = <Item>(count: number, make: (index: number) => Item) => Array.from({ length: count }, (_, i) => make(i));

const units: Workloads = () => [Workload.systemdUnit({ unit: 'mailer.service', instances: { role: 'batch' } })];

/** What a host says of an action, and `''` where its document did not know it. */
type Says = (action: string | undefined) => string;

const AS_ASKED: Says = (action) => (action === 'stop' ? 'stopped' : 'running');

/** Hosts of which each has printed as much as Systems Manager keeps. */
function hosts(count: number, says: Says = AS_ASKED) {
  return (environment: AwsEnvironment): AwsService[] => {
    const ec2 = new Ec2(environment);
    const ssm = new Ssm({
      environment,
      documents: deployedDocuments(units),
      commandsVisibleAfterMs: 0,
      runCommand: async ({ script }) => ({
        exitCode: 0,
        stdout: says(script.environment.SSM_action),
        stderr: 'é'.repeat(2_400),
      }),
    });
    for (const index of many(count, (each) => each)) {
      const instance = { instanceId: `i-0${String(index).padStart(16, '0')}`, tags: { role: 'batch' } };
      ec2.instances.add(instance);
      ssm.instances.register(instance);
    }
    return [ec2, ssm];
  };
}

test('50 hosts of one tag are asked for, sent a command, and heard', async () => {
  const night = nightWith(units, hosts(50));
  expect(await night.preflight()).toEqual([]);
  await night.survey();
  expect(Object.values(night.recorded)).toEqual([{ stop: expect.arrayContaining([expect.stringMatching(/^i-0/)]) }]);
  expect(await night.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
});

test('a host that says nothing is not taken for one where all is stopped', async () => {
  const silent = nightWith(
    units,
    hosts(2, () => ''),
  );
  expect(await silent.preflight()).toEqual([
    expect.stringMatching(/hosts were to say running or stopped, and said: i-0/),
  ]);

  const night = nightWith(
    units,
    hosts(2, (action) => (action === 'stop' ? '' : 'running')),
  );
  await night.survey();
  expect(await night.quiesce()).toMatchObject({
    status: 'FAILED',
    cause: expect.stringMatching(/hosts were to say stopped, and said: i-0/),
  });
});

test('of hundreds of hosts it is said that they are too many', async () => {
  expect(await nightWith(units, hosts(700)).preflight()).toEqual([
    expect.stringContaining('There are more than 50 hosts of unit mailer.service'),
  ]);
});

const alarmIn = (stack: Stack, index: number) =>
  Alarm.fromAlarmArn(stack, `Alarm${index}`, `arn:aws:cloudwatch:eu-west-1:111122223333:alarm:all-${index}`);

function composites(count: number) {
  return (environment: AwsEnvironment): AwsService[] => {
    const cloudwatch = new CloudWatch(environment);
    for (const name of many(count, (index) => `all-${index}`)) cloudwatch.addAlarm(name, 'CompositeAlarm');
    cloudwatch.setAlarmState(`all-${count - 1}`, 'ALARM', 'the last one');
    return [cloudwatch];
  };
}

test('a hundred composite alarms are muted, and one that is not there is found', async () => {
  const muted: Workloads = (stack) => [Workload.alarms({ alarms: many(100, (index) => alarmIn(stack, index)) })];
  await isStoppedAndPutBack(nightWith(muted, composites(100)));
  expect(await nightWith(muted, composites(99)).preflight()).toEqual([
    'alarms: There is no alarm all-99. Name others in workloads, or leave them out.',
  ]);
});

test.each([1, 20, 21, 100])(
  'of %d alarms that are watched, the last one is seen in ALARM, and who is missing',
  async (count) => {
    const { environment } = virtualTime();
    const plane = new ControlPlane({ environment, services: composites(count)(environment) });
    const look = (more: number) =>
      play(plane, (stack) =>
        readAlarms(
          stack,
          'Look',
          many(count + more, (i) => alarmIn(stack, i)),
        ),
      );
    expect(await look(0)).toMatchObject({ output: { alarms: [`all-${count - 1}`], missing: [] } });
    if (count < 100)
      expect(await look(1)).toMatchObject({ output: { alarms: [`all-${count - 1}`], missing: [`all-${count}`] } });
  },
);

const LISTENER =
  'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2';

function listener(rules: number) {
  return (environment: AwsEnvironment): AwsService[] => {
    const balancing = new ElasticLoadBalancing({ environment });
    const actions = [{ Type: 'forward' as const, TargetGroupArn: LISTENER.replace('listener/app', 'targetgroup') }];
    balancing.addListener({
      arn: LISTENER,
      loadBalancerArn: LISTENER.replace(':listener/', ':loadbalancer/').replace(/\/[^/]+$/, ''),
      port: 443,
      protocol: 'HTTPS',
      defaultActions: actions,
    });
    for (const priority of many(rules, (index) => index + 10)) {
      const conditions = [{ Field: 'path-pattern', PathPatternConfig: { Values: [`/of-${priority}/*`] } }];
      balancing.listeners.addRule(LISTENER, { priority, conditions, actions });
    }
    return [balancing];
  };
}

const pageAt =
  (priority: number): Workloads =>
  (stack) => [
    Workload.maintenanceMode({
      listener: ApplicationListener.fromApplicationListenerAttributes(stack, 'Listener', {
        listenerArn: LISTENER,
        securityGroup: SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0123456789abcdef0'),
      }),
      name: 'page',
      priority,
      paths: ['/*'],
    }),
  ];

test('a page is shown on a listener with as many rules as it may have, at their end too, and a taken priority is found', async () => {
  await isStoppedAndPutBack(nightWith(pageAt(5), listener(98)));
  await isStoppedAndPutBack(nightWith(pageAt(200), listener(98)));
  expect(await nightWith(pageAt(107), listener(98)).preflight()).toEqual([
    expect.stringContaining('Priority 107 of the listener'),
  ]);
});

test('the few that are enabled of hundreds of schedules are found', async () => {
  const role = 'arn:aws:iam::111122223333:role/scheduler';
  const night = nightWith(
    (stack) => [
      Workload.scheduleGroup({
        scheduleGroup: ScheduleGroup.fromScheduleGroupName(stack, 'Jobs', 'jobs'),
        roles: [Role.fromRoleArn(stack, 'Role', role)],
      }),
    ],
    (environment) => {
      const scheduler = new Scheduler({ environment });
      for (const index of many(300, (each) => each)) {
        scheduler.schedules.add({
          name: `job-${index}`,
          group: 'jobs',
          State: index > 296 ? 'ENABLED' : 'DISABLED',
          ScheduleExpression: 'rate(1 hour)',
          FlexibleTimeWindow: { Mode: 'OFF' },
          Target: { Arn: 'arn:aws:sqs:eu-west-1:111122223333:jobs', RoleArn: role },
        });
      }
      return [scheduler];
    },
  );
  await isStoppedAndPutBack(night);
  expect(Object.values(night.recorded)).toEqual([{ enabled: ['job-297', 'job-298', 'job-299'] }]);
});

const group: Workloads = (stack) => [
  Workload.autoScalingGroup({
    autoScalingGroup: AutoScalingGroup.fromAutoScalingGroupName(stack, 'Crawlers', 'crawlers'),
  }),
];

const instances = (desired: number) => (environment: AwsEnvironment) => {
  const scaling = new AutoScaling({ environment });
  scaling.addGroup({ name: 'crawlers', least: 1, most: 1_000, desired });
  return [scaling];
};

test('a group of hundreds of instances is followed until they are gone, and one of more is refused', async () => {
  await isStoppedAndPutBack(nightWith(group, instances(400)));
  expect(await nightWith(group, instances(600)).preflight()).toEqual([
    'Crawlers: The Auto Scaling group crawlers has 600 instances; up to 400 can be followed until they are gone. Stop what they run in another way, e.g. by a systemdUnit.',
  ]);
});
