import type { MigrationManifest } from '../../contract/manifest';
import { CacheConsistency } from '../../lib';
import { allStates, findMigration } from '../../rehearsal/testbed/migration';
import { Databases } from '../lib/aurora/databases-under-test';
import { Surroundings } from '../lib/migration-under-test';
import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { EXAMPLES, synthesized } from './example-under-test';
import { unaccounted } from './unaccounted';

jest.setTimeout(120_000);
afterAll(removeTemporaryFolders);

const MIGRATIONS = [
  ...EXAMPLES.map((name) => ({ of: name, ...findMigration(synthesized(name).assembly) })),
  ...Object.values(CacheConsistency).map((name) => {
    const surroundings = new Surroundings();
    surroundings.migrateInFull(name);
    return { of: name, ...findMigration(surroundings.deploy()) };
  }),
  ...(['promote', 'follow', 'manage'] as const).map((name) => {
    const databases = new Databases();
    databases[name](databases.everything());
    return { of: name, ...findMigration(databases.deploy()) };
  }),
];

describe.each(MIGRATIONS)('the manifest of $of', ({ manifest, stateMachine: { definition } }) => {
  const states = allStates(definition);
  const { phases, errands, retire } = manifest;

  test('has at most 20 KB', () => {
    expect(Buffer.byteLength(JSON.stringify(manifest))).toBeLessThanOrEqual(20_000);
  });

  test('names states that there are', () => {
    const { knows, cutover, rollback, recoveryNeeded, watch, bookkeeping } = manifest.states;
    const named = [
      ...[...phases, ...errands, ...retire].flatMap(({ states: of, onFailure = [] }) => [
        ...Object.values({ ...of }),
        ...onFailure,
      ]),
      ...[knows, cutover, rollback, recoveryNeeded, watch?.again, ...bookkeeping].filter((name) => name !== undefined),
    ];
    expect(named.filter((name) => !states.has(name))).toEqual([]);
  });

  test('knows what every call is for that changes something', () => {
    expect(unaccounted(definition, manifest)).toEqual([]);
  });

  test.each([...phases, ...errands, ...retire].filter(({ role }) => role !== 'report'))(
    'misses the phase $name where it is left out',
    ({ name }) => {
      const without = <T extends { readonly name: string }>(all: readonly T[]) =>
        all.filter((each) => each.name !== name);
      const left = { ...manifest, phases: without(phases), errands: without(errands), retire: without(retire) };
      expect(unaccounted(definition, left)).not.toEqual([]);
    },
  );

  test('misses a workload where it is left out', () => {
    const [first, ...others] = manifest.workloads;
    const left: MigrationManifest = { ...manifest, workloads: others };
    expect(unaccounted(definition, left)).toEqual(first === undefined ? [] : [first.id]);
  });
});
