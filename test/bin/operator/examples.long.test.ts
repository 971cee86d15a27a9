import { batchMigrationOf } from '../../../rehearsal/testbed/batch/batch-migration-of';
import { findMigration } from '../../../rehearsal/testbed/migration';
import { EXAMPLES, HOSTS, synthesized } from '../../examples/example-under-test';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { anyone } from '../../rehearsal/aws/test-environment';
import { buildProgram, inAccount, run } from './deployed-migration';

jest.setTimeout(600_000);
afterAll(removeTemporaryFolders);

let program: string;
beforeAll(async () => {
  program = await buildProgram();
});

const times = (text: string, part: string) => text.split(part).length - 1;

/** A sentence that a person reads: it begins and ends as one, and no name of code or half of a clause is left in it. */
const SENTENCE = /^[A-Z][^{}$]* [^{}$]*[.)]$/;

async function printed(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, out, problem } = await run(program, args, environment);
  expect([code, problem]).toEqual([0, '']);
  return out;
}

describe.each(EXAMPLES)('%s', (name) => {
  const { assembly, directory } = synthesized(name);
  const { manifest, stateMachine, configuration, workloads, checks } = findMigration(assembly);
  const phases = manifest.phases.map((phase) => phase.name);

  test('its runbook has each phase, workload and check once, in sentences', async () => {
    const { phases: written, ...runbook } = JSON.parse(await printed(['runbook', '--app', directory, '--json']));
    expect(written.map((phase: { name: string }) => phase.name)).toEqual(phases);
    for (const { purpose, onFailure } of written) {
      expect(purpose).toMatch(SENTENCE);
      expect(onFailure.length).toBeGreaterThan(0);
    }
    const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id).sort();
    expect(ids(runbook.stages.flat())).toEqual(ids(workloads));
    expect(ids(runbook.checks)).toEqual(ids(checks));
    const page = await printed(['runbook', '--app', directory]);
    if (!runbook.canRollBack) expect(page).not.toMatch(/(sends?|moves) (them|clients) back/);
    for (const [index, phase] of phases.entries()) {
      expect([phase, times(page, `| ${index + 1} | ${phase} `)]).toEqual([phase, 1]);
    }
  });

  test('its page has each step and workload once, and asks for nothing from elsewhere', async () => {
    const page = await printed(['runbook', '--app', directory, '--html']);
    const steps = manifest.phases.filter(({ only }) => only !== 'rollback');
    for (const [index, step] of steps.entries()) {
      expect([step.name, times(page, `<strong>${index + 1}. ${step.name}</strong>`)]).toEqual([step.name, 1]);
    }
    for (const { id } of [...workloads, ...checks]) expect([id, times(page, `<td>${id}</td>`)]).toEqual([id, 1]);
    expect(page).not.toMatch(/<script|<link rel="style|src=|https?:\/\/(?!www\.w3)/);
  });

  test('its plan has each phase of a cutover and each workload once', async () => {
    const plan = await inAccount(
      { assembly, operators: anyone, machine: stateMachine.arn },
      (environment) => printed(['plan', manifest.migration, '--json'], environment),
      { parameters: { configuration: JSON.stringify(configuration) } },
    );
    const { phases: planned, workloads: stopped, checks: asked } = JSON.parse(plan);
    expect(planned.map(({ phase }: { phase: string }) => phase)).toEqual(
      manifest.phases.filter(({ only }) => only !== 'rollback').map((phase) => phase.name),
    );
    for (const { does } of planned) expect(does).toMatch(SENTENCE);
    expect(stopped.map(({ workload }: { workload: string }) => workload).sort()).toEqual(
      workloads.map(({ id }) => id).sort(),
    );
    expect(asked.map(({ check }: { check: string }) => check).sort()).toEqual(checks.map(({ id }) => id).sort());
  });
});

test.each(HOSTS)('of %s, which moves cron jobs, runbook and page have each job and step once', async (name) => {
  const { assembly, directory } = synthesized(name);
  const jobs = batchMigrationOf(assembly)?.jobs ?? [];
  expect(jobs.length).toBeGreaterThan(50);
  const [text, page] = [
    await printed(['runbook', '--app', directory]),
    await printed(['runbook', '--app', directory, '--html']),
  ];
  for (const { name: job, owner } of jobs) {
    expect([job, times(text, `| ${job.replaceAll('_', '\\_')} | `)]).toEqual([job, 1]);
    expect([job, times(page, `<td><code class="whole">${job}</code></td>`)]).toEqual([job, 1]);
    if (owner !== undefined) expect(text).toContain(owner);
  }
  for (const step of ['Preflight', 'Guard', 'Last run', 'Enable', 'Owed slots', 'Proof', 'Retire']) {
    expect([step, times(text, ` | ${step} | `)]).toEqual([step, 1]);
  }
  expect(page).not.toMatch(/<script|src=|https?:/);
});
