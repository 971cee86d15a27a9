import { Duration } from 'aws-cdk-lib';
import { CacheConsistency, CacheEngine } from '../../../../lib';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { Cloud, type RunOptions } from '../../cloud';
import { Surroundings } from '../../migration-under-test';
import { problemsOf } from '../problems';
import { RelayOfCloud } from './relay-of-cloud';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const surroundings = new Surroundings({ engine: CacheEngine.redis('6.0') });
surroundings.migrateInFull(CacheConsistency.FENCED, { watch: Duration.minutes(1), relay: {} });
const assembly = surroundings.deploy();

const RELAY_CHANGED = { asks: 'relay changed' };
const ALL_COME = 'Interpose: have clients come through the relay';
const MOVE = 'Handover: move clients between two commands';

async function begin() {
  const cloud = await Cloud.of(assembly, true);
  return { cloud, relay: new RelayOfCloud(cloud), before: cloud.observe() };
}

/** The host dies as a state is entered, and is back as another one is, if it ever is. */
function dies(relay: RelayOfCloud, at: string, backAt?: string): RunOptions {
  return {
    entered: (state) => {
      if (state === at) relay.dead = true;
      if (state === backAt) relay.dead = false;
    },
  };
}

test('a host that dies before the switch keeps nobody from the side that they are on, which is opened first', async () => {
  const { cloud, relay, before } = await begin();
  const result = await cloud.run('cutover', dies(relay, ALL_COME));
  // It was never back: of the relay nothing could be asked.
  expect(result).toMatchObject({ error: 'RolledBack' });
  expect(problemsOf(cloud, before, result, CacheConsistency.FENCED)).toEqual([]);
});

test('a host that dies before the decision is waited for, and clients are where the markers say', async () => {
  const { cloud, relay, before } = await begin();
  const deadUntil = (asked: number) => {
    let asks = 0;
    return (state: string) => {
      if (state === MOVE) relay.dead = true;
      if (state === 'Handover: who serves after all?: agent') asks += 1;
      if (asks === asked) relay.dead = false;
    };
  };
  const result = await cloud.run('cutover', { entered: deadUntil(4) });
  expect(result).toMatchObject({ status: 'SUCCEEDED' });
  expect(problemsOf(cloud, before, result, CacheConsistency.FENCED)).toEqual([]);
  expect(cloud.observe().weights).toEqual({ blue: 0, green: 100 });
});

test('a host that dies after the switch keeps nobody from the new side, whether or not it is ever back', async () => {
  const { cloud, relay, before } = await begin();
  const result = await cloud.run('cutover', dies(relay, 'Does the new side answer?', 'Resume'));
  expect(result).toMatchObject({ status: 'SUCCEEDED' });
  expect(problemsOf(cloud, before, result, CacheConsistency.FENCED)).toEqual([]);
  expect(cloud.observe().weights).toEqual({ blue: 0, green: 100 });
});

describe('where an execution had to leave clients with the relay', () => {
  /** Nobody can be asked who serves until the execution has ended. */
  async function left() {
    const { cloud, relay, before } = await begin();
    const result = await cloud.run('cutover', dies(relay, MOVE));
    expect(result).toMatchObject({ error: 'RecoveryNeeded' });
    return { cloud, relay, before };
  }

  test('it is recovered when the alarm of the relay has changed, and by no look without one', async () => {
    const { cloud, relay, before } = await left();
    await cloud.look();
    expect(cloud.started).toEqual([]);
    await cloud.look(RELAY_CHANGED);
    expect(cloud.started).toEqual(['{"action":"recover"}']);
    relay.dead = false;
    const recovered = await cloud.run('recover');
    expect(recovered).toMatchObject({ status: 'SUCCEEDED' });
    expect(problemsOf(cloud, before, recovered, CacheConsistency.FENCED)).toEqual([]);
  });
});

test('the alarm starts nothing where nothing is left to do', async () => {
  const { cloud } = await begin();
  await cloud.look(RELAY_CHANGED);
  await cloud.run('cutover');
  await cloud.look(RELAY_CHANGED);
  expect(cloud.started).toEqual([]);
});
