import type { StateMachineRunner } from '../../../rehearsal/aws/sfn/executions';
import { batchMigrationOf } from '../../../rehearsal/testbed/batch/batch-migration-of';
import { HOSTS, synthesized } from '../../examples/example-under-test';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { anyone } from '../../rehearsal/aws/test-environment';
import { buildProgram, inAccount, run } from './deployed-migration';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const { assembly } = synthesized(HOSTS[0] ?? '');
const machine = batchMigrationOf(assembly)?.stateMachines.jobs ?? '';
const jobs = batchMigrationOf(assembly)?.jobs ?? [];
const execution = `${machine.replace(':stateMachine:', ':execution:')}:night`;
let program: string;
beforeAll(async () => {
  program = await buildProgram();
});

const journal = (job: string, more: object) => [
  `/cdk-cutover/batch/jobs/${job}`,
  JSON.stringify({ version: 1, job, phase: 'settled', epoch: 1, execution, at: '2026-12-01T02:00:00Z', ...more }),
];

const [first, second, third, fourth] = jobs.filter(({ decision }) => decision === 'moved').map(({ name }) => name);
const JOURNALS = Object.fromEntries([
  journal(String(first), { state: 'proving', side: 'green', provingUntil: '2026-12-02T02:00Z' }),
  journal(String(second), { state: 'returned', side: 'blue', cause: 'a run has failed' }),
  journal(String(third), { state: 'undecided', side: 'blue', phase: 'guarding' }),
  journal(String(fourth), { state: 'proved', side: 'green' }),
]);

/** The jobs' execution runs for so many looks, and then ends so. */
function runner(end: object, looks = 1): StateMachineRunner {
  let seen = 0;
  return {
    stateMachineArns: [machine],
    executions: () => {
      seen += 1;
      const running = { executionArn: execution, stateMachineArn: machine, name: 'night', startedAt: 0, input: '{}' };
      return [{ ...running, status: 'RUNNING' as const, ...(seen > looks + 1 && end) }];
    },
    start: () => undefined,
    stop: async () => undefined,
  };
}

const batch = (args: readonly string[], more: object = {}) =>
  inAccount({ assembly, operators: anyone, machine }, (environment) => run(program, args, environment), {
    parameters: { configuration: '{"kind":"batch"}', ...JOURNALS },
    ...more,
  });

async function would(action: string) {
  const { code, out, problem } = await batch(['plan', 'batch', action, '--json']);
  expect([code, problem]).toEqual([0, '']);
  const { changes, jobs: planned } = JSON.parse(out);
  expect(planned.map(({ job }: { job: string }) => job).sort()).toEqual(jobs.map(({ name }) => name).sort());
  const of = (name: string | undefined) => planned.find(({ job }: { job: string }) => job === name)?.would;
  return { changes, of };
}

test('what a cutover would do is told of each job, in rounds, and what is left unfinished comes first', async () => {
  const { changes, of } = await would('cutover');
  expect([first, second, third].map(of)).toEqual([
    'stays: it is on the new host',
    'moves to the new host',
    'is refused: it was left at guarding. Start recover first',
  ]);
  // All but the two on the new host and the one to be recovered.
  expect(changes).toBe(jobs.length - 3);
  const retired = jobs.find(({ decision }) => decision === 'retired')?.name;
  expect(of(retired)).toBe('is paused: nobody needs it');
});

test('a rollback, a retirement, a recovery and a preflight are told, too', async () => {
  const [rollback, retire, recover, preflight] = [
    await would('rollback'),
    await would('retire'),
    await would('recover'),
    await would('preflight'),
  ];
  expect([rollback.changes, rollback.of(first), rollback.of(second)]).toEqual([
    2,
    'comes back to the old server',
    'stays: it is on the old server',
  ]);
  expect([retire.changes, retire.of(fourth), retire.of(first)]).toEqual([
    1,
    'loses its line on the old server',
    'is refused: it is proving, and not proved',
  ]);
  expect([recover.changes, recover.of(third)]).toEqual([1, 'is finished']);
  expect(preflight.changes).toBe(0);
});

test('watch follows the newest execution, and says where the jobs are and what to do', async () => {
  const well = await batch(['watch', 'batch'], { runner: runner({ status: 'SUCCEEDED', output: '{}' }) });
  expect([well.code, well.problem]).toEqual([0, '']);
  expect(well.out).toMatch(new RegExp(`Z {2}${first}: proving on green, until 2026-12-02T02:00Z\\n`));
  expect(well.out).toMatch(new RegExp(`Z {2}${third}: guarding, on blue before\\n`));
  expect(well.out.match(new RegExp(`Z {2}${first}:`, 'g'))).toHaveLength(1);
  expect(well.out).toMatch(
    /\n2 on the new host, 2 back on the old server, 0 paused; .*\nWhere each is: cutover status batch\. .* rollback\n$/,
  );
  const failed = await batch(['watch', 'batch'], {
    runner: runner({ status: 'FAILED', error: 'JobsFailed', cause: '1 job stays on blue.' }),
  });
  expect([failed.code, failed.out]).toEqual([2, expect.stringContaining('JobsFailed: 1 job stays on blue.')]);
});

test.each(['manifest', 'windows', 'clients', 'adopt'])(
  '%s, which is about clients, says what there is instead',
  async (command) => {
    const { code, out, problem } = await batch([command, 'batch']);
    expect([code, out]).toEqual([1, '']);
    expect(problem).toMatch(
      /^cutover: batch moves cron jobs, and no clients: .* cutover status batch, cutover plan batch/,
    );
  },
);

test('the runbook is read from the account, too', async () => {
  const { code, out } = await batch(['runbook', 'batch', '--deployed']);
  expect(code).toBe(0);
  expect(out).toMatch(/^# Runbook: batch\n/);
  for (const { name } of jobs) expect(out).toContain(`| ${name} | `);
});
