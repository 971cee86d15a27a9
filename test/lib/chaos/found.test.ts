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
async function found(name: string): Promise<string> {
  const { broken } = await virtualChaos({
    assembly,
    runs: 100,
    untilBroken: true,
    newCloud: (staleSeed) => Cloud.of(assembly, true, without(name), staleSeed),
    problems: (cloud, before, last) => problemsOf(cloud, before, last, CacheConsistency.FENCED),
  });
  return Object.values(broken).flat().join('\n');
}

test.each([
  ['Undo Fence', /client ingress of blue, which serves, is not as it was/],
  ['Undo Quiesce', /not put back/],
  ['Fence', /clients can write to both sides|client ingress of blue, which clients have left, is not revoked/],
])('a definition without its %s is found out', async (name, problem) => {
  expect(await found(name)).toMatch(problem);
});
