import fc from 'fast-check';
import { parseDefinition, startExecution, TaskFailure, VirtualClock } from '../../../rehearsal/states-language';
import { expectAslValidator, never } from './harness';

/** What one generated state does; where it goes is drawn apart, so that loops and forward jumps both come up. */
type Draft =
  | { readonly kind: 'pass' | 'task' | 'succeed' | 'fail' }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'choice'; readonly condition: string }
  | { readonly kind: 'parallel'; readonly branches: readonly Block[] }
  | { readonly kind: 'map'; readonly items: string; readonly concurrency: number; readonly processor: Block };

interface Block {
  readonly states: readonly {
    readonly draft: Draft;
    readonly to: number;
    readonly back: number;
    readonly ends: boolean;
  }[];
}

const expressions = [
  '{% $states.input %}',
  '{% $x %}',
  '{% $states.context.State.Name %}',
  '{% 1 + 1 %}',
  '{% "a" + 1 %}',
  '{% $random() %}',
];
const conditions = ['{% $random() < 0.5 %}', '{% $exists($x) %}', '{% $states.input.missing %}', '{% true %}'];
const items = ['{% [1,2,3] %}', '{% [] %}', '{% $x %}', '{% 7 %}'];

const blocks = fc.letrec<{ block: Block; draft: Draft }>((tie) => ({
  block: fc.record({
    states: fc.array(fc.record({ draft: tie('draft'), to: fc.nat(4), back: fc.nat(4), ends: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    }),
  }),
  draft: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    fc.record({ kind: fc.constantFrom('pass', 'task', 'succeed', 'fail') }),
    fc.record({ kind: fc.constant('wait'), seconds: fc.nat(100_000) }),
    fc.record({ kind: fc.constant('choice'), condition: fc.constantFrom(...conditions) }),
    fc.record({ kind: fc.constant('parallel'), branches: fc.array(tie('block'), { minLength: 1, maxLength: 3 }) }),
    fc.record({
      kind: fc.constant('map'),
      items: fc.constantFrom(...items),
      concurrency: fc.nat(3),
      processor: tie('block'),
    }),
  ),
}));

/** Spells a draft out, with names that no other state has. Every scope ends in a state that terminates. */
function spell({ states }: Block, path: string, pick: (n: number) => string): object {
  const name = (index: number) => `${path}.${Math.min(index, states.length)}`;
  const entries = states.map(({ draft, to, back, ends }, index) => {
    const forward = ends ? { End: true } : { Next: name(index + 1 + (to % 2)) };
    const Catch = [{ ErrorEquals: ['States.ALL'], Output: pick(back), Next: name(back % (states.length + 1)) }];
    const Retry = [{ ErrorEquals: ['States.TaskFailed'], MaxAttempts: back % 3 }];
    const variable = `v${path.replaceAll('.', '_').length}`;
    const spelt = () => {
      switch (draft.kind) {
        case 'pass':
          return { Type: 'Pass', Output: pick(to), Assign: { [variable]: pick(back) }, ...forward };
        case 'task':
          return {
            Type: 'Task',
            Resource: 'arn:aws:states:::sns:publish',
            TimeoutSeconds: 9,
            Arguments: pick(to),
            Retry,
            Catch,
            ...forward,
          };
        case 'succeed':
          return { Type: 'Succeed', Output: pick(to) };
        case 'fail':
          return { Type: 'Fail', Error: 'Drawn', Cause: pick(to) };
        case 'wait':
          return { Type: 'Wait', Seconds: draft.seconds, ...forward };
        case 'choice':
          return {
            Type: 'Choice',
            Choices: [{ Condition: draft.condition, Next: name(back % (states.length + 1)) }],
            Default: name(index + 1),
          };
        case 'parallel':
          return {
            Type: 'Parallel',
            Branches: draft.branches.map((inner, i) => spell(inner, `${name(index)}.${i}`, pick)),
            Retry,
            Catch,
            ...forward,
          };
        case 'map':
          return {
            Type: 'Map',
            Items: draft.items,
            MaxConcurrency: draft.concurrency,
            ItemProcessor: spell(draft.processor, name(index), pick),
            Retry,
            Catch,
            ...forward,
          };
      }
    };
    return [name(index), spelt()] as const;
  });
  return reachable({
    StartAt: name(0),
    States: { ...Object.fromEntries(entries), [name(states.length)]: { Type: 'Succeed' } },
  });
}

/** Drops states that nothing leads to, which the service would refuse. */
function reachable(block: { StartAt: string; States: { [name: string]: object } }): object {
  const kept = new Set([block.StartAt]);
  for (const name of kept) {
    const {
      Next,
      Default,
      Choices = [],
      Catch = [],
    } = block.States[name] as {
      Next?: string;
      Default?: string;
      Choices?: { Next: string }[];
      Catch?: { Next: string }[];
    };
    for (const to of [Next, Default, ...Choices.map((rule) => rule.Next), ...Catch.map((to) => to.Next)]) {
      if (to !== undefined) kept.add(to);
    }
  }
  return { ...block, States: Object.fromEntries(Object.entries(block.States).filter(([name]) => kept.has(name))) };
}

/** A loop would go on to the end of its history; this far is enough to see that it goes on. */
const ENOUGH = 400;

test('no definition that is accepted ever hangs, and every history is a whole one', async () => {
  const endings = new Map<string, number>();
  const property = fc.asyncProperty(blocks.block, fc.integer(), async (block, seed) => {
    const random = mulberry32(seed);
    const spelt = spell(block, 'S', (n) => expressions[n] ?? '{% null %}');
    const definition = { QueryLanguage: 'JSONata', TimeoutSeconds: 2_000_000, ...spelt };
    const execution = startExecution(parseDefinition(definition), {
      clock: new VirtualClock(),
      random,
      listener: {
        event: ({ id }) => {
          if (id === ENOUGH) void execution.stop();
        },
      },
      taskHandler: async ({ submitted }) => {
        submitted({});
        const luck = random();
        if (luck < 0.4) throw new TaskFailure('Unlucky', `${luck}`);
        return luck < 0.6 ? never() : { luck };
      },
    });
    const { status } = await execution.result;
    const { history } = execution;
    endings.set(status, (endings.get(status) ?? 0) + 1);
    expect(status === 'ABORTED').toBe(history.length > ENOUGH);
    expect(history.map(({ id }) => id)).toEqual(history.map((_, index) => index + 1));
    expect(history.every(({ id, previousEventId }) => (previousEventId ?? 0) < (id ?? 0))).toBe(true);
    const ends = history.filter(({ type }) => /^Execution(Succeeded|Failed|TimedOut|Aborted)$/.test(type ?? ''));
    expect(ends).toEqual([history.at(-1)]);
  });
  await fc.assert(property, { numRuns: 120, seed: 20_261_121 });
  expect([...endings.keys()]).toEqual(expect.arrayContaining(['SUCCEEDED', 'FAILED', 'ABORTED']));
});

test('what is accepted, asl-validator accepts', () => {
  const property = fc.property(blocks.block, (block) => {
    const definition = { QueryLanguage: 'JSONata', ...spell(block, 'S', (n) => expressions[n] ?? '{% null %}') };
    parseDefinition(definition);
    expectAslValidator(definition);
  });
  fc.assert(property, { numRuns: 15, seed: 20_261_121 });
});

function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
