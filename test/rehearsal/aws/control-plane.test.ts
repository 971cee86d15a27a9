import { CallJournal } from '../../../rehearsal/aws/call-journal';
import { Identifiers } from '../../../rehearsal/aws/identifiers';
import { Ssm } from '../../../rehearsal/aws/ssm/ssm';
import { faultFor } from './fault-for';
import { allowing, anyone, callerOf, testEnvironment } from './test-environment';

function testbed(props: Parameters<typeof callerOf>[2] = {}) {
  const { environment, clock } = testEnvironment();
  const ssm = new Ssm({ environment, runCommand: () => Promise.reject(new Error('no machines')) });
  return { ...callerOf(environment, ssm, props), ssm, clock };
}

test('a request that its schema does not allow is refused before anybody looks at who asks', async () => {
  const { refusal } = testbed();
  const nobody = { principal: allowing() };
  expect(await refusal('putParameter', { Name: '/a', Values: 'x' }, nobody)).toEqual({
    error: 'Ssm.ValidationException',
    cause: expect.stringMatching(
      /^2 validation errors detected: Values: There is no Values; .*; Value: PutParameterRequest requires Value\.$/,
    ),
  });
  expect((await refusal('getParameter', { Name: 7 }, nobody)).cause).toContain('Name: Got a number; this is a string.');
});

test('what AWS could do and this fake cannot is no refusal', async () => {
  const { call, plane } = testbed();
  await expect(call('getInventory')).rejects.toThrow(
    'ssm:getInventory cannot be rehearsed: the control plane here does not know it.',
  );
  const other = { service: 'rds', action: 'describeDBClusters', arguments: {}, principal: anyone };
  await expect(plane.call(other)).rejects.toThrow('The service rds cannot be rehearsed');
  await expect(plane.call({ ...other, service: 'nosql' })).rejects.toThrow('Unknown service identifier "nosql"');
});

test('the journal tells who called what, where from, and how it ended', async () => {
  const told: string[] = [];
  const { call, refusal, plane } = testbed({ journal: new CallJournal(({ action }) => told.push(action)) });
  await call('putParameter', { Name: '/a', Value: 'hunter2', Type: 'String' }, { state: 'Write the journal' });
  await refusal('getParameter', { Name: '/b' });
  expect(plane.journal.entries).toMatchObject([
    {
      service: 'ssm',
      action: 'putParameter',
      state: 'Write the journal',
      outcome: 'ok',
      principal: anyone.arn,
      input: { Name: '/a', Value: '***' },
    },
    { action: 'getParameter', outcome: 'Ssm.ParameterNotFoundException' },
  ]);
  expect(told).toEqual(['putParameter', 'getParameter']);
});

test('faults are injected before the call is carried out', async () => {
  const faults = faultFor(({ action }) => action === 'putParameter', { kind: 'throttle' });
  const { call, refusal, ssm } = testbed({ faults });
  const request = { Name: '/a', Value: 'a', Type: 'String' };
  expect((await refusal('putParameter', request)).cause).toBe('Rate exceeded');
  expect(ssm.parameters.valueOf('/a')).toBeUndefined();
  await call('putParameter', request);
});

test('a delayed call is carried out late', async () => {
  const { call, ssm, clock } = testbed({ faults: faultFor(() => true, { kind: 'delay', ms: 5000 }) });
  const done = call('putParameter', { Name: '/a', Value: 'a', Type: 'String' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  await clock.pass(4999);
  expect(ssm.parameters.valueOf('/a')).toBeUndefined();
  await clock.pass(1);
  await done;
  expect(ssm.parameters.valueOf('/a')).toBe('a');
});

test('a call whose answer is lost is carried out, and anyone who called hears of it from the SDK alone', async () => {
  const { refusal, ssm } = testbed({ faults: faultFor(() => true, { kind: 'loseAnswer' }) });
  expect(await refusal('putParameter', { Name: '/a', Value: 'a', Type: 'String' })).toMatchObject({
    error: 'Ssm.SdkClientException',
  });
  expect(ssm.parameters.valueOf('/a')).toBe('a');
});

test('ids are the same for the same seed, and never twice', () => {
  const draw = (seed: string) => {
    const ids = new Identifiers(seed);
    return [ids.uuid(), ids.ec2('sg'), ids.token(), ids.hex(8), ids.hex(8)];
  };
  expect(draw('a')).toEqual(draw('a'));
  expect(draw('a')).not.toEqual(draw('b'));
  expect(new Set(draw('a')).size).toBe(5);
});
