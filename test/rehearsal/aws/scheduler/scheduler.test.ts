import { Scheduler } from '../../../../rehearsal/aws/scheduler/scheduler';
import { allowing, callerOf, testEnvironment } from '../test-environment';

const ROLE = 'arn:aws:iam::111122223333:role/Scheduler';
const SETTINGS = {
  ScheduleExpression: 'cron(0 3 * * ? *)',
  FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
  Target: { Arn: 'arn:aws:lambda:eu-west-1:111122223333:function:report', RoleArn: ROLE, Input: '{"of":"day"}' },
  ScheduleExpressionTimezone: 'Asia/Tokyo',
  Description: 'Reports',
} as const;
/** What an update cannot do without. */
const LEAST = { Name: 'report', FlexibleTimeWindow: { Mode: 'OFF' }, ScheduleExpression: 'rate(1 hour)' };
const TARGET = { Arn: 'arn:aws:sqs:eu-west-1:111122223333:jobs', RoleArn: ROLE };
const FAR = { StartDate: new Date('2030-01-02T00:00:00Z'), EndDate: new Date('2030-01-01T00:00:00Z') };

function testbed() {
  const { environment, clock } = testEnvironment();
  const changed: string[] = [];
  const scheduler = new Scheduler({
    environment,
    onChange: async ({ group, name }, enabled) => {
      changed.push(`${group}/${name} ${enabled ? 'on' : 'off'}`);
    },
  });
  scheduler.schedules.add({ name: 'report', ...SETTINGS });
  scheduler.schedules.add({ name: 'clean-1', group: 'nightly', ...SETTINGS });
  scheduler.schedules.add({ name: 'clean-2', group: 'nightly', ...SETTINGS, State: 'DISABLED' });
  const caller = callerOf(environment, scheduler);
  const get = async (Name = 'report', GroupName?: string) =>
    (await caller.call('getSchedule', { Name, GroupName })) as Record<string, unknown>;
  return { ...caller, scheduler, clock, changed, get };
}

test('a schedule is described with all its settings, and the defaults of what it was not given', async () => {
  expect(await testbed().get()).toEqual({
    ...SETTINGS,
    Name: 'report',
    GroupName: 'default',
    Arn: 'arn:aws:scheduler:eu-west-1:111122223333:schedule/default/report',
    State: 'ENABLED',
    ActionAfterCompletion: 'NONE',
    Target: { ...SETTINGS.Target, RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } },
    CreationDate: new Date('2026-01-01T00:00:00Z'),
    LastModificationDate: new Date('2026-01-01T00:00:00Z'),
  });
});

test('an update puts every field that it leaves out back to its default', async () => {
  const { call, clock, get } = testbed();
  await call('updateSchedule', { ...LEAST, Target: TARGET, State: 'DISABLED' });
  await clock.pass(1000);
  await call('updateSchedule', { ...LEAST, Target: TARGET });
  expect(await get()).toEqual({
    ...LEAST,
    GroupName: 'default',
    Arn: 'arn:aws:scheduler:eu-west-1:111122223333:schedule/default/report',
    State: 'ENABLED',
    ScheduleExpressionTimezone: 'UTC',
    ActionAfterCompletion: 'NONE',
    Target: { ...TARGET, RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } },
    CreationDate: new Date('2026-01-01T00:00:00Z'),
    LastModificationDate: new Date('2026-01-01T00:00:01Z'),
  });
});

test('what GetSchedule says can be sent back with another state', async () => {
  const { call, changed, get, scheduler } = testbed();
  const { Arn, CreationDate, LastModificationDate, ...found } = await get();
  await call('updateSchedule', { ...found, State: 'DISABLED' });
  expect(await get()).toEqual({ ...found, Arn, CreationDate, LastModificationDate, State: 'DISABLED' });
  await call('updateSchedule', found);
  await scheduler.settled();
  expect(await get()).toMatchObject(found);
  expect(changed).toEqual(['default/report off', 'default/report on']);
});

test('a schedule of a group is not found without the group', async () => {
  const { get, refusal } = testbed();
  expect(await get('clean-1', 'nightly')).toMatchObject({ GroupName: 'nightly', State: 'ENABLED' });
  expect(await refusal('getSchedule', { Name: 'clean-1' })).toEqual({
    error: 'Scheduler.ResourceNotFoundException',
    cause: 'Schedule clean-1 does not exist.',
  });
});

test('schedules are listed by group, state and prefix, page by page, without their settings', async () => {
  const { call } = testbed();
  const list = async (request: object) =>
    (await call('listSchedules', request)) as { Schedules: { Name: string }[]; NextToken?: string };
  const names = async (request: object) => (await list(request)).Schedules.map(({ Name }) => Name);
  const first = await list({ GroupName: 'nightly', MaxResults: 1 });
  expect(first.Schedules).toEqual([
    {
      Arn: 'arn:aws:scheduler:eu-west-1:111122223333:schedule/nightly/clean-1',
      GroupName: 'nightly',
      Name: 'clean-1',
      State: 'ENABLED',
      Target: { Arn: SETTINGS.Target.Arn },
      CreationDate: expect.any(Date),
      LastModificationDate: expect.any(Date),
    },
  ]);
  expect(await names({ GroupName: 'nightly', NextToken: first.NextToken })).toEqual(['clean-2']);
  expect(await names({})).toEqual(['report', 'clean-1', 'clean-2']);
  expect(await names({ State: 'DISABLED' })).toEqual(['clean-2']);
  expect(await names({ NamePrefix: 'clean', State: 'ENABLED' })).toEqual(['clean-1']);
});

