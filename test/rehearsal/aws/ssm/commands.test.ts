import type { CommandOutcome } from '../../../../rehearsal/aws/ssm/command-invocations';
import { Ssm } from '../../../../rehearsal/aws/ssm/ssm';
import { allowing, callerOf, testEnvironment } from '../stage';

function stage() {
  const { clock, environment } = testEnvironment();
  const orders: {
    instanceId: string;
    parameters: unknown;
    end: (outcome: CommandOutcome) => void;
    die: (error: Error) => void;
  }[] = [];
  const ssm = new Ssm({
    environment,
    documents: ['Supervisor'],
    runCommand: ({ instance, parameters }) =>
      new Promise((resolve, reject) => {
        orders.push({ instanceId: instance.instanceId, parameters, end: resolve, die: reject });
      }),
  });
  ssm.instances.register({ instanceId: 'i-0a', tags: { role: 'batch' } });
  ssm.instances.register({ instanceId: 'i-0b', tags: { role: 'web' } });
  const caller = callerOf(environment, ssm);
  return {
    ...caller,
    ssm,
    clock,
    orders,
    send: async (request: object) =>
      (
        (await caller.call('sendCommand', { DocumentName: 'Supervisor', ...request })) as {
          Command: { CommandId: string };
        }
      ).Command.CommandId,
    end: async (index: number, exitCode: number, stdout = '') => {
      orders[index]?.end({ exitCode, stdout, stderr: '' });
      await clock.pass(1000);
    },
  };
}

const byRole = (role: string) => ({ Targets: [{ Key: 'tag:role', Values: [role] }] });

test('a command runs on the machines named, and its result can be asked for', async () => {
  const { send, call, orders, end, clock } = stage();
  const CommandId = await send({ InstanceIds: ['i-0a'], Parameters: { program: ['watcher'] } });
  await clock.pass(1000);
  const ask = () => call('getCommandInvocation', { CommandId, InstanceId: 'i-0a' });
  expect(await ask()).toMatchObject({ Status: 'InProgress', ResponseCode: -1 });
  expect(orders).toMatchObject([{ instanceId: 'i-0a', parameters: { program: ['watcher'] } }]);
  await end(0, 0, 'stopped');
  expect(await ask()).toMatchObject({ Status: 'Success', ResponseCode: 0, StandardOutputContent: 'stopped' });
});

test('a command that ends with another code than 0 has failed', async () => {
  const { send, call, end } = stage();
  const CommandId = await send({ InstanceIds: ['i-0a'] });
  await end(0, 3);
  expect(await call('getCommandInvocation', { CommandId, InstanceId: 'i-0a' })).toMatchObject({
    Status: 'Failed',
    ResponseCode: 3,
  });
});

test('an agent that dies on the way leaves a command that times out', async () => {
  const { send, call, orders, clock } = stage();
  const CommandId = await send({ InstanceIds: ['i-0a'] });
  orders[0]?.die(new Error('gone'));
  await clock.pass(1000);
  expect(await call('getCommandInvocation', { CommandId, InstanceId: 'i-0a' })).toMatchObject({ Status: 'TimedOut' });
});

test('targets choose machines by tag, and may find none', async () => {
  const { send, call, orders, clock } = stage();
  const CommandId = await send(byRole('batch'));
  await send(byRole('nobody'));
  await clock.pass(1000);
  expect(orders.map(({ instanceId }) => instanceId)).toEqual(['i-0a']);
  expect(await call('listCommandInvocations', { CommandId, Details: true })).toMatchObject({
    CommandInvocations: [{ InstanceId: 'i-0a', Status: 'InProgress', CommandPlugins: [{ Status: 'InProgress' }] }],
  });
});

test('a machine that is offline gets the command by tag only once it is back', async () => {
  const { send, call, ssm, clock, orders } = stage();
  ssm.instances.setOnline('i-0a', false);
  const CommandId = await send(byRole('batch'));
  await clock.pass(1000);
  expect(orders).toEqual([]);
  const ask = () => call('getCommandInvocation', { CommandId, InstanceId: 'i-0a' });
  expect(await ask()).toMatchObject({ Status: 'Pending' });
  ssm.instances.setOnline('i-0a', true);
  expect(await ask()).toMatchObject({ Status: 'InProgress' });
  expect(orders).toHaveLength(1);
});

