import { CloudWatch } from '../../../../rehearsal/aws/cloudwatch/cloudwatch';
import { checkSdkTask } from '../../../../rehearsal/aws/sdk-schemas';
import { allowing, callerOf, testEnvironment } from '../test-environment';

/** The test's clock begins at 2026-01-01T00:00Z. */
const NOW = 'at(2026-01-01T00:00)';
const HOUR = 3_600_000;

function testbed() {
  const { clock, environment } = testEnvironment();
  const cloudwatch = new CloudWatch(environment);
  for (const name of ['logins', 'errors']) cloudwatch.addAlarm(name);
  const caller = callerOf(environment, cloudwatch);
  return {
    ...caller,
    clock,
    cloudwatch,
    mute: (name: string, more: object = {}, schedule: object = {}) =>
      caller.call('putAlarmMuteRule', {
        Name: name,
        Rule: { Schedule: { Expression: NOW, Duration: 'PT1H', ...schedule } },
        MuteTargets: { AlarmNames: ['logins'] },
        ...more,
      }),
    actions: () => cloudwatch.alarmActions().map(({ alarm, state }) => `${alarm} ${state}`),
    status: async (name: string) =>
      ((await caller.call('getAlarmMuteRule', { AlarmMuteRuleName: name })) as { Status: string }).Status,
  };
}

test('a muted alarm changes its state and tells nobody', async () => {
  const { mute, call, cloudwatch, actions } = testbed();
  await mute('cutover');
  cloudwatch.setAlarmState('logins', 'ALARM', 'too many errors');
  cloudwatch.setAlarmState('errors', 'ALARM', 'too many errors');
  expect(await call('describeAlarms', { AlarmNames: ['logins'] })).toMatchObject({
    MetricAlarms: [{ StateValue: 'ALARM', ActionsEnabled: true }],
  });
  expect(actions()).toEqual(['errors ALARM']);
  expect([cloudwatch.isQuiet('logins'), cloudwatch.isQuiet('errors')]).toEqual([true, false]);
});

test('a rule ends by itself, and what is still wrong is told then', async () => {
  const { mute, clock, cloudwatch, actions, status } = testbed();
  await mute('cutover');
  cloudwatch.setAlarmState('logins', 'ALARM', 'x');
  await clock.pass(HOUR - 1);
  expect([actions(), await status('cutover')]).toEqual([[], 'ACTIVE']);
  await clock.pass(1);
  expect([actions(), await status('cutover')]).toEqual([['logins ALARM'], 'EXPIRED']);
});

test('what was right again before the rule ended is never told', async () => {
  const { mute, clock, cloudwatch, actions } = testbed();
  cloudwatch.setAlarmState('logins', 'INSUFFICIENT_DATA', 'x');
  await mute('cutover');
  cloudwatch.setAlarmState('logins', 'ALARM', 'x');
  cloudwatch.setAlarmState('logins', 'OK', 'x');
  await clock.pass(2 * HOUR);
  expect(actions()).toEqual(['logins INSUFFICIENT_DATA', 'logins OK']);
});

test('deleting a rule ends it at once, but not for another rule’s alarms; deleting twice is no error', async () => {
  const { mute, call, cloudwatch, actions, refusal } = testbed();
  await mute('a');
  await mute('b', { MuteTargets: { AlarmNames: ['logins', 'errors'] } });
  cloudwatch.setAlarmState('logins', 'ALARM', 'x');
  await call('deleteAlarmMuteRule', { AlarmMuteRuleName: 'a' });
  expect(actions()).toEqual([]);
  await call('deleteAlarmMuteRule', { AlarmMuteRuleName: 'b' });
  await call('deleteAlarmMuteRule', { AlarmMuteRuleName: 'b' });
  expect(actions()).toEqual(['logins ALARM']);
  expect((await refusal('getAlarmMuteRule', { AlarmMuteRuleName: 'b' })).error).toBe(
    'CloudWatch.ResourceNotFoundException',
  );
});

test('a rule of the same name replaces the other; start and expiry cut its window', async () => {
  const { mute, clock, status, call } = testbed();
  await mute('cutover', {}, { Duration: 'P15D' });
  await mute('cutover', {
    StartDate: new Date(Date.UTC(2026, 0, 1, 0, 10)),
    ExpireDate: new Date(Date.UTC(2026, 0, 1, 0, 30)),
  });
  expect(await status('cutover')).toBe('SCHEDULED');
  await clock.pass(10 * 60_000);
  expect(await status('cutover')).toBe('ACTIVE');
  await clock.pass(20 * 60_000);
  expect(await status('cutover')).toBe('EXPIRED');
  expect(await call('listAlarmMuteRules', { AlarmName: 'logins' })).toMatchObject({
    AlarmMuteRuleSummaries: [
      {
        AlarmMuteRuleArn: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm-mute-rule:cutover',
        Status: 'EXPIRED',
        MuteType: 'ONE_TIME',
        ExpireDate: new Date(Date.UTC(2026, 0, 1, 0, 30)),
      },
    ],
  });
  expect(await call('listAlarmMuteRules', { Statuses: ['ACTIVE'] })).toEqual({ AlarmMuteRuleSummaries: [] });
});

