import type { Stack } from 'aws-cdk-lib';
import { EventSourceMapping, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import {
  type EventSourceMappingWorkloadProps,
  type IWorkload,
  type LambdaConcurrencyWorkloadProps,
  Workload,
} from '../../../lib';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import { Lambda, type LambdaProps } from '../../../rehearsal/aws/lambda/lambda';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { anyone } from '../../rehearsal/aws/test-environment';
import { journalKeeper, Night, virtualTime } from './night';

afterAll(removeTemporaryFolders);

const UUID = '14e0db71-35d4-49a7-9e2c-7d7e5a0b1c2d';

function stage(workloads: (stack: Stack) => readonly IWorkload[], props: Partial<LambdaProps> = {}) {
  const { clock, environment } = virtualTime();
  const lambda = new Lambda({ environment, ...props });
  const ssm = journalKeeper(environment);
  const plane = new ControlPlane({ environment, services: [lambda, ssm] });
  const by = (action: string, input: Record<string, unknown>) =>
    plane.call({ service: 'lambda', action, arguments: input, principal: anyone });
  return { night: new Night(plane, workloads, { clock }), lambda, by, clock };
}

const mappingIn = (stack: Stack, props: Partial<EventSourceMappingWorkloadProps> = {}) =>
  Workload.eventSourceMapping({
    mapping: EventSourceMapping.fromEventSourceMappingId(stack, 'Orders', UUID),
    ...props,
  });

function ofMapping({ enabled = true, knowsFunction = true, timeout = 3 } = {}) {
  const { night, lambda, by, clock } = stage(
    (stack) => [
      mappingIn(stack, knowsFunction ? { function: LambdaFunction.fromFunctionName(stack, 'Handler', 'orders') } : {}),
    ],
    { mappingChangeMs: 10_000 },
  );
  lambda.functions.add('orders', undefined, timeout);
  const eventSourceArn = 'arn:aws:sqs:eu-west-1:111122223333:orders';
  lambda.mappings.add({ uuid: UUID, functionName: 'orders', eventSourceArn, enabled });
  return { night, by, clock, lambda, state: () => lambda.mappings.describe(UUID).State };
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

test.each([
  [true, 3],
  [true, 900],
  [false, 900],
])(
  'one is quiet when what it had begun has ended: function known %s, time-out %d s',
  async (knowsFunction, timeout) => {
    const { night, lambda, clock } = ofMapping({ knowsFunction, timeout });
    await night.survey();
    const before = clock.now();
    expect(await night.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
    expect(lambda.mayInvoke(UUID)).toBe(false);
    expect(clock.now() - before).toBeLessThan((timeout + 60) * 1_000);
  },
);

test('one that somebody enabled meanwhile, and that was not, is disabled again', async () => {
  const { night, state, by } = ofMapping({ enabled: false });
  await night.survey();
  await night.quiesce();
  await by('updateEventSourceMapping', { UUID, Enabled: true });
  await night.resume();
  expect(state()).toBe('Disabled');
});

const mailerIn = (stack: Stack, props: Partial<LambdaConcurrencyWorkloadProps> = {}) =>
  Workload.lambdaConcurrency({ function: LambdaFunction.fromFunctionName(stack, 'Mailer', 'mailer'), ...props });

function ofFunction(reserved?: number) {
  const { night, lambda, by } = stage((stack) => [mailerIn(stack)]);
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
  const { night } = stage((stack) => [mailerIn(stack)]);
  expect(await night.preflight()).toEqual([expect.stringContaining('Mailer: Function not found')]);
});

/** A queue whose messages the function takes, and which its workload is among those of the migration. */
function withQueue(workloads: (stack: Stack) => readonly IWorkload[], enabled = true) {
  const { night, lambda } = stage(workloads);
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
  const { night, lambda } = stage((stack) => [mailerIn(stack)]);
  lambda.functions.add('mailer');
  const uuids = Array.from({ length: 23 }, (_, index) => `14e0db71-35d4-49a7-9e2c-${String(index).padStart(12, '0')}`);
  for (const uuid of uuids) {
    const eventSourceArn = `arn:aws:sqs:eu-west-1:111122223333:${uuid}`;
    lambda.mappings.add({ uuid, functionName: 'mailer', eventSourceArn, enabled: uuid === uuids.at(-1) });
  }
  expect(await night.preflight()).toEqual([expect.stringContaining(`The event source mapping ${uuids.at(-1)} would`)]);
});