test('a machine that stays offline for TimeoutSeconds never gets the command', async () => {
  const { send, call, ssm, clock, orders } = stage();
  ssm.instances.setOnline('i-0a', false);
  const CommandId = await send({ ...byRole('batch'), TimeoutSeconds: 30 });
  await clock.pass(30_000);
  ssm.instances.setOnline('i-0a', true);
  expect(await call('getCommandInvocation', { CommandId, InstanceId: 'i-0a' })).toMatchObject({ Status: 'TimedOut' });
  expect(orders).toEqual([]);
});

test('an invocation cannot be asked for in the first moment', async () => {
  const { send, refusal, clock } = stage();
  const CommandId = await send({ InstanceIds: ['i-0a'] });
  expect((await refusal('getCommandInvocation', { CommandId, InstanceId: 'i-0a' })).error).toBe(
    'Ssm.InvocationDoesNotExistException',
  );
  await clock.pass(500);
  expect((await refusal('getCommandInvocation', { CommandId, InstanceId: 'i-0b' })).error).toBe(
    'Ssm.InvocationDoesNotExistException',
  );
});

test('unknown and unreachable machines, and unknown documents, are refused', async () => {
  const { refusal, ssm } = stage();
  ssm.instances.setOnline('i-0b', false);
  expect(await refusal('sendCommand', { DocumentName: 'Supervisor', InstanceIds: ['i-0a', 'i-0b', 'i-0c'] })).toEqual({
    error: 'Ssm.InvalidInstanceIdException',
    cause: 'Instances [[i-0b, i-0c]] not in a valid state for account 111122223333',
  });
  expect((await refusal('sendCommand', { DocumentName: 'Nothing', InstanceIds: ['i-0a'] })).error).toBe(
    'Ssm.InvalidDocumentException',
  );
  expect((await refusal('sendCommand', { DocumentName: 'Supervisor' })).error).toBe('Ssm.InvalidInstanceIdException');
});

test('sending takes the permission for the document and for each machine', async () => {
  const { send, refusal, call } = stage();
  const document = 'arn:aws:ssm:eu-west-1:111122223333:document/Supervisor';
  const allow = (Resource: string, Condition?: Record<string, Record<string, string>>) =>
    ({ Effect: 'Allow', Action: 'ssm:SendCommand', Resource, ...(Condition && { Condition }) }) as const;
  const request = { DocumentName: 'Supervisor', InstanceIds: ['i-0a'] };
  expect((await refusal('sendCommand', request, { principal: allowing(allow(document)) })).cause).toContain(
    'ssm:SendCommand on resource: arn:aws:ec2:eu-west-1:111122223333:instance/i-0a',
  );
  const tagged = allowing(
    allow(document),
    allow('arn:aws:ec2:*:*:instance/*', { StringEquals: { 'ssm:resourceTag/role': 'batch' } }),
  );
  await call('sendCommand', request, { principal: tagged });
  expect((await refusal('sendCommand', { ...request, InstanceIds: ['i-0b'] }, { principal: tagged })).error).toBe(
    'Ssm.SsmException',
  );
  await send({ InstanceIds: ['i-0b'] });
});

test('machines are listed with whether they answer', async () => {
  const { call, ssm, refusal } = stage();
  ssm.instances.setOnline('i-0b', false);
  expect(await call('describeInstanceInformation')).toMatchObject({
    InstanceInformationList: [
      { InstanceId: 'i-0a', PingStatus: 'Online' },
      { InstanceId: 'i-0b', PingStatus: 'ConnectionLost' },
    ],
  });
  const filtered = (Key: string, value: string) => ({ Filters: [{ Key, Values: [value] }] });
  expect(await call('describeInstanceInformation', filtered('tag:role', 'web'))).toMatchObject({
    InstanceInformationList: [{ InstanceId: 'i-0b' }],
  });
  expect(
    await call('describeInstanceInformation', { ...filtered('PingStatus', 'Online'), MaxResults: 5 }),
  ).toMatchObject({
    InstanceInformationList: [{ InstanceId: 'i-0a' }],
  });
  expect((await refusal('describeInstanceInformation', filtered('Color', 'x'))).error).toBe(
    'Ssm.InvalidFilterKeyException',
  );
});
