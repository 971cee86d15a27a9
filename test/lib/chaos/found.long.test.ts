import { Duration } from 'aws-cdk-lib';
import { CacheConsistency } from '../../../lib';
import type { JsonObject } from '../../../rehearsal/assembly';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { Cloud } from '../cloud';
import { problemsOf } from '../elasticache/problems';
import { Surroundings } from '../migration-under-test';
import { virtualChaos } from './virtual-chaos';

jest.setTimeout(600_000);
afterAll(removeTemporaryFolders);

const surroundings = new Surroundings();
surroundings.migrateInFull(CacheConsistency.FENCED, { watch: Duration.minutes(1) });
const assembly = surroundings.deploy();

/** Puts a state that does nothing in the place of a phase or an undo. */
const without = (name: string) => (definition: JsonObject) => {
  const state = (definition.States as Record<string, { Branches?: unknown }>)[name];
  if (state === undefined) throw new Error(`The definition has no ${name}.`);
  state.Branches = [{ StartAt: 'Nothing', States: { Nothing: { Type: 'Pass', End: true } } }];
};

/** Until the first night that is not well: what was not as it must be. */
async function found(name: string, first: number): Promise<string> {
  const { broken } = await virtualChaos({
    assembly,
    runs: 100,
    first,
    untilBroken: true,
    newCloud: (staleSeed) => Cloud.of(assembly, true, without(name), staleSeed),
    problems: (cloud, before, last) => problemsOf(cloud, before, last, CacheConsistency.FENCED),
  });
  return Object.values(broken).flat().join('\n');
}

// Which night finds it first is known; where a later definition has other nights, they go on until one does.
test.each<[string, number, RegExp]>([
  ['Undo Fence', 15, /client ingress of blue, which serves, is not as it was/],
  ['Undo Quiesce', 10, /not put back/],
  ['Fence', 1, /clients can write to both sides|client ingress of blue, which clients have left, is not revoked/],
])('a definition without its %s is found out', async (name, first, problem) => {
  expect(await found(name, first)).toMatch(problem);
});
