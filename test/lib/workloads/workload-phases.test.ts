import type { Stack } from 'aws-cdk-lib';
import { Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { Journal } from '../../../lib/cutover/journal/journal';
import { expression } from '../../../lib/cutover/states/expression';
import { is } from '../../../lib/cutover/states/is';
import type { IWorkload, WorkloadKind } from '../../../lib/workloads/workload-kind';
import { Workloads } from '../../../lib/workloads/workload-phases';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import { Ssm } from '../../../rehearsal/aws/ssm/ssm';
import type { JsonObject, StateVisit } from '../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { anyone, testEnvironment } from '../../rehearsal/aws/test-environment';
import { play } from '../cutover/machine/play';

afterAll(removeTemporaryFolders);

interface Count {
  readonly count: number;
  readonly stops?: boolean;
  readonly comesBack?: boolean;
}

/** A kind whose workloads find `count`, and can be told not to stop, or not to come back. */
const COUNTED: WorkloadKind<Count> = {
  id: 'command',
  name: 'counter',
  survey: ({ scope, prefix }) => {
    const broken = Fail.jsonata(scope, `${prefix}: broken`, { error: 'Broken', cause: 'It cannot be stopped.' });
    const found = Pass.jsonata(scope, prefix, { outputs: { count: expression('$facts.count') } });
    return Choice.jsonata(scope, `${prefix}: does it stop?`).when(is('$facts.stops = false'), broken).otherwise(found);
  },
  quiesce: ({ scope, prefix }) => Pass.jsonata(scope, prefix),
  resume: ({ scope, prefix }) => {
    const stays = Fail.jsonata(scope, `${prefix}: stays`, {
      error: 'Broken',
      cause: expression(`'at ' & $recorded.count`),
    });
    const changed = Pass.jsonata(scope, prefix, {
      outputs: expression(`$recorded.count = 9 ? {'meanwhile': 'was changed'} : {}`),
    });
    return Choice.jsonata(scope, `${prefix}: does it come back?`)
      .when(is('$facts.comesBack = false'), stays)
      .otherwise(changed);
  },
};

function counted(workloadId: string, facts: Count, after?: string[]): IWorkload {
  return { workloadId, ...(after !== undefined && { after }), _kind: COUNTED, _resources: [], _bind: () => facts };
}

type Step = 'preflight' | 'survey' | 'forward' | 'undo' | 'resume';

/** Runs one of the chains; `recorded` is what the journal has from before. Gives what the parameters hold afterwards, too. */
async function run(workloads: readonly IWorkload[], step: Step, recorded: JsonObject = {}) {
  const { environment } = testEnvironment();
  const ssm = new Ssm({ environment, runCommand: () => Promise.reject(new Error('No commands here.')) });
  const plane = new ControlPlane({ environment, services: [ssm] });
  const entered: StateVisit[] = [];
  const result = await play(
    plane,
    (stack) => everyChain(stack, workloads),
    { workloads: recorded, step },
    { entered: (visit) => entered.push(visit) },
  );
  const parts = Array.from({ length: 10 }, (_, part) =>
    ssm.parameters.valueOf(`/cdk-cutover/night/workloads/${part}`),
  ).filter((value) => value !== undefined);
  return { ...result, entered, parts: parts.map((value) => JSON.parse(value)), plane, anyone };
}

/** All of them in one machine, for the CDK refuses states that lead nowhere; the input says which is run. */
function everyChain(stack: Stack, workloads: readonly IWorkload[]): IChainable {
  const phases = new Workloads(stack, new Journal(stack, 'night', workloads.length), workloads);
  const [quiesce] = phases.quiesce();
  const [preflight] = phases.preflight();
  const end = Pass.jsonata(stack, 'End', { outputs: expression('$exists($unready) ? $unready : $states.input') });
  const choice = Choice.jsonata(stack, 'Which?').otherwise(phases.resume().forward);
  const { survey, forward, undo } = quiesce ?? {};
  for (const [name, states] of Object.entries({ survey, forward, undo, preflight })) {
    if (states === undefined) continue;
    if (name === 'preflight') for (const last of states.endStates) last.next(end);
    choice.when(is(`$journal.step = '${name}'`), states);
  }
  const begin = Pass.jsonata(stack, 'Begin', {
    assign: { journal: expression('$states.input'), ...quiesce?.knows },
  });
  return begin.next(choice);
}

const two = [counted('watcher', { count: 2 }), counted("the mailer's", { count: 3 })];

test('what is found is recorded by each workload’s name, in parameters and for the journal', async () => {
  const found = { watcher: { count: 2 }, "the mailer's": { count: 3 } };
  expect(await run(two, 'survey')).toMatchObject({ output: { workloads: found }, parts: [found] });
});

test('what was recorded before and not put back yet is how it was; what is found now is not', async () => {
  const { output } = await run(two, 'survey', { watcher: { count: 7 } });
  expect(output).toEqual({ workloads: { watcher: { count: 7 }, "the mailer's": { count: 3 } } });
});

test('one workload alone is recorded as well', async () => {
  const { output, parts } = await run(two.slice(0, 1), 'survey');
  expect(output).toEqual({ workloads: { watcher: { count: 2 } } });
  expect(parts).toEqual([{ watcher: { count: 2 } }]);
});

test('many workloads are recorded in several parameters, each right by itself', async () => {
  const many = Array.from({ length: 85 }, (_, index) => counted(`service-${index}`, { count: index }));
  const { parts } = await run(many, 'survey');
  expect(parts.map((part) => Object.keys(part).length)).toEqual([25, 25, 25, 10]);
  expect(Object.assign({}, ...parts)).toMatchObject({ 'service-0': { count: 0 }, 'service-84': { count: 84 } });
});

test('what is in the way is found while nothing is stopped yet, all of it', async () => {
  const some = [counted('a', { count: 1, stops: false }), ...two, counted('b', { count: 4, stops: false })];
  expect((await run(some, 'preflight')).output).toEqual(['a: It cannot be stopped.', 'b: It cannot be stopped.']);
  expect((await run(two, 'preflight')).output).toEqual([]);
});

test('each stage is quiet before the next is stopped, and put back before it', async () => {
  const chain = [
    counted('database', { count: 1 }, ['api', 'worker']),
    counted('api', { count: 2 }, ['front']),
    counted('worker', { count: 3 }),
    counted('front', { count: 4 }),
  ];
  const recorded = { database: { count: 1 }, api: { count: 2 }, worker: { count: 3 }, front: { count: 4 } };
  const order = async (step: Step, state: string) => {
    const { entered } = await run(chain, step, recorded);
    const ids = entered.filter(({ name }) => name === state).map(({ input }) => (input as JsonObject).id);
    return [ids.slice(0, -2).sort(), ...ids.slice(-2)];
  };
  expect(await order('forward', 'Stop: which kind of workload?')).toEqual([['front', 'worker'], 'api', 'database']);
  const back = await order('resume', 'Resume: which kind of workload?');
  expect(back.flat().sort()).toEqual(['api', 'database', 'front', 'worker']);
  expect(back.flat().slice(0, 2).sort()).toEqual(['api', 'database']);
});

test.each(['undo', 'resume'] as const)('what was never touched is left alone: %s', async (step) => {
  const { status, entered, parts } = await run(two, step, { watcher: { count: 2 } });
  expect(status).toBe('SUCCEEDED');
  expect(entered.filter(({ name }) => name.startsWith('Not recorded'))).toHaveLength(1);
  expect(parts).toEqual([{}]);
});

test.each(['undo', 'resume'] as const)('what somebody changed meanwhile is put back, and said: %s', async (step) => {
  const { output } = await run(two, step, { watcher: { count: 9 }, "the mailer's": { count: 3 } });
  expect(output).toEqual({ meanwhile: ['watcher: was changed'] });
});

test.each(['undo', 'resume'] as const)(
  'one that cannot be put back does not keep the others stopped, and every failure is named: %s',
  async (step) => {
    const workloads = [
      counted('a', { count: 1, comesBack: false }),
      counted('b', { count: 2 }),
      counted('c', { count: 3, comesBack: false }, ['a']),
    ];
    const recorded = { a: { count: 1 }, b: { count: 2 }, c: { count: 3 } };
    const { error, cause, parts } = await run(workloads, step, recorded);
    expect({ error, parts }).toEqual({ error: 'NotResumed', parts: [] });
    expect(cause?.split('; ').sort()).toEqual(['a: Broken: at 1', 'c: Broken: at 3']);
  },
);

test('a single workload that cannot be put back is named too', async () => {
  const { cause } = await run([counted('a', { count: 1, comesBack: false })], 'undo', { a: { count: 1 } });
  expect(cause).toBe('a: Broken: at 1');
});

test('one that was stopped and is listed no more is not forgotten', async () => {
  const { cause } = await run(two, 'resume', { gone: { count: 1 } });
  expect(cause).toBe('gone: it was stopped and is listed no more. Deploy the migration with it again.');
  const { parts } = await run(two, 'survey', { gone: { count: 1 } });
  expect(parts).toEqual([{ gone: { count: 1 }, watcher: { count: 2 }, "the mailer's": { count: 3 } }]);
});

const refuses = (workloads: readonly IWorkload[]) => () => new Workloads({} as Stack, {} as Journal, workloads);

test.each([
  ['a name twice', [counted('a', { count: 1 }), counted('a', { count: 2 })], "got 'a' twice; each may be listed once"],
  [
    'the same thing twice',
    [counted('a', { count: 1 }), counted('b', { count: 1 })],
    "'a' and 'b' are the same counter",
  ],
  ['no name', [counted('', { count: 1 })], 'accepted are 1 to 40'],
  ['a name too long', [counted('x'.repeat(41), { count: 1 })], '(41 characters)'],
  ['after nobody', [counted('a', { count: 1 }, ['b'])], "after of a: got 'b'; accepted are the names"],
  ['after itself', [counted('a', { count: 1 }, ['a'])], 'a after a is a circle'],
  [
    'a circle',
    [counted('a', { count: 1 }, ['b']), counted('b', { count: 2 }, ['c']), counted('c', { count: 3 }, ['a'])],
    'a after b after c after a is a circle',
  ],
  [
    'a note that Step Functions would evaluate',
    [{ ...counted('a', { count: 1 }), note: "{% $error('x') %}" }],
    "workload a.note: got '{% $error('x') %}'; accepted is text that does not begin with '{%'",
  ],
  [
    'a fact that it would',
    [{ ...counted('a', { count: 1 }), _bind: () => ({ body: { user: [' {% user.name %}'] } }) }],
    "workload a.facts.body.user.0: got ' {% user.name %}'",
  ],
  [
    'more than an execution has events for',
    Array.from({ length: 86 }, (_, index) => counted(`w${index}`, { count: index })),
    'got 86; accepted are up to 85',
  ],
])('refused: %s', (_, workloads, message) => {
  expect(refuses(workloads)).toThrow(message);
});
