import type { Stack } from 'aws-cdk-lib';
import { EventSourceMapping, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type IWorkload, Workload } from '../../../lib';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import { Lambda, type LambdaProps } from '../../../rehearsal/aws/lambda/lambda';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { anyone, testEnvironment } from '../../rehearsal/aws/stage';
import { journalKeeper, Night } from './night';

afterAll(removeTemporaryFolders);

const UUID = '14e0db71-35d4-49a7-9e2c-7d7e5a0b1c2d';

function stage(workload: (stack: Stack) => IWorkload, props: Partial<LambdaProps> = {}) {
  const { environment } = testEnvironment();
  const lambda = new Lambda({ environment, ...props });
  const ssm = journalKeeper(environment);
  const plane = new ControlPlane({ environment, services: [lambda, ssm] });
  const by = (action: string, input: Record<string, unknown>) =>
    plane.call({ service: 'lambda', action, arguments: input, principal: anyone });
  return { night: new Night(plane, (stack) => [workload(stack)]), lambda, by };
}

function ofMapping({ enabled = true, changeMs = 0 } = {}) {
  const { night, lambda, by } = stage(
    (stack) =>
      Workload.eventSourceMapping({ mapping: EventSourceMapping.fromEventSourceMappingId(stack, 'Orders', UUID) }),
    { mappingChangeMs: changeMs },
  );
  lambda.functions.add('orders');
  const eventSourceArn = 'arn:aws:sqs:eu-west-1:111122223333:orders';
  lambda.mappings.add({ uuid: UUID, functionName: 'orders', eventSourceArn, enabled });
  return { night, by, state: () => lambda.mappings.describe(UUID).State };
}

test.each([true, false])('a mapping is disabled, and afterwards as it was: enabled %s', async (enabled) => {
  const { night, state } = ofMapping({ enabled });
  const before = state();
  await night.survey();
  expect(await night.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(state()).toBe('Disabled');
  expect(await night.resume()).toMatchObject({ status: 'SUCCEEDED' });
  expect(state()).toBe(before);
});

test('one that somebody enabled meanwhile, and that was not, is disabled again', async () => {
  const { night, state, by } = ofMapping({ enabled: false });
  await night.survey();
  await night.quiesce();
  await by('updateEventSourceMapping', { UUID, Enabled: true });
  await night.resume();
  expect(state()).toBe('Disabled');
});

function ofFunction(reserved?: number) {
  const { night, lambda, by } = stage((stack) =>
    Workload.lambdaConcurrency({ function: LambdaFunction.fromFunctionName(stack, 'Mailer', 'mailer') }),
  );
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
  const { night } = stage((stack) =>
    Workload.lambdaConcurrency({ function: LambdaFunction.fromFunctionName(stack, 'Mailer', 'mailer') }),
  );
  expect(await night.preflight()).toEqual([expect.stringContaining('Mailer: Function not found')]);
});
