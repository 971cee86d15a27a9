import type { Plan } from '../../../bin/operator/plan/plan';
import { TaskFailure } from '../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { buildProgram, deployed, type InAccount, inAccount, run } from './deployed-migration';
import { account, type Night, night } from './night';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const there = deployed();
let program: string;
let well: Night;
let failed: Night;
let preflight: Night;
beforeAll(async () => {
  program = await buildProgram();
  const fail = (state: string) =>
    state === 'Disconnect clients left on the old side: agent' ? new TaskFailure('Injected', 'by the test') : undefined;
  [well, failed, preflight] = [await night(), await night({ fail }), await night({}, 'preflight')];
});

const runPlan = (args: readonly string[], executed: InAccount = {}) =>
  inAccount(there, (environment) => run(program, ['plan', 'sessions', ...args], environment), executed);

async function planOf(args: readonly string[], executed: InAccount = {}): Promise<Plan> {
  const { code, out, problem } = await runPlan([...args, '--json'], executed);
  expect([code, problem]).toEqual([0, '']);
  return JSON.parse(out) as Plan;
}

const lasted = ({ phases }: Plan, name: string) => phases.find(({ phase }) => phase === name)?.lastedMs;

test('every phase of a cutover once, with what it does, what clients see and what a failure leads to', async () => {
  const plan = await planOf([], account([well]));
  const [machine] = there.assembly.migrationMachines();
  const declared = (machine?.manifest.phases ?? []) as readonly { name: string; only?: string; seen: string }[];
  expect(plan.phases.map(({ phase, clients }) => [phase, clients])).toEqual(
    declared.filter(({ only }) => only !== 'rollback').map(({ name, seen }) => [name, seen]),
  );
  for (const { does, failureLeadsTo } of plan.phases) {
    expect(does.length).toBeGreaterThan(10);
    expect(failureLeadsTo.length).toBeGreaterThan(0);
  }
  expect(plan).toMatchObject({
    migration: 'sessions',
    action: 'cutover',
    activeSide: 'green',
    workloads: [
      { workload: 'watcher', kind: 'ECS service' },
      { workload: 'mailer', kind: 'ECS service' },
    ],
  });
  expect(plan.transitions).toBeGreaterThan(100);
});

test('times are those of past executions of the same action, and of phases that did not fail', async () => {
  const nothing = await planOf([], account([preflight]));
  expect(nothing).toMatchObject({ learntFrom: 0, lastPreflight: 'SUCCEEDED at 2026-01-28T00:00:00.000Z' });
  expect(nothing.phases.filter(({ lastedMs }) => lastedMs !== undefined)).toEqual([]);
  expect(nothing).not.toHaveProperty('writeOutageMs');

  const learnt = await planOf([], account([well, failed, preflight]));
  expect(learnt).toMatchObject({ learntFrom: 2, lastPreflight: 'SUCCEEDED at 2026-01-26T00:00:00.000Z' });
  // It failed in the one that failed.
  expect(lasted(learnt, 'Evict')).toBe(lasted(await planOf([], account([well])), 'Evict'));
  const outage = ['Fence', 'Drain', 'Verify', 'Reverse', 'Switch'].map((phase) => lasted(learnt, phase) ?? Number.NaN);
  expect(learnt.writeOutageMs).toBe(outage.reduce((sum, ms) => sum + ms, 0));
});

test('a rollback is planned as such, a retirement has its own phases, and a recovery none beforehand', async () => {
  const executed = account([well]);
  const rollback = await planOf(['rollback'], executed);
  expect(rollback.phases.map(({ phase }) => phase)).not.toContain('Approve');
  expect(rollback.learntFrom).toBe(0);
  const retire = await planOf(['retire'], executed);
  expect([retire.phases.length > 0, retire.workloads]).toEqual([true, []]);
  expect((await planOf(['recover'], executed)).phases).toEqual([]);
});

test('for people it is tables', async () => {
  const { out } = await runPlan([], account([well]));
  expect(out).toMatch(/Active side +│ green/);
  expect(out).toMatch(/Phases\n/);
  expect(out).toMatch(/│ watcher +│ ECS service/);
});
