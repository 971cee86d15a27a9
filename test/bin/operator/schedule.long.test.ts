import { scheduleTimes } from '../../../bin/operator/schedule/schedule-time';
import { Scheduler } from '../../../rehearsal/aws/scheduler/scheduler';
import type { StateMachineRunner } from '../../../rehearsal/aws/sfn/executions';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { allowing, anyone } from '../../rehearsal/aws/test-environment';
import {
  buildProgram,
  type Deployed,
  deployed,
  environmentOf,
  type InAccount,
  inAccount,
  MACHINE,
  run,
} from './deployed-migration';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

let program: string;
beforeAll(async () => {
  program = await buildProgram();
});

const there = deployed({}, undefined, (migration, role) => migration.grantSchedule(role));
const UNSCHEDULED = deployed();

const physical = ({ assembly }: Deployed, type: string) => String(assembly.resources(type)[0]?.physicalId);
const machineOf = ({ assembly }: Deployed) =>
  assembly.stateMachines().find(({ arn }) => arn.includes('Schedules'))?.arn ?? '';

/** An account with Scheduler in it, and what was begun of the schedules. */
function accountWith(executions: ReturnType<StateMachineRunner['executions']> = [], stopped: string[] = []) {
  const scheduler = new Scheduler({ environment: environmentOf() });
  scheduler.schedules.addGroup(physical(there, 'AWS::Scheduler::ScheduleGroup'));
  const runner: StateMachineRunner = {
    stateMachineArns: [MACHINE, machineOf(there)],
    executions: (arn) => (arn === MACHINE ? [] : executions),
    start: () => undefined,
    stop: async (arn) => {
      stopped.push(arn);
    },
  };
  return { scheduler, account: { services: () => [scheduler], runner } satisfies InAccount };
}

type Environment = Readonly<Record<string, string | undefined>>;

const cutover = (args: readonly string[], account: InAccount, deployment = there, more: Environment = {}) =>
  inAccount(deployment, (environment) => run(program, args, defined({ ...environment, ...more })), account);

const defined = (environment: Environment) =>
  Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined));

const inHours = (hours: number) => `${new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 16)}Z`;

test('schedules a preflight an hour before the cutover, lists it and cancels it', async () => {
  const { scheduler, account } = accountWith();
  const at = inHours(30);
  const made = await cutover(['schedule', 'sessions', '--at', at, '--yes', '--json'], account);
  expect([made.code, made.problem]).toEqual([0, '']);
  const scheduled = JSON.parse(made.out);
  const preflightAt = new Date(Date.parse(at) - 3_600_000).toISOString().slice(0, 19);
  expect(scheduled).toEqual({
    name: expect.stringMatching(/^cutover-\d{8}T\d{4}-\w+$/),
    at: at.replace(/Z$/, ':00Z'),
    state: 'scheduled',
    preflightAt: `${preflightAt}Z`,
  });
  const [schedule] = scheduler.schedules.all(physical(there, 'AWS::Scheduler::ScheduleGroup'));
  expect(schedule?.settings).toMatchObject({
    ScheduleExpression: `at(${preflightAt})`,
    ScheduleExpressionTimezone: 'UTC',
    ActionAfterCompletion: 'DELETE',
    Target: { Arn: 'arn:aws:scheduler:::aws-sdk:sfn:startExecution' },
  });
  expect(JSON.parse(schedule?.settings.Target?.Input ?? '')).toEqual({
    StateMachineArn: machineOf(there),
    Name: scheduled.name,
    Input: JSON.stringify({ at: scheduled.at }),
  });
  const listed = await cutover(['schedule', 'sessions', '--json'], account);
  expect(JSON.parse(listed.out)).toEqual([scheduled]);
  const second = await cutover(['schedule', 'sessions', '--at', inHours(40), '--yes'], account);
  expect([second.code, second.problem]).toEqual([
    1,
    expect.stringMatching(
      /^cutover: sessions has a cutover scheduled already, at .* Cancel that first: cutover schedule/,
    ),
  ]);
  const cancelled = await cutover(['schedule', 'sessions', '--cancel'], account);
  expect([cancelled.code, cancelled.problem]).toEqual([0, '']);
  expect(cancelled.out).toMatch(/state +cancelled/);
  expect((await cutover(['schedule', 'sessions'], account)).out).toBe('sessions: nothing is scheduled.\n');
});

test('one whose preflight has begun is stopped, and one that was cancelled by its preflight says why', async () => {
  const machine = machineOf(there);
  const execution = (name: string, more: object) => ({
    executionArn: `${machine.replace(':stateMachine:', ':execution:')}:${name}`,
    stateMachineArn: machine,
    name,
    status: 'RUNNING' as const,
    startedAt: 0,
    input: '{"at":"2030-01-01T02:10:00Z"}',
    ...more,
  });
  const stopped: string[] = [];
  const failed = {
    status: 'FAILED' as const,
    error: 'Cancelled',
    cause: 'The preflight found something',
    stoppedAt: 1,
  };
  const { account } = accountWith([execution('one', {}), execution('two', failed)], stopped);
  const listed = await cutover(['schedule', 'sessions', '--json'], account);
  expect(JSON.parse(listed.out)).toEqual([
    { name: 'one', at: '2030-01-01T02:10:00Z', state: 'running' },
    { name: 'two', at: '2030-01-01T02:10:00Z', state: 'cancelled', cause: 'The preflight found something' },
  ]);
  const cancelled = await cutover(['schedule', 'sessions', '--cancel', '--json'], account);
  expect(JSON.parse(cancelled.out)).toMatchObject([{ name: 'one', state: 'cancelled' }]);
  expect(stopped).toEqual([expect.stringMatching(/:one$/)]);
});

