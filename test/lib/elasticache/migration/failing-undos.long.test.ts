import { Duration } from 'aws-cdk-lib';
import { CacheConsistency } from '../../../../lib';
import { TaskFailure } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { sampled } from '../../../sampled';
import { Cloud } from '../../cloud';
import { Surroundings } from '../../migration-under-test';
import { problemsOf, same } from '../problems';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

/** Of the states, and of their pairs, every so many. All of them, in an hour: EVERY=1 npx jest failing-undos */
const EVERY = { state: 26, pair: 800 };

/** Behind it a failure sends nobody back. */
const LAST = 'Disconnect clients left on the old side: agent';
const AFTER_DRAIN = 'Replicate the new side to the old side: agent';

/** What random faults have found, whatever else is tried: writes of the journal that are refused for good. */
const FOUND = ['Journal: Switch is undone', 'Close the journal'];

/** What each undo, and the letting in, is made of begins with this. */
const OPENS = { blue: 'Undo Fence', green: 'Stay' } as const;

describe.each([
  ...Object.values(CacheConsistency).map((consistency) => [consistency, LAST] as const),
  // From Fence on the old side is shut, and what is carried back is carried before it opens.
  [CacheConsistency.LIVE, AFTER_DRAIN] as const,
])('at %s, a rollback from "%s"', (consistency, last) => {
  const surroundings = new Surroundings();
  surroundings.migrateInFull(consistency, { watch: Duration.minutes(1) });
  const assembly = surroundings.deploy();
  const injected = new TaskFailure('Injected', 'by the test');

  /** A cutover that fails as late as it can, with these states failing whenever they are tried. */
  async function goBackwards(failing: readonly string[]) {
    const cloud = await Cloud.of(assembly, consistency === CacheConsistency.FENCED);
    const before = cloud.observe();
    const struck = new Set<string>();
    const tried = new Set<string>();
    let isBack = false;
    const result = await cloud.run('cutover', {
      refuse: (state) => {
        if (isBack) tried.add(state);
        if (isBack && failing.includes(state)) struck.add(state);
        if (state === last) isBack = true;
        return struck.has(state) || state === last ? injected : undefined;
      },
    });
    return { cloud, before, result, tried, struck: [...struck] };
  }

  /** What is not as it must be, although these states were refused for good. */
  async function problemsWith(failing: readonly string[]): Promise<string[]> {
    const { cloud, before, result, struck } = await goBackwards(failing);
    const { weights, ingress } = cloud.observe();
    const serving = weights.green === 0 ? 'blue' : 'green';
    const said = `${result.cause}`;
    const is = (text: string, ok: boolean) => (ok ? [] : [`${text}; it said: ${said}`]);
    const wrong = [
      ...cloud.broken,
      ...is(`it ended with ${result.error}`, ['RecoveryNeeded', 'RolledBack'].includes(String(result.error))),
      ...is(
        `${serving} serves`,
        said.includes(`Clients are on ${serving}`) || struck.includes('Read the active side now'),
      ),
      ...is('what failed first is not told', said.includes(`${last === LAST ? 'Evict' : 'Reverse'}: Injected`)),
      ...is(
        `client ingress of ${serving}, which serves, is not restored`,
        same(ingress[serving], before.ingress[serving]) || struck.some((state) => state.startsWith(OPENS[serving])),
      ),
    ];
    const recovered = result.error === 'RecoveryNeeded' ? await cloud.run('recover') : result;
    if (result.error === 'RecoveryNeeded' && recovered.status !== 'SUCCEEDED') {
      wrong.push(`recover ended with ${recovered.error}: ${recovered.cause}`);
    }
    return [...wrong, ...problemsOf(cloud, before, recovered, consistency)];
  }

  async function statesOfRollback(): Promise<string[]> {
    const { tried, result } = await goBackwards([]);
    expect(result.error).toBe('RolledBack');
    const timers = /: (timer|find its timer|stop its timer)$/;
    const afterAFailure = [
      'Read the active side now',
      'Stay: are client ingress rules restored?',
      'Stay: restore one rule',
    ];
    return [...tried, ...afterAFailure].filter((name) => !timers.test(name));
  }

  test('on which one state fails for good tells so and who serves, lets clients in there, and is taken up by recover', async () => {
    const found: Record<string, string[]> = {};
    const states = await statesOfRollback();
    expect(states).toEqual(expect.arrayContaining(FOUND));
    for (const state of new Set([...FOUND, ...sampled(states, EVERY.state)])) {
      const wrong = await problemsWith([state]);
      if (wrong.length > 0) found[state] = wrong;
    }
    expect(found).toEqual({});
  });

  test('so does one on which two fail', async () => {
    const found: Record<string, string[]> = {};
    const states = await statesOfRollback();
    const pairs = states.flatMap((one, index) => states.slice(index + 1).map((other) => [one, other]));
    for (const pair of sampled(pairs, EVERY.pair)) {
      const wrong = await problemsWith(pair);
      if (wrong.length > 0) found[pair.join(' and ')] = wrong;
    }
    expect(found).toEqual({});
  });
});
