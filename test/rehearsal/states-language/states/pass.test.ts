import { machine, outputOf, run } from '../harness';

test('a Pass hands its input on', async () => {
  const { result, trace } = await run(machine({ Start: { Type: 'Pass', End: true } }), { input: { a: 1 } });
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: { a: 1 } });
  expect(trace).toEqual([
    '1<0 ExecutionStarted',
    '2<0 PassStateEntered Start',
    '3<2 PassStateExited Start',
    '4<3 ExecutionSucceeded',
  ]);
});

test('an execution without input starts with an empty object', async () => {
  expect(await outputOf(machine({ Start: { Type: 'Pass', End: true } }))).toEqual({});
});

test('Output replaces what is handed on, expressions within and literals alike', async () => {
  const Output = { avg: '{% $average($states.input.n) %}', fixed: 1, list: [1, '{% $states.input.who %}', 'three'] };
  const definition = machine({ Start: { Type: 'Pass', Output, Next: 'End' }, End: { Type: 'Succeed' } });
  expect(await outputOf(definition, { input: { n: [1, 2, 6], who: 'two' } })).toEqual({
    avg: 3,
    fixed: 1,
    list: [1, 'two', 'three'],
  });
});

test('history holds payloads as JSON text, and never cuts them short', async () => {
  const { execution } = await run(machine({ Start: { Type: 'Pass', Assign: { x: { y: 1 } }, End: true } }), {
    input: [1],
  });
  expect(execution.history[0]).toMatchObject({
    executionStartedEventDetails: { input: '[1]', inputDetails: { truncated: false } },
  });
  expect(execution.history[1]).toMatchObject({ stateEnteredEventDetails: { name: 'Start', input: '[1]' } });
  expect(execution.history[2]).toMatchObject({
    stateExitedEventDetails: { name: 'Start', output: '[1]', assignedVariables: { x: '{"y":1}' } },
  });
  expect(execution.history[3]).toMatchObject({ executionSucceededEventDetails: { output: '[1]' } });
});

test('an expression that gives nothing is named by its place', async () => {
  const Output = { a: { b: [1, '{% $states.input.missing %}'] } };
  const { execution, trace } = await run(machine({ Start: { Type: 'Pass', Output, End: true } }));
  expect(trace.slice(1)).toEqual(['2<0 PassStateEntered Start', '3<2 EvaluationFailed', '4<3 ExecutionFailed']);
  expect(execution.history[2]?.evaluationFailedEventDetails?.location).toBe('Output/a/b[1]');
});
