import { Duration } from 'aws-cdk-lib';
import { CacheConsistency } from '../../../lib';
import type { JsonObject } from '../../../rehearsal/assembly';
import { courseOf } from '../../../rehearsal/testbed/faults/course';
import { callsService } from '../../../rehearsal/testbed/faults/injected-fault';
import { failsCalls } from '../../../rehearsal/testbed/faults/kinds';
import { faultSites } from '../../../rehearsal/testbed/faults/sites';
import { allStates, findMigration } from '../../../rehearsal/testbed/migration';
import { EXAMPLES, synthesized } from '../../examples/example-under-test';
import { Cloud } from '../../lib/cloud';
import { reachable } from '../../lib/cutover/machine/definition-walk';
import { Surroundings } from '../../lib/migration-under-test';
import { removeTemporaryFolders } from '../assembly/written-assembly';

jest.setTimeout(120_000);
afterAll(removeTemporaryFolders);

test.each(Object.values(CacheConsistency))(
  'at %s, a night without a fault enters states of the smooth course alone',
  async (consistency) => {
    const surroundings = new Surroundings();
    surroundings.migrateInFull(consistency, { watch: Duration.minutes(1) });
    const assembly = surroundings.deploy();
    const { definition } = findMigration(assembly).stateMachine;
    const cloud = await Cloud.of(assembly, consistency === CacheConsistency.FENCED);
    for (const action of ['cutover', 'rollback'] as const) {
      const entered = new Set<string>();
      await cloud.run(action, { entered: (state) => entered.add(state) });
      const { smooth, rough } = await courseOf(definition, action);
      const names = new Set(smooth.map(({ name }) => name));
      // A clock is asked for again where it was not set yet: that is caught, and nothing has gone wrong.
      const smoothly = [...entered].filter((state) => !/: (stop its timer again\?|wait for its timer)$/.test(state));
      expect(smoothly.filter((state) => !names.has(state))).toEqual([]);
      expect(rough.filter(({ name }) => smoothly.includes(name))).toEqual([]);
    }
  },
);

describe.each(EXAMPLES)('%s', (example) => {
  const { assembly } = synthesized(example);
  const migration = findMigration(assembly);
  const states = allStates(migration.stateMachine.definition);

  test('every state of an execution is a site, and those that end it are none', async () => {
    const { prepare, cutover, rollback, recover } = await faultSites(migration);
    const sites = new Set(
      [prepare, cutover, rollback, recover]
        .flatMap(({ smooth, rough }) => [...smooth, ...rough])
        .map(({ state }) => state),
    );
    // Blue's deletion is none of what chaos asks for, and neither is a preflight by itself.
    const { States: top } = migration.stateMachine.definition as { States: Record<string, JsonObject> };
    const retiring = reachable(top as Parameters<typeof reachable>[0], 'Set direction: retire blue');
    const ofRetire = allStates({ States: Object.fromEntries(retiring.map((name) => [name, top[name] ?? {}])) });
    const ofOthers =
      /^(Refuse (a changed DNS record|an unsettled|an action with nothing)|Set direction: to the other side|Ready for the cutover)/;
    const missing = [...states]
      .filter(([name]) => !sites.has(name) && !ofRetire.has(name) && !ofOthers.test(name))
      .map(([name, { Type: type }]) => ({ name, type }));
    const ends = ['Fail', 'Succeed'];
    expect(missing.filter(({ type }) => !ends.includes(String(type)))).toEqual([]);
    expect([...sites].filter((name) => ends.includes(String(states.get(name)?.Type)))).toEqual([]);
  });

  test('what fails a call is put where a service is called, and nowhere else', async () => {
    for (const { smooth, rough } of Object.values(await faultSites(migration))) {
      for (const { state, kinds } of [...smooth, ...rough]) {
        expect(kinds.some(failsCalls)).toBe(callsService(states.get(state) ?? {}));
      }
    }
  });

  test('an alarm is put where alarms are looked at, and green dies before clients are on it for good', async () => {
    const { smooth } = (await faultSites(migration)).cutover;
    const phasesOf = (kind: string) => [
      ...new Set(smooth.filter(({ kinds }) => kinds.some((each) => each === kind)).map(({ phase }) => phase)),
    ];
    expect(phasesOf('alarm')).toContain('Watch');
    expect(phasesOf('alarm')).not.toContain('Preflight');
    expect(phasesOf('kill-green')).not.toContain('Watch');
    const withUsers = migration.checks.some(({ when }) => when === 'afterResume') ? ['Check with clients'] : [];
    expect(phasesOf('kill-blue')).toEqual(['Resume', ...withUsers, 'Watch']);
  });
});