test('what others wrote into its group or started of its machine is listed, at an unknown time, and can be taken back', async () => {
  const machine = machineOf(there);
  const started = ['no JSON', 'null', '"text"', '{"at":5}'].map((input, index) => ({
    executionArn: `${machine.replace(':stateMachine:', ':execution:')}:by-hand-${index}`,
    ...{ stateMachineArn: machine, name: `by-hand-${index}`, status: 'SUCCEEDED' as const, input, output: input },
    ...{ startedAt: 0, stoppedAt: 1 },
  }));
  const { scheduler, account } = accountWith(started);
  const group = physical(there, 'AWS::Scheduler::ScheduleGroup');
  scheduler.schedules.add({
    ...{ group, name: 'by-hand', ScheduleExpression: 'at(2030-01-01T01:10:00)', FlexibleTimeWindow: { Mode: 'OFF' } },
    Target: {
      Arn: 'arn:aws:scheduler:::aws-sdk:sfn:startExecution',
      RoleArn: 'arn:aws:iam::1:role/r',
      Input: 'no JSON',
    },
  });
  const listed = await cutover(['schedule', 'sessions', '--json'], account);
  expect([listed.code, listed.problem]).toEqual([0, '']);
  expect(JSON.parse(listed.out)).toEqual([
    { name: 'by-hand', at: 'an unknown time', state: 'scheduled', preflightAt: '2030-01-01T01:10:00Z' },
    ...started.map(({ name }) => ({ name, at: 'an unknown time', state: 'started' })),
  ]);
  const taken = await cutover(['schedule', 'sessions', '--cancel', '--json'], account);
  expect(JSON.parse(taken.out)).toMatchObject([{ name: 'by-hand', at: 'an unknown time', state: 'cancelled' }]);
  expect(scheduler.schedules.all(group)).toEqual([]);
});

test.each<[string, readonly string[], RegExp, InAccount?, Deployed?, Environment?]>([
  ['is not at a terminal', ['sessions', '--at', inHours(5)], /no terminal to ask at: say --yes in a script\. Nothing/],
  ['names a time that is over', ['sessions', '--at', '2026-01-01T02:10Z', '--yes'], /at least 10 minutes ahead/],
  ['names no time', ['sessions', '--at', 'tomorrow', '--yes'], /--at: got 'tomorrow'; accepted is a time such as/],
  ['gives two options', ['sessions', '--at', inHours(5), '--cancel'], /--cancel: takes no --at/],
  [
    'names another migration',
    ['orders'],
    /migration: got 'orders', which is not in eu-west-1 of this account; there are: sessions\./,
    { by: anyone },
  ],
  ['may not schedule', ['sessions'], /nobody may\. Name who may in the app: migration\.grantSchedule/, {}, UNSCHEDULED],
  [
    'is not one who may',
    ['sessions', '--at', inHours(5), '--yes'],
    /not authorized to perform: scheduler:CreateSchedule.*migration\.grantSchedule\(role\); then deploy/,
    {
      by: allowing(
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'scheduler:CreateSchedule', Resource: '*' },
      ),
    },
  ],
  ['has no credentials', ['sessions'], /No credentials were found/, {}, there, NO_CREDENTIALS()],
  ['has an expired token', ['sessions'], /AWS rejects the credentials \(\w+\)\. Sign in again/, {}, there, BAD_TOKEN()],
  ['names no Region', ['sessions'], /No Region is stated\. Give --region/, {}, there, { AWS_REGION: undefined }],
])('who %s is told so', async (_what, args, said, more = {}, deployment = there, environment = {}) => {
  const { account } = accountWith();
  const { code, out, problem } = await cutover(['schedule', ...args], { ...account, ...more }, deployment, environment);
  expect([code, out]).toEqual([1, '']);
  expect(problem).toMatch(said);
  expect(problem.trim().split('\n')).toHaveLength(1);
});

function NO_CREDENTIALS(): Environment {
  const nowhere = '/nowhere/at/all';
  return {
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SHARED_CREDENTIALS_FILE: nowhere,
    AWS_CONFIG_FILE: nowhere,
  };
}

function BAD_TOKEN(): Environment {
  return { AWS_ACCESS_KEY_ID: 'ASIAEXPIRED000000000' };
}

test('times are read as they are written, and none that a clock does not show', () => {
  const now = Date.UTC(2026, 10, 30);
  const times = (text: string) => {
    const { cutover: at, preflight } = scheduleTimes(text, now);
    return [at.toISOString(), preflight.toISOString()];
  };
  expect(times('2026-12-01T02:10+09:00')).toEqual(['2026-11-30T17:10:00.000Z', '2026-11-30T16:10:00.000Z']);
  expect(times('2026-12-01T02:10Z')).toEqual(['2026-12-01T02:10:00.000Z', '2026-12-01T01:10:00.000Z']);
  // Less than an hour is left: the preflight begins as soon as it can.
  expect(times('2026-11-30T00:20Z')).toEqual(['2026-11-30T00:20:00.000Z', '2026-11-30T00:02:00.000Z']);
  expect(() => times('2026-11-31T02:10Z')).toThrow(/which there is not: the clock says 2026-12-01T02:10 instead/);
  expect(() => times('2026-11-30T00:05Z')).toThrow(/at least 10 minutes ahead/);
});
