import { Duration } from 'aws-cdk-lib';
import { CacheConsistency } from '../../../../lib';
import { type ExecutionResult, TaskFailure } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { sampled } from '../../../sampled';
import { Cloud, type ObservedState } from '../../cloud';
import { Surroundings } from '../../migration-under-test';
import { problemsOf } from '../problems';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

type Action = 'cutover' | 'rollback';

/** Every so many of the tasks are tried. All of them, in minutes: EVERY=1 npx jest every-exit */
const EVERY = 20;

/** The rollback is the same machine, so that trying it once is enough: at the consistency that has most to put back. */
const ACTIONS: Readonly<Record<CacheConsistency, readonly Action[]>> = {
  COLD: ['cutover'],
  LIVE: ['cutover'],
  FENCED: ['cutover', 'rollback'],
};

describe.each(Object.values(CacheConsistency))('at %s', (consistency) => {
  const surroundings = new Surroundings();
  surroundings.migrateInFull(consistency, { watch: Duration.minutes(1) });
  const assembly = surroundings.deploy();
  const newCloud = () => Cloud.of(assembly, consistency === CacheConsistency.FENCED);

  const problems = (cloud: Cloud, before: ObservedState, result: ExecutionResult) =>
    problemsOf(cloud, before, result, consistency);

  /** A cloud in which `action` can be asked for, and how everything was before anybody touched it. */
  async function cloudBefore(action: Action) {
    const cloud = await newCloud();
    const before = cloud.observe();
    if (action === 'rollback') await cloud.run('cutover');
    return { cloud, before };
  }

  /** Every task that is carried out, but for the clocks beside the agent's: those are all alike. */
  async function tasksOf(action: Action): Promise<string[]> {
    const tried = new Set<string>();
    const { cloud } = await cloudBefore(action);
    const { status } = await cloud.run(action, {
      fail: (state) => {
        tried.add(state);
        return undefined;
      },
    });
    expect(status).toBe('SUCCEEDED');
    const timers = /: (timer|find its timer|stop its timer)$/;
    const told = [...tried].filter((name) => !timers.test(name) || name.startsWith('Inspect both caches'));
    return sampled(told, EVERY);
  }

  test.each<Action>(['cutover'])(
    '%s: a task whose answers are all lost leaves clients wholly on one side, and everything as it was',
    async (action) => {
      const found: Record<string, string[]> = {};
      for (const task of await tasksOf(action)) {
        const { cloud, before } = await cloudBefore(action);
        const fail = (state: string) => (state === task ? new TaskFailure('Injected', 'by the test') : undefined);
        const result = await cloud.run(action, { fail });
        const recoveryNeeded = result.error === 'RecoveryNeeded';
        const wrong = problems(cloud, before, recoveryNeeded ? await cloud.run('recover') : result);
        if (wrong.length > 0) found[task] = wrong;
      }
      expect(found).toEqual({});
    },
  );

  test.each(ACTIONS[consistency])(
    '%s: an execution that is stopped anywhere is recovered: clients are wholly on one side, and everything as it was',
    async (action) => {
      const found: Record<string, string[]> = {};
      for (const task of await tasksOf(action)) {
        const { cloud, before } = await cloudBefore(action);
        const { status } = await cloud.run(action, { abortAt: task });
        const recovered = await cloud.run('recover');
        const wrong = problems(cloud, before, recovered);
        if (status !== 'ABORTED') wrong.push(`it ended by itself: ${status}`);
        if (recovered.status !== 'SUCCEEDED') wrong.push(`recover ended with ${recovered.error}: ${recovered.cause}`);
        if (wrong.length > 0) found[task] = wrong;
      }
      expect(found).toEqual({});
    },
  );
});
