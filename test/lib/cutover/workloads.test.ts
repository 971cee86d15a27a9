import type { Stack } from 'aws-cdk-lib';
import { Chain, Choice, Condition, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { IWorkload, WorkloadStatesProps } from '../../../lib';
import { expression } from '../../../lib/cutover/expression';
import { Workloads } from '../../../lib/cutover/workloads';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import type { JsonObject } from '../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { testEnvironment } from '../../rehearsal/aws/stage';
import { play } from './play';

afterAll(removeTemporaryFolders);

/** A workload that finds `count`, and can be told not to come back. */
class Counted implements IWorkload {
  constructor(
    public readonly workloadId: string,
    private readonly count: number,
    private readonly comesBack = true,
  ) {}

  public survey(scope: Construct, { prefix }: WorkloadStatesProps): IChainable {
    return Pass.jsonata(scope, prefix, { outputs: { count: this.count } });
  }

  public quiesce(scope: Construct, { prefix }: WorkloadStatesProps): IChainable {
    return Pass.jsonata(scope, prefix);
  }

  public resume(scope: Construct, { prefix, recorded }: WorkloadStatesProps): IChainable {
    if (this.comesBack) return Pass.jsonata(scope, `${prefix}: to`, { outputs: expression(`${recorded}.count`) });
    return Fail.jsonata(scope, `${prefix}: stays`, { error: 'Broken', cause: expression(`'at ' & ${recorded}.count`) });
  }
}

/** Runs one of the chains; `journal` is what was recorded before. */
function run(workloads: readonly IWorkload[], chain: 'survey' | 'undo' | 'resume', journal: JsonObject) {
  const plane = new ControlPlane({ environment: testEnvironment().environment, services: [] });
  return play(plane, (stack) => everyChain(stack, workloads), { ...journal, chain });
}

/** All of them in one machine, for the CDK refuses states that lead nowhere; the input says which is run. */
function everyChain(stack: Stack, workloads: readonly IWorkload[]): IChainable {
  const phases = new Workloads(stack, workloads);
  const choice = Choice.jsonata(stack, 'Which?').otherwise(phases.resume().forward);
  for (const { survey, forward, undo } of phases.quiesce()) {
    for (const [name, states] of Object.entries({ survey, forward, undo })) {
      const asked = Condition.jsonata(expression(`$journal.chain = '${name}'`));
      if (states !== undefined) choice.when(asked, states);
    }
  }
  const begin = Pass.jsonata(stack, 'Begin', { assign: { journal: expression('$states.input') } });
  return Chain.start(begin.next(choice));
}

const two = [new Counted('watcher', 2), new Counted("the mailer's", 3)];

test('what is found is recorded by each workload’s name', async () => {
  expect((await run(two, 'survey', { workloads: {} })).output).toEqual({
    workloads: { watcher: { count: 2 }, "the mailer's": { count: 3 } },
  });
});

test('what was recorded before and not put back yet is how it was; what is found now is not', async () => {
  const { output } = await run(two, 'survey', { workloads: { watcher: { count: 7 } } });
  expect(output).toEqual({ workloads: { watcher: { count: 7 }, "the mailer's": { count: 3 } } });
});

test('one workload alone is recorded as well', async () => {
  const { output } = await run(two.slice(0, 1), 'survey', { workloads: {} });
  expect(output).toEqual({ workloads: { watcher: { count: 2 } } });
});

test.each(['undo', 'resume'] as const)('what was never touched is left alone: %s', async (chain) => {
  expect(await run(two, chain, { workloads: { watcher: { count: 2 } } })).toMatchObject({
    status: 'SUCCEEDED',
    output: [{ workload: 'watcher' }, { workload: "the mailer's" }],
  });
});

test.each(['undo', 'resume'] as const)(
  'one that cannot be put back does not keep the others stopped, and every failure is named: %s',
  async (chain) => {
    const workloads = [new Counted('a', 1, false), new Counted('b', 2), new Counted('c', 3, false)];
    const recorded = { workloads: { a: { count: 1 }, b: { count: 2 }, c: { count: 3 } } };
    expect(await run(workloads, chain, recorded)).toMatchObject({
      error: 'NotResumed',
      cause: 'a: Broken: at 1; c: Broken: at 3',
    });
  },
);

test('a single workload that cannot be put back is named too', async () => {
  const recorded = { workloads: { a: { count: 1 } } };
  expect(await run([new Counted('a', 1, false)], 'undo', recorded)).toMatchObject({ cause: 'a: Broken: at 1' });
});
