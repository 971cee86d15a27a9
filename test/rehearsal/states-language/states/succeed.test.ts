import { block, machine, outputOf } from '../harness';

test('a Succeed ends the machine with its input, or with its Output', async () => {
  expect(await outputOf(machine({ Done: { Type: 'Succeed' } }), { input: { a: 1 } })).toEqual({ a: 1 });
  const Output = { b: '{% $states.input.a %}' };
  expect(await outputOf(machine({ Done: { Type: 'Succeed', Output } }), { input: { a: 1 } })).toEqual({ b: 1 });
});

test('a Succeed inside a branch ends that branch only', async () => {
  const definition = machine({
    Both: {
      Type: 'Parallel',
      Branches: [block({ Early: { Type: 'Succeed' } }), block({ Late: { Type: 'Wait', Seconds: 9, End: true } })],
      Next: 'After',
    },
    After: { Type: 'Pass', Output: { count: '{% $count($states.input) %}' }, End: true },
  });
  expect(await outputOf(definition)).toEqual({ count: 2 });
});
