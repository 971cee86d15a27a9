import { Arn, type Stack } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { type IWorkload, Workload } from '../../../lib';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import { Scheduler } from '../../../rehearsal/aws/scheduler/scheduler';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { anyone } from '../../rehearsal/aws/test-environment';
import { journalKeeper, Night, virtualTime } from './night';

afterAll(removeTemporaryFolders);

const ROLE = 'arn:aws:iam::111122223333:role/scheduler';
const FULL = {
  ScheduleExpression: 'cron(0 3 * * ? *)',
  ScheduleExpressionTimezone: 'Europe/Berlin',
  FlexibleTimeWindow: { Mode: 'FLEXIBLE' as const, MaximumWindowInMinutes: 15 },
  Description: 'Monthly invoices',
  StartDate: new Date('2020-01-01T00:00:00Z'),
  Target: {
    Arn: 'arn:aws:sqs:eu-west-1:111122223333:invoices',
    RoleArn: ROLE,
    Input: '{"month":"last"}',
    RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 600 },
  },
};

function stage(workload: (stack: Stack) => IWorkload, states: Readonly<Record<string, 'ENABLED' | 'DISABLED'>>) {
  const { clock, environment } = virtualTime();
  const scheduler = new Scheduler({ environment });
  for (const [name, State] of Object.entries(states)) {
    scheduler.schedules.add({ ...FULL, name, group: 'jobs', State });
  }
  const ssm = journalKeeper(environment);
  const plane = new ControlPlane({ environment, services: [scheduler, ssm] });
  const settings = (name: string) => scheduler.schedules.require(name, 'jobs').settings;
  const by = (input: Record<string, unknown>) =>
    plane.call({ service: 'scheduler', action: 'updateSchedule', arguments: input, principal: anyone });
  return { night: new Night(plane, (stack) => [workload(stack)], { clock }), settings, by, scheduler };
}

const one = (stack: Stack) =>
  Workload.schedule({
    schedule: Schedule.fromScheduleArn(
      stack,
      'Invoices',
      Arn.format({ service: 'scheduler', resource: 'schedule', resourceName: 'jobs/invoices' }, stack),
    ),
    role: Role.fromRoleArn(stack, 'Role', ROLE),
  });

const whole = (stack: Stack) =>
  Workload.scheduleGroup({
    scheduleGroup: ScheduleGroup.fromScheduleGroupName(stack, 'Jobs', 'jobs'),
    roles: [Role.fromRoleArn(stack, 'Role', ROLE)],
  });

test.each(['ENABLED', 'DISABLED'] as const)(
  'a schedule is disabled, and afterwards all of it is as it was: %s',
  async (state) => {
    const { night, settings } = stage(one, { invoices: state });
    // A start that has passed is refused if it is written again.
    const { StartDate: _, ...lasting } = settings('invoices');
    await night.survey();
    expect(await night.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
    expect(settings('invoices')).toMatchObject({ ...lasting, State: 'DISABLED' });
    expect(await night.resume()).toMatchObject({ status: 'SUCCEEDED', output: { meanwhile: [] } });
    expect(settings('invoices')).toMatchObject(lasting);
  },
);

test.each([
  ['schedule', one],
  ['group', whole],
])('a %s is quiet when it invokes nothing any more, not when it is disabled', async (_, workload) => {
  const { night, scheduler } = stage(workload, { invoices: 'ENABLED' });
  await night.survey();
  await night.quiesce();
  expect(scheduler.mayInvoke('invoices', 'jobs')).toBe(false);
});

test('what else somebody changed of it meanwhile stays changed', async () => {
  const { night, settings, by } = stage(one, { invoices: 'ENABLED' });
  await night.survey();
  await night.quiesce();
  await by({
    ...FULL,
    StartDate: undefined,
    Name: 'invoices',
    GroupName: 'jobs',
    ScheduleExpression: 'rate(1 day)',
    State: 'DISABLED',
  });
  await night.resume();
  expect(settings('invoices')).toMatchObject({ ScheduleExpression: 'rate(1 day)', State: 'ENABLED' });
});

test('of a group, those that were enabled are disabled, and enabled again', async () => {
  const { night, settings } = stage(whole, { invoices: 'ENABLED', reports: 'DISABLED', reminders: 'ENABLED' });
  const states = () => ['invoices', 'reports', 'reminders'].map((name) => settings(name).State);
  await night.survey();
  await night.quiesce();
  expect(states()).toEqual(['DISABLED', 'DISABLED', 'DISABLED']);
  await night.resume();
  expect(states()).toEqual(['ENABLED', 'DISABLED', 'ENABLED']);
});

test('a group with one enabled schedule, or none', async () => {
  for (const states of [{ invoices: 'ENABLED' }, { invoices: 'DISABLED' }] as const) {
    const { night, settings } = stage(whole, states);
    await night.survey();
    await night.quiesce();
    expect(settings('invoices').State).toBe('DISABLED');
    await night.resume();
    expect(settings('invoices').State).toBe(states.invoices);
  }
});

test('a group of more than the journal can hold is found by the preflight', async () => {
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`job-${index}`, 'ENABLED' as const]));
  expect(await stage(whole, many).night.preflight()).toEqual([
    expect.stringContaining('More than 50 schedules of the group jobs are enabled'),
  ]);
});
