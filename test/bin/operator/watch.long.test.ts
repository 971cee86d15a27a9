import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { LinesView } from '../../../bin/operator/watch/lines-view';
import { LiveView } from '../../../bin/operator/watch/live-view';
import type { ExecutionView, Picture } from '../../../bin/operator/watch/view';
import { watch } from '../../../bin/operator/watch/watch';
import type { AwsEnvironment } from '../../../rehearsal/aws/environment';
import { TaskFailure } from '../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { allowing } from '../../rehearsal/aws/test-environment';
import { buildProgram, deployed, inAccount, run } from './deployed-migration';
import { account, type Measured, measured, type Night, night } from './night';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

let program: string;
let well: Night;
const there = deployed();
beforeAll(async () => {
  program = await buildProgram();
  well = await night();
});

/** A terminal, or a pipe, that keeps what is written. */
function paper() {
  const written: string[] = [];
  return { output: { columns: 80, write: (text: string) => written.push(text) }, text: () => written.join('') };
}

/** Follows a night of which so many more events are there at each look. */
async function follow(been: Night, view: ExecutionView, more = 150) {
  let seen = more;
  return inAccount(
    there,
    async ({ AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, ...keys }) => {
      const where = {
        endpoint,
        region,
        credentials: {
          accessKeyId: keys.AWS_ACCESS_KEY_ID ?? '',
          secretAccessKey: keys.AWS_SECRET_ACCESS_KEY ?? '',
          sessionToken: keys.AWS_SESSION_TOKEN ?? '',
        },
      };
      const clients = {
        ssm: new SSMClient(where),
        sfn: new SFNClient(where),
        cloudformation: new CloudFormationClient(where),
      };
      const wait = async () => {
        seen += more;
      };
      return watch(clients, { migration: 'sessions', view, wait });
    },
    account([been], () => seen),
  );
}

const withoutTimes = (text: string) =>
  text.replaceAll(/^\S+Z {2}/gm, '').replaceAll(/[\d.]+ (ms|s|min|h)\b( \d+ (s|min))?/g, 'T');

test('the program prints each phase of a cutover, the weights, and at the end who serves and what to do', async () => {
  const { code, out, problem } = await inAccount(
    there,
    (environment) => run(program, ['watch', 'sessions'], environment),
    account([well]),
  );
  expect([code, problem]).toEqual([0, '']);
  const lines = withoutTimes(out).split('\n');
  for (const phase of ['Preflight', 'Replicate', 'Fence', 'Switch', 'Resume', 'Watch']) {
    expect(lines.filter((line) => line.startsWith(phase))).toEqual([phase, `${phase} took T`]);
  }
  expect(lines).toContain('sessions.internal.example: blue 0, green 100');
  expect(out).toMatch(
    /Clients are on green\.\nKeep blue up\. To return: cutover start sessions rollback\. When nobody wants to return: cutover start sessions retire\n$/,
  );
});

test('one that fails ends with its cause, the side that serves, and 2', async () => {
  const fail = (state: string) =>
    state === 'Disconnect clients left on the old side: agent' ? new TaskFailure('Injected', 'by the test') : undefined;
  const failed = await night({ fail });
  const { code, out } = await inAccount(
    there,
    (environment) => run(program, ['watch', 'sessions'], environment),
    account([failed]),
  );
  expect(code).toBe(2);
  const lines = withoutTimes(out).split('\n');
  expect(lines).toEqual(expect.arrayContaining(['Evict failed after T', 'Undo Switch', 'Undo Switch took T']));
  expect(lines.filter((line) => line.includes('failed after'))).toEqual(['Evict failed after T']);
  // Weights went there and back.
  expect(lines.filter((line) => line.startsWith('sessions.internal.example'))).toEqual([
    'sessions.internal.example: blue 100, green 0',
  ]);
  expect(out).toMatch(
    /RolledBack: .*by the test.*\nClients are on blue\.\nCorrect the cause, then: cutover start sessions cutover\n$/,
  );
});

test('what comes bit by bit is told once, as what comes at once', async () => {
  const [atOnce, bitByBit] = [paper(), paper()];
  await follow(well, new LinesView(atOnce.output), 100_000);
  await follow(well, new LinesView(bitByBit.output), 200);
  const sorted = ({ text }: typeof atOnce) => withoutTimes(text()).split('\n').sort();
  // Of weights that change twice between two looks the last are told.
  expect(new Set(sorted(bitByBit))).toEqual(new Set(sorted(atOnce)));
  expect(sorted(bitByBit)).toHaveLength(sorted(atOnce).length);
});

test('a stopped execution says that a recovery follows', async () => {
  const stopped = await night({ abortAt: 'Switch' });
  const { output, text } = paper();
  expect(await follow(stopped, new LinesView(output))).toMatchObject({ status: 'ABORTED' });
  expect(text()).toMatch(/The execution was stopped.*\.\nA recovery starts by itself .*cutover watch sessions\n$/);
});

test('a terminal shows the phase that runs, what it does and the weights, and keeps what is over as lines', async () => {
  const { output, text } = paper();
  const pictures: Picture[] = [];
  const live = new LiveView(output, false, () => Date.UTC(2030, 0));
  const view: ExecutionView = {
    update: (picture) => {
      pictures.push(picture);
      live.update(picture);
    },
    note: (line) => live.note(line),
    finish: (picture, ending) => live.finish(picture, ending),
  };
  await follow(well, view);
  expect(pictures.length).toBeGreaterThan(5);
  const screen = text();
  const lines = stripVTControlCharacters(screen).split('\n');
  expect(lines.filter((line) => line.length >= 80 && !line.startsWith('Keep blue'))).toEqual([]);
  expect(screen.match(/✓ Fence {2}/g)).toHaveLength(1);
  expect(screen).toMatch(/sessions\.internal\.example: blue 0, green 100\nClients are on green\.\n/);
});

