import { Duration } from 'aws-cdk-lib';
import { AuroraStrategy } from '../../../../lib';
import type { Rds } from '../../../../rehearsal/aws/rds/rds';
import { parseSdkResource } from '../../../../rehearsal/aws/sdk-schemas';
import { type ExecutionResult, parseDefinition, type State, TaskFailure } from '../../../../rehearsal/states-language';
import { allStates } from '../../../../rehearsal/states-language/definition/walk';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { sampled } from '../../../sampled';
import { DatabaseCloud, type ObservedState } from '../database-cloud';
import { problemsOf } from '../database-problems';
import { Databases } from '../databases-under-test';
import { putCloneWithPosition, putManaged, putReplica } from '../existing-databases';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

type Action = 'cutover' | 'rollback';

interface Sweep {
  /** One of so many tasks is tried (all, in minutes: EVERY=1 npx jest every-exit): of few, where most phases are another strategy's too. */
  readonly every: number;
  readonly migrate: (databases: Databases) => unknown;
  readonly put: (rds: Rds) => void;
  /** In which direction a task's answers are lost. */
  readonly lost: readonly Action[];
  /** In which direction a task is refused. */
  readonly refused: readonly Action[];
  /** From which state on an execution is stopped. Before it, what is lost tells what a stop would. */
  readonly stopped: readonly (readonly [Action, string])[];
}

/** As little waiting as there can be: it is what costs time here. */
function quickly(databases: Databases) {
  const bake = Duration.seconds(1);
  return {
    ...databases.everything(),
    readerWeights: [{ blueWeight: 50, greenWeight: 50, bake }],
    watch: Duration.seconds(1),
  };
}

const SWEEPS: Readonly<Record<string, Sweep>> = {
  promoteReplica: {
    every: 14,
    migrate: (databases) => databases.promote(quickly(databases)),
    put: putReplica,
    lost: ['cutover'],
    refused: [],
    stopped: [
      ['cutover', 'Journal: Fence begins'],
      ['rollback', 'Journal: Promote begins'],
    ],
  },
  binlogReplica: {
    every: 38,
    migrate: (databases) => databases.follow({ ...quickly(databases), strategy: AuroraStrategy.binlogReplica() }),
    put: putCloneWithPosition,
    lost: ['cutover'],
    refused: [],
    stopped: [
      ['cutover', 'Journal: Fence begins'],
      ['rollback', 'Journal: Promote begins'],
    ],
  },
  managedBlueGreen: {
    every: 22,
    migrate: (databases) => databases.manage(quickly(databases)),
    put: putManaged,
    lost: ['cutover', 'rollback'],
    refused: ['rollback'],
    stopped: [
      ['cutover', 'Journal: Switch begins'],
      ['rollback', 'Journal: Fence begins'],
    ],
  },
};

describe.each(Object.entries(SWEEPS))('with %s', (strategy, { every, migrate, put, lost, refused, stopped }) => {
  const databases = new Databases();
  migrate(databases);
  const assembly = databases.deploy();

  const problems = (cloud: DatabaseCloud, before: ObservedState, result: ExecutionResult) =>
    problemsOf(cloud, before, result, strategy);

  /** A cloud in which `action` can be asked for, and how everything was before anybody touched it. */
  async function cloudBefore(action: Action) {
    const cloud = await DatabaseCloud.of(assembly, put);
    const before = cloud.observe();
    if (action === 'rollback') await cloud.run('cutover');
    return { cloud, before };
  }

  const machine = parseDefinition(assembly.stateMachines()[0]?.definition);
  const changing = new Set(
    [...allStates(machine)].filter(({ state }) => state.Type === 'Task' && changes(state)).map(({ name }) => name),
  );

  /** Every task that is carried out and changes something: between two of them, there is no other state to end in. */
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
    return [...tried].filter((name) => changing.has(name));
  }

  /** One task at a time goes wrong, whenever it is tried. */
  async function sweep(action: Action, wrongly: 'fail' | 'refuse'): Promise<Record<string, string[]>> {
    const found: Record<string, string[]> = {};
    for (const task of sampled(await tasksOf(action), every)) {
      const { cloud, before } = await cloudBefore(action);
      const failure = (state: string) => (state === task ? new TaskFailure('Injected', 'by the test') : undefined);
      const result = await cloud.run(action, { [wrongly]: failure });
      const wrong = problems(cloud, before, result.error === 'RecoveryNeeded' ? await cloud.run('recover') : result);
      if (wrong.length > 0) found[task] = wrong;
    }
    return found;
  }

  test.each(lost)(
    '%s: a task whose answers are all lost leaves clients wholly on one side, and all as it was',
    async (action) => {
      expect(await sweep(action, 'fail')).toEqual({});
    },
  );

  for (const action of refused) {
    test(`${action}: so does a task that is refused for good`, async () => {
      expect(await sweep(action, 'refuse')).toEqual({});
    });
  }

  test.each(stopped)('%s: an execution that is stopped anywhere from %s on is recovered', async (action, first) => {
    const found: Record<string, string[]> = {};
    const tasks = await tasksOf(action);
    expect(tasks).toContain(first);
    for (const task of sampled(tasks.slice(tasks.indexOf(first)), every)) {
      const { cloud, before } = await cloudBefore(action);
      const { status } = await cloud.run(action, { abortAt: task });
      const recovered = await cloud.run('recover');
      const wrong = problems(cloud, before, recovered);
      if (status !== 'ABORTED') wrong.push(`it ended by itself: ${status}`);
      if (recovered.status !== 'SUCCEEDED') wrong.push(`recover ended with ${recovered.error}: ${recovered.cause}`);
      if (wrong.length > 0) found[task] = wrong;
    }
    expect(found).toEqual({});
  });
});

/** Looks, and the clocks beside the agent's tasks, change nothing. */
function changes({ Resource, Arguments }: Extract<State, { Type: 'Task' }>): boolean {
  const sdk = parseSdkResource(Resource);
  if (sdk === undefined) return /\.(fence|follow|detach|evict)$/.test(String((Arguments as { verb?: string }).verb));
  const clock = JSON.stringify(Arguments).includes('/clock') || sdk.action === 'sendTaskSuccess';
  return !clock && !/^(describe|get|list)/.test(sdk.action);
}
