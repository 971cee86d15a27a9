import { block, failure, machine, never, outputOf, run, task, typesOf } from '../harness';

const pass = (fields: object = {}) => ({ Type: 'Pass', End: true, ...fields });
const each = (states: Record<string, object>, fields: object = {}) =>
  machine({
    Each: { Type: 'Map', Items: '{% $states.input.items %}', ItemProcessor: block(states), End: true, ...fields },
  });

test('iterations run on chains of their own, and the state goes on from the last event of any', async () => {
  const { trace, result } = await run(
    each({ One: { Type: 'Pass', Next: 'Two' }, Two: pass() }, { MaxConcurrency: 1 }),
    {
      input: { items: ['a', 'b'] },
    },
  );
  expect(trace).toEqual([
    '1<0 ExecutionStarted',
    '2<0 MapStateEntered Each',
    '3<2 MapStateStarted',
    '4<3 MapIterationStarted',
    '5<4 PassStateEntered One',
    '6<5 PassStateExited One',
    '7<6 PassStateEntered Two',
    '8<7 PassStateExited Two',
    '9<8 MapIterationSucceeded',
    '10<3 MapIterationStarted',
    '11<10 PassStateEntered One',
    '12<11 PassStateExited One',
    '13<12 PassStateEntered Two',
    '14<13 PassStateExited Two',
    '15<14 MapIterationSucceeded',
    '16<15 MapStateSucceeded',
    '17<15 MapStateExited Each',
    '18<17 ExecutionSucceeded',
  ]);
  expect(result.output).toEqual(['a', 'b']);
});

test('a Map over nothing exits from its start', async () => {
  const { trace, result } = await run(each({ One: pass() }), { input: { items: [] } });
  expect(trace.slice(2)).toEqual([
    '3<2 MapStateStarted',
    '4<3 MapStateSucceeded',
    '5<3 MapStateExited Each',
    '6<5 ExecutionSucceeded',
  ]);
  expect(result.output).toEqual([]);
});

test('the specification’s example: each item reshaped by ItemSelector, results in order', async () => {
  const definition = each(
    { Validate: task({ Arguments: '{% $states.input %}' }) },
    {
      Items: '{% $states.input.detail.shipped %}',
      ItemSelector: {
        parcel: '{% $states.context.Map.Item.Value %}',
        courier: '{% $states.input.`delivery-partner` %}',
        at: '{% $states.context.Map.Item.Index %}',
      },
      Assign: { shipped: '{% $states.result %}' },
      Output: { numItemsProcessed: '{% $count($states.input.detail.shipped) %}', all: '{% $states.result %}' },
    },
  );
  const input = { 'delivery-partner': 'UQS', detail: { shipped: [{ prod: 'R31' }, { prod: 'S39' }] } };
  expect(await outputOf(definition, { input, tasks: { Validate: [(request) => request.arguments] } })).toEqual({
    numItemsProcessed: 2,
    all: [
      { parcel: { prod: 'R31' }, courier: 'UQS', at: 0 },
      { parcel: { prod: 'S39' }, courier: 'UQS', at: 1 },
    ],
  });
});

test('without Items the input itself is the array', async () => {
  const { Items: _, ...map } = (each({ One: pass() }).States as Record<string, Record<string, unknown>>).Each ?? {};
  expect(await outputOf(machine({ Each: map }), { input: [1, 2] })).toEqual([1, 2]);
  expect((await run(machine({ Each: map }), { input: { no: 'array' } })).result).toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
  });
});

test('an expression that gives one item instead of an array of one fails the Map, as JSONata unwraps it', async () => {
  const definition = each({ One: pass() }, { Items: '{% $states.input.items[ok] %}' });
  const { result, trace } = await run(definition, { input: { items: [{ ok: true }, { ok: false }] } });
  expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  expect(result.cause).toContain(
    `specified for the field 'Items' returned an unexpected result type. Expected 'array', but was 'object'`,
  );
  expect(trace.slice(1)).toEqual([
    '2<0 MapStateEntered Each',
    '3<2 EvaluationFailed',
    '4<3 MapStateFailed',
    '5<4 ExecutionFailed',
  ]);
});

describe('MaxConcurrency', () => {
  async function mostAtOnce(fields: object, items: number): Promise<number> {
    let running = 0;
    let most = 0;
    const definition = each(
      { Work: task({ End: undefined, Next: 'Rest' }), Rest: { Type: 'Wait', Seconds: 1, End: true } },
      fields,
    );
    await run(JSON.parse(JSON.stringify(definition)), {
      input: { items: Array.from({ length: items }, (_, i) => i), limit: 3 },
      tasks: { Work: [() => ({})] },
      listener: {
        stateEntered: ({ name }) => {
          if (name === 'Work') running += 1;
          most = Math.max(most, running);
        },
        stateExited: ({ name }) => {
          if (name === 'Rest') running -= 1;
        },
      },
    });
    return most;
  }

  test.each([
    ['a number', { MaxConcurrency: 2 }, 2],
    ['an expression', { MaxConcurrency: '{% $states.input.limit %}' }, 3],
    ['absent: 40, the most an inline Map runs', {}, 40],
    ['0: 40 too', { MaxConcurrency: 0 }, 40],
    ['more than 40', { MaxConcurrency: 100 }, 40],
  ])('%s', async (_, fields, most) => {
    expect(await mostAtOnce(fields, 45)).toBe(most);
  });
});

