import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { mappingIn, onLambda, UUID } from './on-lambda';

afterAll(removeTemporaryFolders);

function ofMapping({ enabled = true, knowsFunction = true, timeout = 3 } = {}) {
  const { night, lambda, by, clock } = onLambda(
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
