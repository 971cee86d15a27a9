import { Duration, type Stack } from 'aws-cdk-lib';
import { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { ApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Rule } from 'aws-cdk-lib/aws-events';
import { Role } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { CacheConsistency, type IWorkload, Workload } from '../../../lib';
import type { Assembly } from '../../../rehearsal/assembly';
import { TaskFailure } from '../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { Cloud } from '../cloud';
import { Surroundings } from '../migration-under-test';

jest.setTimeout(120_000);
afterAll(removeTemporaryFolders);

const IN = 'eu-west-1:111122223333';

const SCHEDULER_ROLE = 'arn:aws:iam::111122223333:role/Scheduler';

/** One of each kind that a service's API stops, none of them made by the app itself. */
function everyKind(stack: Stack): IWorkload[] {
  const schedulerRole = Role.fromRoleArn(stack, 'SchedulerRole', SCHEDULER_ROLE);
  const listener = ApplicationListener.fromApplicationListenerAttributes(stack, 'Listener', {
    listenerArn: `arn:aws:elasticloadbalancing:${IN}:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2`,
    securityGroup: SecurityGroup.fromSecurityGroupId(stack, 'ListenerGroup', 'sg-0123456789abcdef0'),
  });
  return [
    Workload.eventRule({ rule: Rule.fromEventRuleArn(stack, 'Rule', `arn:aws:events:${IN}:rule/nightly`) }),
    Workload.schedule({
      schedule: Schedule.fromScheduleArn(stack, 'Schedule', `arn:aws:scheduler:${IN}:schedule/jobs/invoices`),
      role: schedulerRole,
    }),
    Workload.eventSourceMapping({
      mapping: EventSourceMapping.fromEventSourceMappingId(stack, 'Mapping', '14e0db71-35d4-49a7-9e2c-7d7e5a0b1c2d'),
    }),
    Workload.lambdaConcurrency({ function: LambdaFunction.fromFunctionName(stack, 'Mailer', 'mailer') }),
    Workload.autoScalingGroup({
      autoScalingGroup: AutoScalingGroup.fromAutoScalingGroupName(stack, 'Workers', 'workers'),
    }),
    Workload.alarms({ alarms: [Alarm.fromAlarmArn(stack, 'Slow', `arn:aws:cloudwatch:${IN}:alarm:slow`)] }),
    Workload.scheduleGroup({
      scheduleGroup: ScheduleGroup.fromScheduleGroupName(stack, 'Schedules', 'reports'),
      roles: [schedulerRole],
    }),
    Workload.maintenanceMode({ listener, name: 'shop', priority: 5, paths: ['/shop/*'] }),
  ];
}

function migrationOf(workloads: (stack: Stack) => IWorkload[]): Assembly {
  const surroundings = new Surroundings();
  surroundings.migrateInFull(CacheConsistency.FENCED, {
    watch: Duration.minutes(1),
    workloads: workloads(surroundings.stack),
  });
  return surroundings.deploy();
}

const EVERY_KIND = migrationOf(everyKind);

async function night(assembly: Assembly) {
  const cloud = await Cloud.of(assembly, true);
  const before = cloud.observe().workloads;
  const differing = () => {
    const now = cloud.observe().workloads;
    return Object.keys(before).filter((name) => now[name] !== before[name]);
  };
  return { cloud, workloads: Object.keys(before), differing };
}

test('one of every kind is stopped for a cutover, and as it was after it', async () => {
  const { cloud, workloads, differing } = await night(EVERY_KIND);
  const stopped = new Set<string>();
  const result = await cloud.run('cutover', {
    entered: () => {
      for (const name of differing()) stopped.add(name);
    },
  });
  expect(result).toMatchObject({ status: 'SUCCEEDED' });
  expect(workloads).toHaveLength(8);
  expect([...stopped].sort()).toEqual(workloads.sort());
  expect(differing()).toEqual([]);
});

test.each(['Stop Auto Scaling group: shrink', 'Compare what changed: agent', 'Shift the DNS record to the new side'])(
  'each is as it was where "%s" is refused',
  async (refused) => {
    const { cloud, differing } = await night(EVERY_KIND);
    const result = await cloud.run('cutover', {
      refuse: (state) => (state === refused ? new TaskFailure('Injected', 'by the test') : undefined),
    });
    expect(result.status).toBe('FAILED');
    expect(differing()).toEqual([]);
  },
);

test('a mute rule whose minute had not come when the execution was stopped mutes nothing later', async () => {
  const { cloud, differing } = await night(EVERY_KIND);
  await cloud.run('cutover', { abortAt: 'Stop alarms: let it begin' });
  expect(await cloud.run('recover')).toMatchObject({ status: 'SUCCEEDED' });
  const { signal } = new AbortController();
  await cloud.clock.sleep(300, { reason: 'wait', state: 'five minutes later', signal });
  expect(differing()).toEqual([]);
});

test.each([
  'Stop event source mapping: wait until it has stopped',
  'Compare what changed',
  'Resume schedule: set as it was: write it whole',
])('each is as it was after an execution that was stopped at "%s" is recovered', async (state) => {
  const { cloud, differing } = await night(EVERY_KIND);
  expect(await cloud.run('cutover', { abortAt: state })).toMatchObject({ status: 'ABORTED' });
  expect(differing()).not.toEqual([]);
  expect(await cloud.run('recover')).toMatchObject({ status: 'SUCCEEDED' });
  expect(differing()).toEqual([]);
});
