import { SFNClient } from '@aws-sdk/client-sfn';
import { CacheConsistency } from '../../../../lib';
import { systemClock } from '../../../../rehearsal/aws/clock';
import { ControlPlane } from '../../../../rehearsal/aws/control-plane';
import { AwsEndpoint } from '../../../../rehearsal/aws/endpoint/endpoint';
import { Identifiers } from '../../../../rehearsal/aws/identifiers';
import { Sfn } from '../../../../rehearsal/aws/sfn/sfn';
import { type JsonObject, TaskFailure } from '../../../../rehearsal/states-language';
import { allStates } from '../../../../rehearsal/testbed/migration';
import type { JudgedState } from '../../../../scripts/verify-aws/states/judge';
import { Recording } from '../../../../scripts/verify-aws/states/recording';
import { testStates } from '../../../../scripts/verify-aws/states/test-states';
import { Cloud } from '../../../lib/cloud';
import { ACCOUNT, REGION, Surroundings } from '../../../lib/migration-under-test';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { anyone } from '../../../rehearsal/aws/test-environment';

const environment = { account: ACCOUNT, region: REGION, clock: systemClock, ids: new Identifiers('states') };
const runner = { stateMachineArns: [], executions: () => [], start: () => {}, stop: () => Promise.resolve() };
const plane = new ControlPlane({ environment, services: [new Sfn({ environment, activityArns: [], runner })] });
const faults: unknown[] = [];
const endpoint = new AwsEndpoint({ plane, onFault: (fault) => faults.push(fault) });
let sfn: SFNClient;

beforeAll(async () => {
  sfn = new SFNClient({
    endpoint: await endpoint.start(),
    region: REGION,
    credentials: endpoint.credentialsFor(anyone),
    // TestState is asked of sync-states.REGION.amazonaws.com; the endpoint here has one name.
    disableHostPrefix: true,
  });
});

afterAll(async () => {
  sfn.destroy();
  await endpoint.stop();
  removeTemporaryFolders();
});

async function recorded(): Promise<{ recording: Recording; cloud: Cloud }> {
  const surroundings = new Surroundings();
  surroundings.migrateInFull(CacheConsistency.FENCED);
  const cloud = await Cloud.of(surroundings.deploy(), true);
  const recording = new Recording();
  const { listener: follower } = recording;
  await cloud.run('cutover', { follower });
  await cloud.run('rollback', { follower });
  const refuse = (state: string) => (state === 'Wait for the fence' ? new TaskFailure('Made.Up', 'here') : undefined);
  await cloud.run('cutover', { follower, refuse });
  return { recording, cloud };
}

test('every state of a definition is sent, and does what it did in the rehearsal', async () => {
  const { recording, cloud } = await recorded();
  const { definition } = cloud.migration.stateMachine;
  const told: JudgedState[] = [];
  const judged = await testStates({
    sfn,
    example: 'under-test',
    definition,
    recording,
    onJudged: (one) => told.push(one),
  });
  expect(faults).toEqual([]);
  expect(told).toEqual(judged);
  expect(new Set(judged.map(({ state }) => state))).toEqual(new Set(allStates(definition).keys()));
  expect(judged.filter(({ verdict }) => verdict === 'refused' || verdict === 'differs')).toEqual([]);
  const count = (verdict: JudgedState['verdict']) => judged.filter((one) => one.verdict === verdict).length;
  expect(count('same')).toBeGreaterThan(200);
  // What nobody rehearsed is sent with what others had found.
  expect(count('same') + count('taken')).toBeGreaterThan(judged.length * 0.8);
}, 300_000);

test('a state that AWS would take otherwise is found', async () => {
  const { recording, cloud } = await recorded();
  const all = allStates(cloud.migration.stateMachine.definition);
  const altered = (name: string, fields: JsonObject): JsonObject => {
    const state = all.get(name);
    if (state === undefined) throw new Error(`No state ${name}; there are ${[...all.keys()].join(', ')}.`);
    return { [name]: { ...state, ...fields } };
  };
  const definition = {
    States: {
      ...altered('Read the journal', { Output: '{% "another" %}' }),
      ...altered('Close the journal', { Catch: 'nobody' }),
    },
  };
  const judged = await testStates({ sfn, example: 'altered', definition, recording, onJudged: () => {} });
  const verdictOf = (name: string) => judged.find(({ state }) => state === name);
  expect(verdictOf('Read the journal')).toMatchObject({ verdict: 'differs', said: expect.stringContaining('another') });
  expect(verdictOf('Close the journal')).toMatchObject({
    verdict: 'refused',
    said: expect.stringContaining('InvalidDefinition'),
  });
}, 120_000);
