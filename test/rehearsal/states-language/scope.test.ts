import { block, machine, outputOf, run, task } from './harness';

test('an expression sees variables as they were on entry; new values are for the next state', async () => {
  const definition = machine({
    First: { Type: 'Pass', Assign: { x: 5 }, Next: 'Assigning' },
    Assigning: {
      Type: 'Pass',
      Assign: { x: 42, newOrOld: '{% $x %}' },
      Output: { x: '{% $x %}' },
      Next: 'Referencing',
    },
    Referencing: {
      Type: 'Pass',
      Output: { x: '{% $x %}', newOrOld: '{% $newOrOld %}', before: '{% $states.input.x %}' },
      End: true,
    },
  });
  expect(await outputOf(definition)).toEqual({ x: 42, newOrOld: 5, before: 5 });
});

test('the specification’s scopes: an inner scope reads outer variables, and its own end with it', async () => {
  const definition = machine({
    'Get Greeting': { Type: 'Pass', Assign: { outer: 'hello' }, Next: 'Greet Everyone' },
    'Greet Everyone': {
      Type: 'Map',
      Items: '{% $states.input.people %}',
      ItemProcessor: block({
        Begin: { Type: 'Pass', Assign: { inner: 'world', hi: '{% $outer %}' }, Next: 'End' },
        End: { Type: 'Succeed', Output: "{% $hi & ' ' & $inner & ' ' & $states.input %}" },
      }),
      Assign: { outer: 2 },
      Next: 'Goodbye',
    },
    Goodbye: {
      Type: 'Succeed',
      Output: { said: '{% $states.input %}', outer: '{% $outer %}', inner: '{% $exists($inner) %}' },
    },
  });
  expect(await outputOf(definition, { input: { people: ['a', 'b'] } })).toEqual({
    said: ['hello world a', 'hello world b'],
    outer: 2,
    inner: false,
  });
});

test('branches and iterations do not see one another’s variables, and may use the same names', async () => {
  const branch = (name: string, value: number) =>
    block({
      [name]: { Type: 'Pass', Assign: { mine: value }, Next: `${name} waits` },
      [`${name} waits`]: { Type: 'Wait', Seconds: value, Output: '{% $mine %}', End: true },
    });
  const definition = machine({ Both: { Type: 'Parallel', Branches: [branch('A', 2), branch('B', 1)], End: true } });
  expect(await outputOf(definition)).toEqual([2, 1]);
});

test('a variable that no state has assigned yet is nothing, and fails the field that needs it', async () => {
  const { result } = await run(machine({ Read: { Type: 'Pass', Output: '{% $never %}', End: true } }));
  expect(result).toMatchObject({ error: 'States.QueryEvaluationError' });
  expect(result.cause).toContain("'$never' specified for the field 'Output' returned nothing (undefined).");
});

test('a variable assigned within an expression is that expression’s own', async () => {
  const definition = machine({
    First: { Type: 'Pass', Assign: { x: 1 }, Next: 'Second' },
    Second: { Type: 'Pass', Assign: { y: '{% ($x := 9; $x + 1) %}' }, Next: 'Third' },
    Third: { Type: 'Pass', Output: { x: '{% $x %}', y: '{% $y %}' }, End: true },
  });
  expect(await outputOf(definition)).toEqual({ x: 1, y: 10 });
});

test('null is a value that a variable can have', async () => {
  const definition = machine({
    First: { Type: 'Pass', Assign: { x: null, y: '{% $states.input.none %}' }, Next: 'Second' },
    Second: { Type: 'Pass', Output: { x: '{% $x %}', is: '{% $type($y) %}' }, End: true },
  });
  expect(await outputOf(definition, { input: { none: null } })).toEqual({ x: null, is: 'null' });
});

test('what a failed attempt would have assigned is not assigned', async () => {
  const definition = machine({
    Ask: task({
      Assign: { got: '{% $states.result.v %}', never: '{% $states.result.missing %}' },
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Look' }],
    }),
    Look: { Type: 'Pass', Output: { got: '{% $exists($got) %}' }, End: true },
  });
  expect(await outputOf(definition, { tasks: { Ask: [{ v: 1 }] } })).toEqual({ got: false });
});