test('a group is described', async () => {
  const { call } = testbed();
  expect(await call('getScheduleGroup', { Name: 'nightly' })).toMatchObject({
    Arn: 'arn:aws:scheduler:eu-west-1:111122223333:schedule-group/nightly',
    State: 'ACTIVE',
  });
});

test('a request with a token that was used is not carried out again, and no other may have the token', async () => {
  const { call, refusal, get } = testbed();
  const stop = { ...LEAST, Target: TARGET, State: 'DISABLED', ClientToken: 'one' };
  await call('updateSchedule', stop);
  await call('updateSchedule', { ...stop, State: 'ENABLED', ClientToken: 'two' });
  await call('updateSchedule', stop);
  expect(await get()).toMatchObject({ State: 'ENABLED' });
  expect((await refusal('updateSchedule', { ...stop, State: 'ENABLED' })).error).toBe('Scheduler.ConflictException');
});

test.each([
  ['without a target', { Target: undefined }, 'UpdateScheduleInput requires Target'],
  ['without a window', { FlexibleTimeWindow: undefined }, 'requires FlexibleTimeWindow'],
  ['without an expression', { ScheduleExpression: undefined }, 'requires ScheduleExpression'],
  ['with a field of the description', { Arn: 'arn' }, 'There is no Arn'],
  ['with an unknown state', { State: 'PAUSED' }, 'accepted are DISABLED, ENABLED'],
  ['with an unknown expression', { ScheduleExpression: 'every day' }, 'Invalid Schedule Expression every day.'],
  ['with a time that is none', { ScheduleExpression: 'at(2026-13-01T00:00:00)' }, 'Invalid Schedule Expression'],
  ['with an unknown time zone', { ScheduleExpressionTimezone: 'Mars/Olympus' }, 'Mars/Olympus is not valid'],
  ['with a flexible window of no length', { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }, 'got undefined with the mode'],
  ['with a length of no window', { FlexibleTimeWindow: { Mode: 'OFF', MaximumWindowInMinutes: 5 } }, 'got 5 with'],
  ['with a window of days', { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 1441 } }, '1 to 1440'],
  ['with a role that is none', { Target: { ...TARGET, RoleArn: 'x' } }, 'Target.RoleArn: Got "x"; it must match'],
  ['with a start long ago', { StartDate: new Date('2025-12-31T23:54:59Z') }, 'cannot be earlier than 5 minutes ago'],
  ['with an end before the start', FAR, 'must come after the StartDate'],
  ['with a token of blanks', { ClientToken: 'a b' }, 'ClientToken: Got "a b"; it must match'],
])('an update %s is refused', async (_what, more, cause) => {
  expect(await testbed().refusal('updateSchedule', { ...LEAST, Target: TARGET, ...more })).toEqual({
    error: 'Scheduler.ValidationException',
    cause: expect.stringContaining(cause),
  });
});

test('dates of a schedule that runs once are passed over', async () => {
  const { call, get } = testbed();
  const once = { ...LEAST, ScheduleExpression: 'at(2026-02-01T00:00:00)', Target: TARGET };
  await call('updateSchedule', { ...once, StartDate: new Date('2020-01-01T00:00:00Z') });
  expect(await get()).toMatchObject({ ScheduleExpression: 'at(2026-02-01T00:00:00)' });
});

test.each([
  ['getSchedule', { Name: 'report', GroupName: 'nowhere' }, 'Schedule group nowhere does not exist.'],
  ['listSchedules', { GroupName: 'nowhere' }, 'Schedule group nowhere does not exist.'],
  ['getScheduleGroup', { Name: 'nowhere' }, 'Schedule group nowhere does not exist.'],
  ['updateSchedule', { ...LEAST, Target: TARGET, Name: 'x' }, 'Schedule x does not exist.'],
])('%s of what is not there is refused', async (action, request, cause) => {
  expect(await testbed().refusal(action, request)).toEqual({ error: 'Scheduler.ResourceNotFoundException', cause });
});

test('an update takes the permission on the schedule, and to pass the target’s role to the scheduler', async () => {
  const { call, refusal } = testbed();
  const update = {
    Effect: 'Allow',
    Action: 'scheduler:UpdateSchedule',
    Resource: 'arn:aws:scheduler:eu-west-1:111122223333:schedule/default/report',
  } as const;
  const pass = {
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: ROLE,
    Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
  } as const;
  const request = { ...LEAST, Target: TARGET };
  expect((await refusal('updateSchedule', request, { principal: allowing(update) })).cause).toContain('iam:PassRole');
  await call('updateSchedule', request, { principal: allowing(update, pass) });
  const elsewhere = { ...request, Name: 'clean-1', GroupName: 'nightly' };
  expect((await refusal('updateSchedule', elsewhere, { principal: allowing(update, pass) })).cause).toContain(
    'is not authorized to perform: scheduler:UpdateSchedule',
  );
});

test('a schedule may invoke its target for another minute after it was disabled', async () => {
  const { call, clock, scheduler } = testbed();
  await call('updateSchedule', { ...LEAST, Target: TARGET, State: 'DISABLED' });
  expect(scheduler.mayInvoke('report')).toBe(true);
  await clock.pass(60_000);
  expect(scheduler.mayInvoke('report')).toBe(false);
  expect([scheduler.mayInvoke('clean-1', 'nightly'), scheduler.mayInvoke('clean-2', 'nightly')]).toEqual([true, false]);
});
