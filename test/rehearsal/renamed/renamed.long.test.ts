import { CacheConsistency } from '../../../lib';
import { loadAssembly } from '../../../rehearsal/assembly';
import { runbookOf } from '../../../rehearsal/runbook/runbook';
import { allStates, findMigration } from '../../../rehearsal/testbed/migration';
import { EXAMPLES, synthesized } from '../../examples/example-under-test';
import { removeTemporaryFolders, temporaryFolder } from '../assembly/written-assembly';
import { synthesizeMigration } from '../testbed/app-under-test';
import { onDemand } from '../testbed/on-demand';
import { perform, summary, WELL } from '../testbed/perform';
import { hashNames } from './hash-names';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

test.each(EXAMPLES)('the runbook of %s is the same, whatever its states and phases are called', async (example) => {
  const { directory, assembly } = synthesized(example);
  const renamed = loadAssembly(hashNames(directory));
  const names = new Map(zip(assembly, renamed));
  const called = (name: string) => names.get(name) ?? name;
  const before = await runbookOf(assembly);
  const after = await runbookOf(renamed);
  expect(after).toEqual({
    ...before,
    phases: before.phases.map((phase) => ({
      ...phase,
      name: called(phase.name),
      onFailure: phase.onFailure.map(called),
    })),
    estimate: {
      ...before.estimate,
      polls: before.estimate.polls.map((poll) => ({ ...poll, state: called(poll.state) })),
    },
  });
  expect([...names.keys()].filter((name) => name === names.get(name))).toEqual([]);
});

onDemand('clients are moved and go back, whatever states and phases are called', async () => {
  const directory = synthesizeMigration(temporaryFolder(), CacheConsistency.FENCED);
  const record = await perform(hashNames(directory), { action: 'rollback' });
  expect(summary(record)).toEqual({ ...WELL, outcome: 'cutover', serving: 'blue' });
  const { writeOutage, phases } = record.result.cutover;
  expect(writeOutage.find(({ id }) => id === 'writeOutageWorkMs')?.value).toBeGreaterThan(0);
  expect(phases.filter(({ name }) => !/^s[0-9a-f]{12}$/.test(name))).toEqual([]);
});

/** Names of the same states. */
function zip(...assemblies: Parameters<typeof findMigration>[0][]) {
  const [before = [], after = []] = assemblies.map((assembly) => [
    ...allStates(findMigration(assembly).stateMachine.definition).keys(),
  ]);
  expect(after).toHaveLength(before.length);
  return before.map((name, index) => [name, after[index] ?? ''] as const);
}
