import { planRun } from '../../../rehearsal/chaos/plan';
import { faultText, parseFault } from '../../../rehearsal/testbed/faults/injected-fault';
import { FAULT_KINDS } from '../../../rehearsal/testbed/faults/kinds';
import { faultSites } from '../../../rehearsal/testbed/faults/sites';
import { allStates, findMigration } from '../../../rehearsal/testbed/migration';
import { EXAMPLES, synthesized } from '../../examples/example-under-test';
import { removeTemporaryFolders } from '../assembly/written-assembly';

jest.setTimeout(120_000);
afterAll(removeTemporaryFolders);

const SEEDS = Array.from({ length: 300 }, (_, index) => `a-${index}`);

const MIGRATIONS = EXAMPLES.map((name) => {
  const { assembly } = synthesized(name);
  return { name, assembly, migration: findMigration(assembly) };
});

test.each(MIGRATIONS)(
  '$name: the same seed draws the same run from the same definition, others draw others',
  async ({ assembly, migration }) => {
    const plans = async (of: typeof migration) => {
      const sites = await faultSites(of);
      return SEEDS.map((seed) => JSON.stringify(planRun(sites, seed)));
    };
    const drawn = await plans(migration);
    expect(await plans(findMigration(assembly))).toEqual(drawn);
    expect(new Set(drawn).size).toBeGreaterThan(SEEDS.length * 0.95);
  },
);

test.each(MIGRATIONS)('$name: every fault that is drawn is one that the command line takes', async ({ migration }) => {
  const sites = await faultSites(migration);
  const states = allStates(migration.stateMachine.definition);
  for (const seed of SEEDS) {
    const { faults } = planRun(sites, seed);
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.length).toBeLessThanOrEqual(3);
    for (const fault of faults) expect(parseFault(faultText(fault), states)).toEqual(fault);
  }
});

test.each(MIGRATIONS)(
  '$name: both directions are drawn where there is a rollback, prepare where there is one, and no two lost sides',
  async ({ name, migration }) => {
    const sites = await faultSites(migration);
    const plans = SEEDS.map((seed) => planRun(sites, seed));
    expect([...new Set(plans.map(({ action }) => action))].toSorted()).toEqual([
      'cutover',
      ...(name.endsWith('converting') ? ['prepare'] : []),
      ...(name === 'aurora-postgres' ? [] : ['rollback']),
    ]);
    const ofPrepare = plans.filter(({ action }) => action === 'prepare').flatMap(({ faults }) => faults);
    expect(ofPrepare.filter(({ during }) => during !== 'prepare' && during !== 'recover')).toEqual([]);
    const losing = (kind: string) => ['kill-blue', 'kill-green', 'crash-green'].includes(kind);
    expect(plans.filter(({ faults }) => faults.filter(({ kind }) => losing(kind)).length > 1)).toEqual([]);
  },
);

test('every kind of fault is drawn for some example', async () => {
  const drawn = new Set<string>();
  for (const { migration } of MIGRATIONS) {
    const sites = await faultSites(migration);
    for (const seed of SEEDS) for (const { kind } of planRun(sites, seed).faults) drawn.add(kind);
  }
  // That one is for a relay, which no example has.
  expect([...drawn].toSorted()).toEqual(FAULT_KINDS.filter((kind) => kind !== 'crash-host').toSorted());
});
