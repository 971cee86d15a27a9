import { checkArguments, sdkOperation } from '../../../../rehearsal/aws/sdk-schemas';

async function kinds(service: string, action: string, value: unknown, kind: 'task' | 'client') {
  const problems = await checkArguments(await sdkOperation(service, action), value, kind);
  return problems.map((problem) => `${problem.kind} ${problem.path}`);
}

test("a client's arguments are in the API's own spelling", async () => {
  expect(await kinds('ecs', 'updateService', { service: 's', desiredCount: 0 }, 'client')).toEqual([]);
  expect(await kinds('ecs', 'updateService', { Service: 's' }, 'client')).toEqual([
    'unknown-parameter Service',
    'missing-parameter service',
  ]);
});

test("a running task's values are values: text that looks like an expression is text", async () => {
  expect(await kinds('ecs', 'describeServices', { Services: '{% $a %}' }, 'task')).toEqual(['wrong-type Services']);
  expect(await kinds('ssm', 'getParameter', { Name: '{% ' }, 'task')).toEqual([]);
});

test("a client's name in a state machine's spelling is told as the client spells it", async () => {
  const operation = await sdkOperation('ecs', 'updateService');
  const [problem] = await checkArguments(operation, { Service: 's' }, 'client');
  expect(problem?.message).toBe('Service is spelt service in the SDK for JavaScript.');
});

test('times are Date to a client and text to a task', async () => {
  const data = (Timestamp: unknown) => ({ Namespace: 'n', MetricData: [{ MetricName: 'm', Timestamp }] });
  expect(await kinds('cloudwatch', 'putMetricData', data(new Date(0)), 'client')).toEqual([]);
  expect(await kinds('cloudwatch', 'putMetricData', data(new Date(0)), 'task')).toEqual([
    'wrong-type MetricData[0].Timestamp',
  ]);
});