const OF_SESSIONS = { Migration: 'sessions' };
const FIGURES: readonly Measured[] = [
  { name: 'ReplicationLag', dimensions: OF_SESSIONS, values: [900, 40] },
  { name: 'Connections', dimensions: { ...OF_SESSIONS, Side: 'blue' }, values: [120, 1_250] },
  { name: 'Connections', dimensions: { ...OF_SESSIONS, Side: 'green' }, values: [0, 3] },
  { name: 'KeysScanned', dimensions: OF_SESSIONS, values: [1_000_000, 1_600_000] },
  { name: 'KeysToScan', dimensions: OF_SESSIONS, values: [4_000_000, 4_000_000] },
];

/** A cutover in the middle of a phase, for as long as it is looked at. */
function within(phase: string) {
  const entered = well.events.findIndex(({ stateEnteredEventDetails: entry }) => entry?.name === phase);
  const inside = account([{ ...well, status: 'RUNNING' }], () => entered + 3);
  return { ...inside, services: (environment: AwsEnvironment) => [measured(environment, ...FIGURES)] };
}

test('piped, it tells lag, connections, and how far the copy is and how long it takes yet', async () => {
  const lines = await inAccount(
    there,
    (env) => linesOf(['watch', 'sessions'], env, /connections/),
    within('Replicate'),
  );
  expect(lines).toContainEqual(expect.stringMatching(/Z {2}lag 40 ms, connections: blue 1,250, green 3$/));
  // 600,000 keys a minute, and 2,400,000 are left.
  expect(lines).toContainEqual(
    expect.stringMatching(/Z {2}Replicate: 40 %, about 4 min 0 s left, 1,600,000 of 4,000,000 keys$/),
  );
});

test('without the right to ask CloudWatch it says so once, and follows all the same', async () => {
  const by = allowing(
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: 'cloudwatch:GetMetricData', Resource: '*' },
  );
  const { code, out } = await inAccount(there, (env) => run(program, ['watch', 'sessions'], env), {
    ...account([well]),
    by,
  });
  expect(code).toBe(0);
  expect(out).toMatch(/Clients are on green\.\n/);
  const watched = { ...within('Replicate'), by };
  const lines = await inAccount(there, (env) => linesOf(['watch', 'sessions'], env, /not shown/), watched);
  expect(lines.filter((line) => /Lag and connections are not shown: .*GetMetricData/.test(line))).toHaveLength(1);
});

test('a terminal shows the share of each side, a bar of the copy, and the time that a phase took before', () => {
  const { output, text } = paper();
  const begun = Date.UTC(2030, 0);
  const view = new LiveView(output, false, () => begun + 15_000);
  const of = { phase: 'Replicate', role: 'replicate', seen: 'nothing', part: 'own' } as const;
  const current = { name: 'Replicate', of, startedAt: new Date(begun), failed: false };
  const weights = new Map([['sessions.internal.example', { blue: 75, green: 25 }]]);
  const picture = { migration: 'sessions', steps: [current], current, doing: 'copy', weights, waiting: [] };
  view.update({ ...picture, vitals: { lagMs: 40, blue: 12, copy: { done: 1, total: 4, leftMs: 90_000 } } });
  const shown = () => stripVTControlCharacters(text());
  expect(shown()).toContain(`  ${'█'.repeat(5)}${'░'.repeat(13)}  25 %  about 1 min 30 s left, 1 of 4 keys\n`);
  expect(shown()).toContain(`  sessions.internal.example\n    blue 75 ${'█'.repeat(24)} green 25\n`);
  expect(shown()).toContain('  lag 40 ms, connections: blue 12\n');
  const drain = { ...current, name: 'Drain', of: { ...of, phase: 'Drain', role: 'drain' } as const };
  view.update({ ...picture, steps: [drain], current: drain, expectedMs: 60_000 });
  expect(shown()).toContain(`  ${'█'.repeat(5)}${'░'.repeat(13)}  25 %  about 45.0 s left\n`);
  view.update({ ...picture, steps: [drain], current: drain, expectedMs: 10_000 });
  expect(shown()).toContain('100 %  longer than before: that took 10.0 s\n');
});

/** What it prints until a line is there, as lines. */
async function linesOf(args: readonly string[], env: Readonly<Record<string, string>>, until: RegExp) {
  const child = spawn(process.execPath, [program, ...args], { env });
  let out = '';
  for await (const part of child.stdout) {
    out += String(part);
    if (until.test(out)) break;
  }
  child.kill();
  return out.split('\n');
}

test('who may not read the history is told so, and a migration that was never started how to start it', async () => {
  const by = allowing(
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: 'states:GetExecutionHistory', Resource: '*' },
  );
  const denied = await inAccount(there, (env) => run(program, ['watch', 'sessions'], env), { ...account([well]), by });
  expect([denied.code, denied.problem]).toEqual([1, expect.stringContaining('states:GetExecutionHistory')]);
  const never = await inAccount(there, (env) => run(program, ['watch', 'sessions'], env));
  expect([never.code, never.problem]).toEqual([
    1,
    'cutover: sessions was never started. Start an execution: cutover start sessions preflight\n',
  ]);
});