describe('a failed iteration', () => {
  test('fails the Map with its own error, and stops the others', async () => {
    const definition = each({ Work: task() });
    const work = ({ context }: { context: { Map?: { Item: { Index: number } } } }) => {
      if (context.Map?.Item.Index === 1) throw failure('Bad', 'item 1');
      return never();
    };
    const { result, trace } = await run(definition, { input: { items: [0, 1, 2] }, tasks: { Work: [work] } });
    expect(result).toMatchObject({ error: 'Bad', cause: 'item 1' });
    const failed = trace.findIndex((line) => line.endsWith('TaskFailed')) + 1;
    expect(trace.slice(failed).map((line) => line.replace(/^\d+</, ''))).toEqual([
      `${failed} MapIterationFailed`,
      `${failed} TaskStateAborted`,
      `${failed} MapIterationAborted`,
      `${failed} TaskStateAborted`,
      `${failed} MapIterationAborted`,
      `${failed} TaskStateAborted`,
      `${failed} MapStateFailed`,
      `${trace.length - 1} ExecutionFailed`,
    ]);
  });

  test('stops those not begun, too', async () => {
    const { execution } = await run(each({ Boom: { Type: 'Fail', Error: 'E' } }, { MaxConcurrency: 1 }), {
      input: { items: [1, 2, 3] },
    });
    expect(typesOf(execution).filter((type) => type === 'MapIterationStarted')).toHaveLength(1);
  });

  test('of an expression leaves EvaluationFailed, MapIterationFailed and MapStateFailed behind', async () => {
    const definition = each({ Undef: pass({ Output: { v: '{% $states.input.missing %}' } }) }, { MaxConcurrency: 1 });
    const { trace } = await run(definition, { input: { items: [1, 2] } });
    expect(trace.slice(3)).toEqual([
      '4<3 MapIterationStarted',
      '5<4 PassStateEntered Undef',
      '6<5 EvaluationFailed',
      '7<6 MapIterationFailed',
      '8<6 MapStateFailed',
      '9<8 ExecutionFailed',
    ]);
  });

  const tolerant = (fields: object) =>
    each({ Work: task({ Arguments: '{% {"item": $states.input} %}' }) }, { MaxConcurrency: 1, ...fields });
  const evenFails = ({ arguments: given }: { arguments: unknown }) => {
    const { item } = given as { item: number };
    if (item % 2 === 0) throw failure('Even', `${item}`);
    return { item };
  };

  test('within the tolerated count leaves its error output in the result', async () => {
    const output = await outputOf(tolerant({ ToleratedFailureCount: 1 }), {
      input: { items: [1, 2, 3] },
      tasks: { Work: [evenFails] },
    });
    expect(output).toEqual([{ item: 1 }, { Error: 'Even', Cause: '2' }, { item: 3 }]);
  });

  test.each([
    ['count', { ToleratedFailureCount: 1 }],
    ['count by expression', { ToleratedFailureCount: '{% $states.input.one %}' }],
    ['percentage', { ToleratedFailurePercentage: 25 }],
    ['percentage, though within the count', { ToleratedFailureCount: 9, ToleratedFailurePercentage: 25 }],
  ])('beyond the tolerated %s is States.ExceedToleratedFailureThreshold', async (_, fields) => {
    const { result } = await run(tolerant(fields), {
      input: { items: [1, 2, 3, 4], one: 1 },
      tasks: { Work: [evenFails] },
    });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
  });

  test('at the tolerated percentage still succeeds', async () => {
    const options = { input: { items: [1, 2, 3, 4] }, tasks: { Work: [evenFails] } };
    expect(await outputOf(tolerant({ ToleratedFailurePercentage: 50 }), options)).toHaveLength(4);
  });
});

test('an ItemSelector that cannot be evaluated fails the Map, whatever is tolerated', async () => {
  const definition = each(
    { One: pass() },
    { ItemSelector: { v: '{% $states.input.missing %}' }, ToleratedFailurePercentage: 100 },
  );
  const { result, trace } = await run(definition, { input: { items: [1] } });
  expect(result.error).toBe('States.QueryEvaluationError');
  expect(trace.slice(2)).toEqual([
    '3<2 MapStateStarted',
    '4<3 EvaluationFailed',
    '5<4 MapStateFailed',
    '6<5 ExecutionFailed',
  ]);
});

test('a Map within a branch chains to that branch', async () => {
  const definition = machine({
    Both: {
      Type: 'Parallel',
      Branches: [
        block({
          Each: { Type: 'Map', Items: '{% $states.input.items %}', ItemProcessor: block({ One: pass() }), End: true },
        }),
        block({ Alone: { Type: 'Wait', Seconds: 1, End: true } }),
      ],
      End: true,
    },
  });
  const visited: string[] = [];
  const { result } = await run(definition, {
    input: { items: [7, 8] },
    listener: { stateEntered: ({ branch, name }) => visited.push([...branch, name].join('/')) },
  });
  expect(result.output).toEqual([[7, 8], { items: [7, 8] }]);
  expect(visited.sort()).toEqual([
    'Both',
    'Both[0]/Each',
    'Both[0]/Each[0]/One',
    'Both[0]/Each[1]/One',
    'Both[1]/Alone',
  ]);
});
