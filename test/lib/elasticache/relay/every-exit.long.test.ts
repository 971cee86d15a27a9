import { Duration } from 'aws-cdk-lib';
import { CacheConsistency, CacheEngine } from '../../../../lib';
import { type ExecutionResult, TaskFailure } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { sampled } from '../../../sampled';
import { Cloud, type ObservedState } from '../../cloud';
import { Surroundings } from '../../migration-under-test';
import { problemsOf } from '../problems';
import { RelayOfCloud } from './relay-of-cloud';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

type Action = 'cutover' | 'rollback';

/** Every so many of the tasks are tried. All of them, in minutes: EVERY=1 npx jest relay/every-exit */
const EVERY = 20;

const surroundings = new Surroundings({ engine: CacheEngine.redis('6.0') });
surroundings.migrateInFull(CacheConsistency.FENCED, { watch: Duration.minutes(1), relay: {} });
const assembly = surroundings.deploy();

async function cloudBefore(action: Action) {
  const cloud = await Cloud.of(assembly, true);
  const relay = new RelayOfCloud(cloud);
  const before = cloud.observe();
  if (action === 'rollback') expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
  return { cloud, relay, before };
}

function problems(cloud: Cloud, relay: RelayOfCloud, before: ObservedState, result: ExecutionResult): string[] {
  return [
    ...problemsOf(cloud, before, result, CacheConsistency.FENCED),
    ...(relay.running ? ['the relay still runs'] : []),
    ...(cloud.hostRules > 0 ? [`the host has ${cloud.hostRules} rules of clients`] : []),
  ];
}

/** Every task that is carried out, but for the timers beside the agent's: those are all alike. */
async function tasksOf(action: Action): Promise<string[]> {
  const tried = new Set<string>();
  const { cloud, relay, before } = await cloudBefore(action);
  const result = await cloud.run(action, {
    fail: (state) => {
      tried.add(state);
      return undefined;
    },
  });
  expect(problems(cloud, relay, before, result)).toEqual([]);
  expect(result.status).toBe('SUCCEEDED');
  return sampled(
    [...tried].filter((name) => !/: (timer|find its timer|stop its timer)$/.test(name)),
    EVERY,
  );
}

describe.each<Action>(['cutover', 'rollback'])('a %s through a relay', (action) => {
  test('a task whose answers are all lost leaves clients wholly on one side, and everything as it was', async () => {
    const found: Record<string, string[]> = {};
    for (const task of await tasksOf(action)) {
      const { cloud, relay, before } = await cloudBefore(action);
      const fail = (state: string) => (state === task ? new TaskFailure('Injected', 'by the test') : undefined);
      const result = await cloud.run(action, { fail });
      const last = result.error === 'RecoveryNeeded' ? await cloud.run('recover') : result;
      const wrong = problems(cloud, relay, before, last);
      if (wrong.length > 0) found[task] = wrong;
    }
    expect(found).toEqual({});
  });

  test('an execution that is stopped anywhere is recovered: clients are wholly on one side, all as it was', async () => {
    const found: Record<string, string[]> = {};
    for (const task of await tasksOf(action)) {
      const { cloud, relay, before } = await cloudBefore(action);
      const { status } = await cloud.run(action, { abortAt: task });
      const recovered = await cloud.run('recover');
      const wrong = problems(cloud, relay, before, recovered);
      if (status !== 'ABORTED') wrong.push(`it ended by itself: ${status}`);
      if (recovered.status !== 'SUCCEEDED') wrong.push(`recover ended with ${recovered.error}: ${recovered.cause}`);
      if (wrong.length > 0) found[task] = wrong;
    }
    expect(found).toEqual({});
  });
});
