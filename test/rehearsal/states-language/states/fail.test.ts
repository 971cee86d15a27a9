import { machine, run } from '../harness';

test('a Fail ends the machine with its Error and Cause', async () => {
  const { result, trace, execution } = await run(
    machine({ Stop: { Type: 'Fail', Error: 'ErrorA', Cause: 'Kaiju attack' } }),
  );
  expect(result).toMatchObject({ status: 'FAILED', error: 'ErrorA', cause: 'Kaiju attack' });
  expect(trace).toEqual(['1<0 ExecutionStarted', '2<0 FailStateEntered Stop', '3<2 ExecutionFailed']);
  expect(execution.history[2]?.executionFailedEventDetails).toEqual({ error: 'ErrorA', cause: 'Kaiju attack' });
});

test('Error and Cause may be expressions', async () => {
  const definition = machine({
    Stop: { Type: 'Fail', Error: '{% $states.input.Error %}', Cause: "{% 'because ' & $states.input.Cause %}" },
  });
  const { result } = await run(definition, { input: { Error: 'E', Cause: 'c' } });
  expect(result).toMatchObject({ error: 'E', cause: 'because c' });
});

test('neither is required', async () => {
  const { result, execution } = await run(machine({ Stop: { Type: 'Fail' } }));
  expect([result.error, result.cause]).toEqual([undefined, undefined]);
  expect(execution.history[2]?.executionFailedEventDetails).toEqual({});
});

test('an Error that is no string fails the state with that instead', async () => {
  const { result } = await run(machine({ Stop: { Type: 'Fail', Error: '{% 4 %}' } }));
  expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  expect(result.cause).toMatch("specified for the field 'Error' returned an unexpected result type");
});
