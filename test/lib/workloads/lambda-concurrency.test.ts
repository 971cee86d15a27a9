import type { Stack } from 'aws-cdk-lib';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type IWorkload, type LambdaConcurrencyWorkloadProps, Workload } from '../../../lib';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { mappingIn, onLambda, UUID } from './on-lambda';

afterAll(removeTemporaryFolders);

const mailerIn = (stack: Stack, props: Partial<LambdaConcurrencyWorkloadProps> = {}) =>
  Workload.lambdaConcurrency({ function: LambdaFunction.fromFunctionName(stack, 'Mailer', 'mailer'), ...props });

function ofFunction(reserved?: number) {
  const { night, lambda, by } = onLambda((stack) => [mailerIn(stack)]);
  lambda.functions.add('mailer', reserved, 30);
  return { night, by, lambda, reserved: () => lambda.functions.require('mailer').reservedConcurrency };
}

test.each([[undefined], [0], [20]])(
  'a function does not run, and afterwards may as before: reserved %s',
  async (before) => {
    const { night, reserved } = ofFunction(before);
    await night.survey();
    expect(await night.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
    expect(reserved()).toBe(0);
    expect(await night.resume()).toMatchObject({ status: 'SUCCEEDED', output: { meanwhile: [] } });
    expect(reserved()).toBe(before);
  },
);

test('what somebody reserved meanwhile is put back to what was recorded, and said', async () => {
  const { night, reserved, by } = ofFunction();
  await night.survey();
  await night.quiesce();
  await by('putFunctionConcurrency', { FunctionName: 'mailer', ReservedConcurrentExecutions: 5 });
  expect(await night.resume()).toMatchObject({
    output: { meanwhile: ['Mailer: was set to {"reserved":5} meanwhile; it is {"reserved":"none"} again'] },
  });
  expect(reserved()).toBeUndefined();
});

test('a function that is not there is found by the preflight', async () => {
  const { night } = onLambda((stack) => [mailerIn(stack)]);
  expect(await night.preflight()).toEqual([expect.stringContaining('Mailer: Function not found')]);
});

/** A queue whose messages the function takes, and which its workload is among those of the migration. */
function withQueue(workloads: (stack: Stack) => readonly IWorkload[], enabled = true) {
  const { night, lambda } = onLambda(workloads);
  lambda.functions.add('mailer', undefined, 30);
  const eventSourceArn = 'arn:aws:sqs:eu-west-1:111122223333:mails';
  lambda.mappings.add({ uuid: UUID, functionName: 'mailer', eventSourceArn, enabled });
  return { night, lambda };
}

test.each([
  ['is no workload', (stack: Stack) => [mailerIn(stack)]],
  ['is stopped at the same time', (stack: Stack) => [mappingIn(stack), mailerIn(stack)]],
  ['is stopped after it', (stack: Stack) => [mappingIn(stack, { after: ['Mailer'] }), mailerIn(stack)]],
])('a queue whose mapping %s would lose its messages: the preflight finds it', async (_, workloads) => {
  const { night } = withQueue(workloads);
  expect(await night.preflight()).toEqual([
    `Mailer: The event source mapping ${UUID} would go on polling for mailer, and the tries of each message would be used up while nothing runs. List it as an eventSourceMapping in workloads, and its name in after of this one.`,
  ]);
});

test.each([
  ['is stopped before it', true, (stack: Stack) => [mappingIn(stack), mailerIn(stack, { after: ['Orders'] })]],
  ['was disabled already', false, (stack: Stack) => [mailerIn(stack)]],
] as const)('a queue whose mapping %s keeps its messages', async (_, enabled, workloads) => {
  const { night, lambda } = withQueue(workloads, enabled);
  expect(await night.preflight()).toEqual([]);
  await night.survey();
  expect(await night.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(lambda.burnsTries(UUID)).toBe(false);
});

test('every mapping of a function is looked at, however many there are', async () => {
  const { night, lambda } = onLambda((stack) => [mailerIn(stack)]);
  lambda.functions.add('mailer');
  const uuids = Array.from({ length: 23 }, (_, index) => `14e0db71-35d4-49a7-9e2c-${String(index).padStart(12, '0')}`);
  for (const uuid of uuids) {
    const eventSourceArn = `arn:aws:sqs:eu-west-1:111122223333:${uuid}`;
    lambda.mappings.add({ uuid, functionName: 'mailer', eventSourceArn, enabled: uuid === uuids.at(-1) });
  }
  expect(await night.preflight()).toEqual([expect.stringContaining(`The event source mapping ${uuids.at(-1)} would`)]);
});