test.each([
  ['more than 100 alarms', { MuteTargets: { AlarmNames: Array.from({ length: 101 }, (_, i) => `a${i}`) } }, {}, '100'],
  ['an alarm that is not there', { MuteTargets: { AlarmNames: ['logins', 'x'] } }, {}, 'there is no x'],
  ['a long name', { Name: 'x'.repeat(256) }, {}, '1 to 255'],
  ['seconds in its expression', {}, { Expression: 'at(2026-01-01T00:00:00)' }, 'at(yyyy-MM-ddThh:mm)'],
  ['half a minute', {}, { Duration: 'PT30S' }, 'PT1M to P15D'],
  ['no time at all', {}, { Duration: 'P' }, 'PT1M to P15D'],
  ['more than fifteen days', {}, { Duration: 'P15DT1M' }, 'PT1M to P15D'],
  ['an end before its start', { StartDate: new Date(2), ExpireDate: new Date(1) }, {}, 'before ExpireDate'],
])('a rule with %s is refused', async (_what, more, schedule, message) => {
  await expect(testbed().mute('cutover', more, schedule)).rejects.toMatchObject({
    errorName: 'CloudWatch.CloudWatchException',
    message: expect.stringContaining(message),
  });
});

test('a rule that recurs ends the rehearsal instead of muting never', async () => {
  await expect(testbed().mute('nightly', {}, { Expression: 'cron(0 2 * * *)' })).rejects.toThrow('cannot be rehearsed');
});

test('the older way: disabled actions are not run, and not made up for', async () => {
  const { call, cloudwatch, actions } = testbed();
  await call('disableAlarmActions', { AlarmNames: ['logins', 'nobody'] });
  cloudwatch.setAlarmState('logins', 'ALARM', 'x');
  expect(await call('describeAlarms', { AlarmNames: ['logins'] })).toMatchObject({
    MetricAlarms: [{ ActionsEnabled: false, StateValue: 'ALARM' }],
  });
  await call('enableAlarmActions', { AlarmNames: ['logins'] });
  expect(actions()).toEqual([]);
  cloudwatch.setAlarmState('logins', 'OK', 'x');
  expect(actions()).toEqual(['logins OK']);
});

test('muting takes the permission for the rule and for each alarm', async () => {
  const { refusal, call } = testbed();
  const arn = (resource: string) => `arn:aws:cloudwatch:eu-west-1:111122223333:${resource}`;
  const rule = { Effect: 'Allow', Action: 'cloudwatch:*', Resource: arn('alarm-mute-rule:cutover-*') } as const;
  const request = {
    Name: 'cutover-1',
    Rule: { Schedule: { Expression: NOW, Duration: 'PT1H' } },
    MuteTargets: { AlarmNames: ['logins'] },
  };
  expect((await refusal('putAlarmMuteRule', request, { principal: allowing(rule) })).cause).toContain(
    `cloudwatch:PutAlarmMuteRule on resource: ${arn('alarm:logins')}`,
  );
  const principal = allowing(rule, { ...rule, Resource: arn('alarm:logins') });
  await call('putAlarmMuteRule', request, { principal });
  expect((await refusal('putAlarmMuteRule', { ...request, Name: 'other' }, { principal })).cause).toContain(
    arn('alarm-mute-rule:other'),
  );
});

test('a state machine spells a rule as the API does', async () => {
  const resource = 'arn:aws:states:::aws-sdk:cloudwatch:putAlarmMuteRule';
  const request = {
    Name: 'cutover',
    Rule: { Schedule: { Expression: '{% $at %}', Duration: 'PT4H', Timezone: 'UTC' } },
    MuteTargets: { AlarmNames: ['logins'] },
    ExpireDate: '{% $end %}',
  };
  expect(await checkSdkTask(resource, request)).toEqual([]);
  expect(await checkSdkTask(resource, { ...request, AlarmMuteRuleName: 'cutover' })).toMatchObject([
    { kind: 'unknown-parameter' },
  ]);
});

test('a rule that would have begun already is refused', async () => {
  const { mute, clock } = testbed();
  await clock.pass(1);
  await expect(mute('cutover')).rejects.toMatchObject({
    errorName: 'CloudWatch.CloudWatchException',
    causeText: expect.stringContaining('The rule begins in the past: 2026-01-01T00:00:00.000Z.'),
  });
});
