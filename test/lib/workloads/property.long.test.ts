import { Duration } from 'aws-cdk-lib';
import fc from 'fast-check';
import { CacheConsistency } from '../../../lib';
import type { Assembly } from '../../../rehearsal/assembly';
import { type ExecutionResult, TaskFailure } from '../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { Cloud, type RunOptions } from '../cloud';
import { Surroundings } from '../migration-under-test';
import { KINDS, rest } from './random-workloads';

jest.setTimeout(600_000);
afterAll(removeTemporaryFolders);

const SEED = Number(process.env.CUTOVER_PROPERTY_SEED ?? 5);
const DEFINITIONS = 8;
/** 200 runs in all: CUTOVER_PROPERTY_RUNS=25 npx jest test/lib/workloads/property */
const RUNS_OF_EACH = Number(process.env.CUTOVER_PROPERTY_RUNS ?? 3);

/** What goes wrong. `at` picks a state of `where` among those that a night without a fault enters. */
interface Fault {
  readonly kind: 'none' | 'refused for good' | 'throttled' | 'answer lost' | 'stopped' | 'alarm';
  readonly where: 'anywhere' | 'a workload is stopped' | 'a workload is put back';
  readonly at: number;
  /** After how many states a recovery, if there is one, is stopped as well. */
  readonly again: number | undefined;
}

const fault = (): fc.Arbitrary<Fault> =>
  fc.record({
    kind: fc.constantFrom<Fault['kind'][]>(
      ...(['none', 'alarm', 'throttled', 'answer lost'] as const),
      ...(['refused for good', 'refused for good', 'stopped', 'stopped'] as const),
    ),
    where: fc.constantFrom<Fault['where'][]>('anywhere', 'a workload is stopped', 'a workload is put back'),
    at: fc.nat(10_000),
    again: fc.option(fc.nat(60), { nil: undefined, freq: 2 }),
  });

interface Definition {
  readonly kinds: readonly string[];
  /** Of each: which of those before it must be quiet first. */
  readonly after: readonly (number | undefined)[];
  readonly consistency: CacheConsistency;
}

/** Kinds are dealt out, so that each comes at least once. */
function definitions(): Definition[] {
  const kinds = Object.keys(KINDS);
  const [dealt = []] = fc.sample(fc.shuffledSubarray(kinds, { minLength: kinds.length }), { seed: SEED, numRuns: 1 });
  const [more = []] = fc.sample(
    fc.array(
      fc.record({
        kind: fc.option(fc.constantFrom(...kinds), { nil: undefined }),
        after: fc.array(fc.option(fc.nat(2), { nil: undefined }), { minLength: 3, maxLength: 3 }),
      }),
      { minLength: DEFINITIONS, maxLength: DEFINITIONS },
    ),
    { seed: SEED, numRuns: 1 },
  );
  return more.map(({ kind, after }, index) => {
    const own = dealt.filter((_, each) => each % DEFINITIONS === index);
    return {
      kinds: kind === undefined ? own : [...own, kind],
      after,
      consistency: index % DEFINITIONS === 4 ? CacheConsistency.FENCED : CacheConsistency.COLD,
    };
  });
}

function deploy({ kinds, after, consistency }: Definition): Assembly {
  const surroundings = new Surroundings();
  const names = kinds.map((kind, index) => `${kind}-${index}`);
  surroundings.migrate({
    migrationName: 'sessions',
    consistency,
    alarms: [surroundings.alarm('LoginErrors')],
    watch: Duration.minutes(1),
    workloads: kinds.map((kind, index) => {
      const before = after[index];
      const earlier = before === undefined || before >= index ? [] : [String(names[before])];
      const made = KINDS[kind]?.make(surroundings.stack, { name: String(names[index]), after: earlier });
      if (made === undefined) throw new Error(`There is no kind ${kind}.`);
      return made;
    }),
  });
  return surroundings.deploy();
}

