import { App, Duration, Stack } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmsWorkloadProps, Workload } from '../../../lib';
import { CloudWatch } from '../../../rehearsal/aws/cloudwatch/cloudwatch';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import type { FaultHook, FaultTarget } from '../../../rehearsal/aws/faults';
import { VirtualClock } from '../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { anyone, testEnvironment } from '../../rehearsal/aws/test-environment';
import { journalKeeper, Night } from './night';

afterAll(removeTemporaryFolders);

const NAMES = ['queue-depth', 'latency'];

const alarmIn = (stack: Stack, name: string) =>
  Alarm.fromAlarmArn(stack, name, `arn:aws:cloudwatch:eu-west-1:111122223333:alarm:${name}`);

const mutedIn = (stack: Stack, props: Partial<AlarmsWorkloadProps> = {}) =>
  Workload.alarms({ alarms: NAMES.map((name) => alarmIn(stack, name)), ...props });

function stage(there = NAMES, faults: FaultHook = () => undefined) {
  const clock = new VirtualClock();
  let later = 0;
  const { signal } = new AbortController();
  const environment = {
    ...testEnvironment().environment,
    clock: {
      now: () => clock.now() + later,
      // What takes the service long.
      sleep: (ms: number) => clock.sleep(ms / 1_000, { reason: 'wait' as const, state: 'CloudWatch', signal }),
    },
  };
  const cloudwatch = new CloudWatch(environment);
  for (const name of there) cloudwatch.addAlarm(name);
  const ssm = journalKeeper(environment);
  const plane = new ControlPlane({ environment, services: [cloudwatch, ssm], faults });
  const by = (action: string, input: Record<string, unknown>) =>
    plane.call({ service: 'cloudwatch', action, arguments: input, principal: anyone });
  return {
    night: new Night(plane, (stack) => [mutedIn(stack)], { clock }),
    cloudwatch,
    clock,
    journal: plane.journal,
    by,
    pass: (time: Duration) => (later += time.toMilliseconds()),
  };
}

test('alarms are muted, and afterwards are not', async () => {
  const { night, cloudwatch } = stage();
  const quiet = () => NAMES.map((name) => cloudwatch.isQuiet(name));
  await night.survey();
  expect(await night.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(quiet()).toEqual([true, true]);
  expect(await night.resume()).toMatchObject({ status: 'SUCCEEDED' });
  expect(quiet()).toEqual([false, false]);
});

test.each([0, 20, 59])(
  'a rule begins in the future, also %d s after a full minute and when its answer is slow',
  async (second) => {
    const slow = ({ action }: FaultTarget) =>
      action === 'putAlarmMuteRule' ? ({ kind: 'delay', ms: 40_000 } as const) : undefined;
    const { night, journal, pass, cloudwatch } = stage(NAMES, slow);
    pass(Duration.seconds(second));
    await night.survey();
    expect(await night.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
    const puts = journal.entries.filter(({ action }) => action === 'putAlarmMuteRule');
    expect(puts.map(({ outcome }) => outcome)).toEqual(['ok']);
    expect(cloudwatch.isQuiet('latency')).toBe(true);
  },
);

test('what a dead workflow left muted is not muted forever', async () => {
  const { night, cloudwatch, pass } = stage();
  await night.survey();
  await night.quiesce();
  pass(Duration.hours(5));
  expect(cloudwatch.isQuiet('latency')).toBe(false);
});

test('an alarm that somebody else has muted stays muted', async () => {
  const { night, cloudwatch, by, clock } = stage();
  const at = new Date(clock.now()).toISOString().slice(0, 16);
  await by('putAlarmMuteRule', {
    Name: 'weekend',
    Rule: { Schedule: { Expression: `at(${at})`, Duration: 'P2D' } },
    MuteTargets: { AlarmNames: ['latency'] },
  });
  await night.survey();
  for (const step of [night.quiesce, night.quiesce, night.resume, night.resume]) await step.call(night);
  expect(cloudwatch.isQuiet('latency')).toBe(true);
  expect(cloudwatch.isQuiet('queue-depth')).toBe(false);
});

test('an alarm that is not there is found by the preflight', async () => {
  expect(await stage(['latency']).night.preflight()).toEqual([
    'alarms: There is no alarm queue-depth. Name others in workloads, or leave them out.',
  ]);
});

const many = (stack: Stack) => Array.from({ length: 101 }, (_, index) => alarmIn(stack, `alarm-${index}`));

test.each([
  [
    'more than a rule takes',
    (stack: Stack) => ({ alarms: many(stack) }),
    /got 101; accepted are 1 to 100 in one mute rule/,
  ],
  ['none', () => ({ alarms: [] }), /got 0; accepted are 1 to 100/],
  [
    'an expiry too short',
    () => ({ expiry: Duration.seconds(10) }),
    /expiry of alarms: got 10 seconds; accepted are 1 minute to 15 days/,
  ],
  ['an expiry too long', () => ({ expiry: Duration.days(16) }), /got 16 days/],
])('refused: %s', (_, props, message) => {
  const stack = new Stack(new App(), 'Stack');
  expect(() => mutedIn(stack, props(stack))).toThrow(message);
});
