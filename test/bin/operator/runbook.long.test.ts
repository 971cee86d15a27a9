import { TaskFailure } from '../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { buildProgram, deployed, inAccount, run } from './deployed-migration';
import { account, type Night, night } from './night';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

let program: string;
let well: Night;
let failed: Night;
const there = deployed();
beforeAll(async () => {
  program = await buildProgram();
  well = await night();
  failed = await night({
    fail: (state) =>
      state === 'Disconnect clients left on the old side: agent'
        ? new TaskFailure('Injected', '<b>by the test</b>')
        : undefined,
  });
});

const CONFIGURATION = JSON.stringify({
  kind: 'cache',
  blue: { host: 'old.sessions.example' },
  green: { host: 'new.sessions.example' },
});

function runbook(args: readonly string[], ...nights: readonly Night[]) {
  const [newest, ...older] = nights;
  const known = newest === undefined ? undefined : account([newest, ...older]);
  const execution: unknown = known && JSON.parse(known.parameters.lock).execution;
  const approval = JSON.stringify({ execution, by: 'kim', approved: 'T' });
  return inAccount(there, (environment) => run(program, ['runbook', 'sessions', '--deployed', ...args], environment), {
    ...known,
    parameters: { configuration: CONFIGURATION, ...known?.parameters, approval },
  });
}

interface Step {
  readonly name: string;
  readonly plannedAt?: string;
  readonly expectedMs?: number;
  readonly realMs?: number;
  readonly status?: string;
  readonly byHand: readonly string[];
}

test('before the night it is the plan: when each step begins, learnt from the execution before', async () => {
  const { code, out, problem } = await runbook(['--json', '--at', '2030-01-01T02:10Z'], well);
  expect([code, problem]).toEqual([0, '']);
  const { steps } = JSON.parse(out).night as { readonly steps: readonly Step[] };
  expect(steps[0]).toMatchObject({ name: 'Preflight', plannedAt: '2030-01-01T02:10:00.000Z' });
  // Each begins when those before it have taken what they took.
  let planned = Date.UTC(2030, 0, 1, 2, 10);
  for (const { plannedAt, expectedMs = 0 } of steps) {
    expect(plannedAt).toBe(new Date(planned).toISOString());
    planned += expectedMs;
  }
  const step = (name: string) => steps.find((each) => each.name === name);
  expect(step('Drain')?.byHand).toContain('cutover-agent redis.drain');
  expect(step('Switch')?.byHand).toContain('aws route53 change-resource-record-sets');
  expect(step('Quiesce')?.byHand).toContain('aws ecs update-service');
  expect(steps.flatMap(({ byHand }) => byHand).filter((call) => /put-parameter|task-success/.test(call))).toEqual([]);
});

test('after the night it is the record: what was done, what was put back, why, and who approved', async () => {
  const { code, out } = await runbook(['--json'], failed, well);
  expect(code).toBe(0);
  const { steps, lastExecution } = JSON.parse(out).night;
  const status = Object.fromEntries(steps.map(({ name, status: how }: Step) => [name, how]));
  expect(status).toMatchObject({
    Preflight: 'done',
    Switch: 'put back',
    Evict: 'failed',
    Resume: 'not reached',
  });
  expect(lastExecution).toMatchObject({ status: 'FAILED', approvedBy: 'kim at T' });
  expect(lastExecution.cause).toContain('by the test');
  const { realMs, expectedMs } = steps.find(({ name }: Step) => name === 'Replicate');
  expect(realMs).toBeGreaterThan(0);
  expect(expectedMs).toBeGreaterThan(0);
});

test('the page is by itself, and what people wrote is no markup', async () => {
  const { code, out, problem } = await runbook(['--html', '--at', '2030-01-01T02:10Z'], failed, well);
  expect([code, problem]).toEqual([0, '']);
  expect(out).toMatch(/^<!doctype html>/);
  expect(out).not.toMatch(/<script|src=|https?:|<b>by the test/);
  expect(out).toContain('&lt;b&gt;by the test');
  for (const shown of [
    'new.sessions.example',
    '02:10:00 UTC',
    'put back',
    'cutover approve sessions',
    'kim at T',
    'watcher',
  ]) {
    expect(out).toContain(shown);
  }
});

test('what was never executed has no times, and is not called done', async () => {
  const { code, out } = await runbook(['--html']);
  expect(code).toBe(0);
  expect(out).not.toMatch(/>done<|>not reached</);
  expect(out).toContain('not planned');
});

test.each<[string, readonly string[], RegExp]>([
  ['names an assembly, too', ['sessions', '--deployed', '--app', 'x'], /--deployed: takes no --app/],
  ['names no migration', ['--deployed'], /--deployed: name the migration, as in `cutover list`/],
  ['names no time', ['sessions', '--deployed', '--at', 'tonight'], /--at: got 'tonight'/],
])('who %s is told so', async (_what, args, said) => {
  const ran = await inAccount(there, (environment) => run(program, ['runbook', ...args], environment));
  expect([ran.code, ran.out, ran.problem]).toEqual([1, '', expect.stringMatching(said)]);
});