/** Every state that a night without a fault enters, in order. */
async function statesOf(assembly: Assembly, fenced: boolean): Promise<{ all: string[]; tasks: string[] }> {
  const cloud = await Cloud.of(assembly, fenced);
  const all = new Set<string>();
  const tasks = new Set<string>();
  const result = await cloud
    .run('cutover', {
      entered: (state) => all.add(state),
      refuse: (state) => {
        tasks.add(state);
        return undefined;
      },
    })
    .finally(() => cloud.stop());
  expect(result).toEqual(expect.objectContaining({ status: 'SUCCEEDED' }));
  return { all: [...all], tasks: [...tasks] };
}

const WHERE: Readonly<Record<Fault['where'], RegExp>> = {
  anywhere: /./,
  'a workload is stopped': /^Stop /,
  'a workload is put back': /^Resume /,
};

function optionsOf(
  { kind, where, at }: Fault,
  { all, tasks }: { all: string[]; tasks: string[] },
  cloud: Cloud,
): RunOptions {
  const pick = (states: readonly string[]) => {
    const there = states.filter((state) => WHERE[where].test(state));
    return there[at % there.length];
  };
  const task = pick(tasks);
  let times = 0;
  const failing = (most: number, error: string) => (state: string) => {
    if (state !== task || times >= most) return undefined;
    times += 1;
    return new TaskFailure(error, `the test has it at ${state}`);
  };
  switch (kind) {
    case 'none':
      return {};
    case 'refused for good':
      return { refuse: failing(Number.POSITIVE_INFINITY, 'Any.AccessDeniedException') };
    case 'throttled':
      return { refuse: failing(2, 'Any.ThrottlingException') };
    case 'answer lost':
      return { fail: failing(1, 'Any.SdkClientException') };
    case 'stopped':
      return { abortAt: String(pick(all)) };
    case 'alarm':
      return {
        entered: (state) => {
          if (state === 'Journal: Watch begins') cloud.cloudwatch.setAlarmState('LoginErrors', 'ALARM', 'the test');
        },
      };
  }
}

const isOver = (cloud: Cloud, { status, error }: ExecutionResult) =>
  (status === 'SUCCEEDED' || (status === 'FAILED' && error !== 'RecoveryNeeded')) &&
  (cloud.observe().phase ?? 'settled') === 'settled';

/** As the operator, or the rule that starts `recover`, would: until there is nothing to recover any more. */
async function recover(cloud: Cloud, first: ExecutionResult, again: number | undefined): Promise<ExecutionResult[]> {
  const results = [first];
  for (let last = first; !isOver(cloud, last) && results.length < 4; results.push(last)) {
    last = await cloud.run('recover', results.length === 1 && again !== undefined ? { abortAfter: again } : {});
  }
  return results;
}

describe.each(definitions().map((definition, index) => ({ index, ...definition })))(
  'of $kinds at $consistency',
  ({ index, ...definition }) => {
    test('nothing is left stopped, muted or in maintenance, however the night ends', async () => {
      const fenced = definition.consistency === CacheConsistency.FENCED;
      const assembly = deploy(definition);
      const states = await statesOf(assembly, fenced);
      await fc.assert(
        fc.asyncProperty(fault(), fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), async (wrong, resting) => {
          const cloud = await Cloud.of(assembly, fenced);
          try {
            await rest(cloud, (each) => resting[each] === true);
            const before = cloud.observe();
            const first = await cloud.run('cutover', optionsOf(wrong, states, cloud));
            const results = await recover(cloud, first, wrong.again);
            const { desiredCounts, suspendedScaling, workloads, phase = 'settled', lock } = cloud.observe();
            const ends = results.map(({ status, error, cause }) => `${status} ${error ?? ''} ${cause ?? ''}`);
            expect({ desiredCounts, suspendedScaling, workloads, phase, lock, broken: cloud.broken, ends }).toEqual({
              desiredCounts: before.desiredCounts,
              suspendedScaling: before.suspendedScaling,
              workloads: before.workloads,
              phase: 'settled',
              lock: undefined,
              broken: [],
              ends,
            });
          } finally {
            await cloud.stop();
          }
        }),
        { seed: SEED + index, numRuns: RUNS_OF_EACH, endOnFailure: true },
      );
    });
  },
);
