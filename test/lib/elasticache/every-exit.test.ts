import { Duration } from 'aws-cdk-lib';
import { CacheConsistency } from '../../../lib';
import { type ExecutionResult, TaskFailure } from '../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { Cloud, type Standing } from '../cloud';
import { Surroundings } from '../migration-under-test';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

type Action = 'cutover' | 'back';

/** Every so many of the tasks are tried. All of them, in minutes: EVERY=1 npx jest every-exit */
const EVERY = Number(process.env.EVERY ?? 3);

/** The way back is the same machine, so that trying it once is enough: at the consistency that has most to put back. */
const ACTIONS: Readonly<Record<CacheConsistency, readonly Action[]>> = {
  COLD: ['cutover'],
  LIVE: ['cutover'],
  FENCED: ['cutover', 'back'],
};

describe.each(Object.values(CacheConsistency))('at %s', (consistency) => {
  const surroundings = new Surroundings();
  surroundings.migrateInFull(consistency, { watch: Duration.minutes(1) });
  const assembly = surroundings.deploy();
  const newCloud = () => Cloud.of(assembly, consistency === CacheConsistency.FENCED);

  /** What is not as it must be after an execution; nothing if all is well. */
  function problems(cloud: Cloud, before: Standing, { output, cause }: ExecutionResult): string[] {
    const { weights, doors, lock, phase = 'settled', ...rest } = cloud.standing();
    const serving = weights.green === 0 ? 'blue' : 'green';
    const journal = JSON.parse(cloud.parameter('journal') ?? '{"doors":{}}');
    const left = serving === 'blue' ? 'green' : 'blue';
    const isShut = doors[left].length === 0 && journal.doors[left]?.closed === true;
    const shutsBlue = serving === 'green' && consistency !== CacheConsistency.COLD;
    const said = JSON.stringify({ output, cause });
    const is = (text: string, ok: boolean) => (ok ? [] : [text]);
    return [
      ...cloud.broken,
      ...is(`weights ${JSON.stringify(weights)}`, weights.blue + weights.green === 100 && weights[left] === 0),
      ...is(`the door of ${serving}, which serves, is not as it was`, same(doors[serving], before.doors[serving])),
      ...is(`the door of ${left} is neither as it was nor shut`, isShut || same(doors[left], before.doors[left])),
      ...is('the door of blue, which users have left, is open', !shutsBlue || isShut),
      ...is(`the lock is held by ${lock}`, lock === undefined),
      ...is(`the journal is at ${phase}`, phase === 'settled'),
      ...is(`not put back: ${JSON.stringify(rest)}`, same(rest, withoutPlaces(before))),
      ...is(`${serving} serves, and it says ${said}`, said.includes(serving) || said.includes('Nothing was changed')),
    ];
  }

  /** A cloud in which `action` can be asked for, and how everything was before anybody touched it. */
  async function cloudBefore(action: Action) {
    const cloud = await newCloud();
    const before = cloud.standing();
    if (action === 'back') await cloud.run('cutover');
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
    const clocks = /: (clock|read the clock|stop the clock)$/;
    return [...tried]
      .filter((name) => !clocks.test(name) || name.startsWith('Look at both caches'))
      .filter((_, index) => index % EVERY === 0);
  }

  test.each<Action>(['cutover'])(
    '%s: a task whose answers are all lost leaves users wholly on one side, and everything as it was',
    async (action) => {
      const found: Record<string, string[]> = {};
      for (const task of await tasksOf(action)) {
        const { cloud, before } = await cloudBefore(action);
        const fail = (state: string) => (state === task ? new TaskFailure('Injected', 'by the test') : undefined);
        const result = await cloud.run(action, { fail });
        const stuck = result.error === 'Stuck';
        const wrong = problems(cloud, before, stuck ? await cloud.run('recover') : result);
        if (wrong.length > 0) found[task] = wrong;
      }
      expect(found).toEqual({});
    },
  );

  test.each(ACTIONS[consistency])(
    '%s: an execution that is stopped anywhere is recovered: users are wholly on one side, and everything as it was',
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

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function withoutPlaces({ weights, doors, lock, phase, ...rest }: Standing): object {
  return rest;
}
