import type { CommandOutcome, Delivery } from '../../../../rehearsal/aws/ssm/command-invocations';
import { commandDocument } from '../../../../rehearsal/aws/ssm/document';
import { Ssm } from '../../../../rehearsal/aws/ssm/ssm';
import { allowing, callerOf, testEnvironment } from '../test-environment';

const SUPERVISOR = commandDocument('Supervisor', {
  schemaVersion: '2.2',
  parameters: { program: { type: 'String', default: 'watcher' } },
  mainSteps: [
    { action: 'aws:runShellScript', name: 'stop', inputs: { runCommand: ['supervisorctl stop {{ program }}'] } },
  ],
});

function testbed(delivery: Delivery = {}) {
  const { clock, environment } = testEnvironment();
  const orders: {
    instanceId: string;
    parameters: unknown;
    end: (outcome: CommandOutcome) => void;
    die: (error: Error) => void;
  }[] = [];
  const ssm = new Ssm({
    environment,
    documents: [SUPERVISOR],
    delivery: () => delivery,
    runCommand: ({ instance, parameters }, signal) =>
      new Promise((resolve, reject) => {
        orders.push({ instanceId: instance.instanceId, parameters, end: resolve, die: reject });
        signal.addEventListener('abort', () => resolve({ exitCode: 137, stdout: '', stderr: '' }));
      }),
  });
  ssm.instances.register({ instanceId: 'i-0aaaaaaaaaaaaaaaa', tags: { role: 'batch' } });
  ssm.instances.register({ instanceId: 'i-0bbbbbbbbbbbbbbbb', tags: { role: 'web' } });
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
  const { send, call, orders, end, clock } = testbed();
  const CommandId = await send({ InstanceIds: ['i-0aaaaaaaaaaaaaaaa'], Parameters: { program: ['watcher'] } });
  await clock.pass(1000);
  const ask = () => call('getCommandInvocation', { CommandId, InstanceId: 'i-0aaaaaaaaaaaaaaaa' });
  expect(await ask()).toMatchObject({ Status: 'InProgress', ResponseCode: -1 });
  expect(orders).toMatchObject([{ instanceId: 'i-0aaaaaaaaaaaaaaaa', parameters: { program: ['watcher'] } }]);
  await end(0, 0, 'stopped');
  expect(await ask()).toMatchObject({ Status: 'Success', ResponseCode: 0, StandardOutputContent: 'stopped' });
});

test('a command that ends with another code than 0 has failed', async () => {
  const { send, call, end } = testbed();
  const CommandId = await send({ InstanceIds: ['i-0aaaaaaaaaaaaaaaa'] });
  await end(0, 3);
  expect(await call('getCommandInvocation', { CommandId, InstanceId: 'i-0aaaaaaaaaaaaaaaa' })).toMatchObject({
    Status: 'Failed',
    ResponseCode: 3,
  });
});

test('an agent that dies on the way leaves a command that times out', async () => {
  const { send, call, orders, clock } = testbed();
  const CommandId = await send({ InstanceIds: ['i-0aaaaaaaaaaaaaaaa'] });
  orders[0]?.die(new Error('gone'));
  await clock.pass(1000);
  expect(await call('getCommandInvocation', { CommandId, InstanceId: 'i-0aaaaaaaaaaaaaaaa' })).toMatchObject({
    Status: 'TimedOut',
  });
});

test('targets choose machines by tag, and may find none', async () => {
  const { send, call, orders, clock } = testbed();
  const CommandId = await send(byRole('batch'));
  await send(byRole('nobody'));
  await clock.pass(1000);
  expect(orders.map(({ instanceId }) => instanceId)).toEqual(['i-0aaaaaaaaaaaaaaaa']);
  expect(await call('listCommandInvocations', { CommandId, Details: true })).toMatchObject({
    CommandInvocations: [
      { InstanceId: 'i-0aaaaaaaaaaaaaaaa', Status: 'InProgress', CommandPlugins: [{ Status: 'InProgress' }] },
    ],
  });
});

test('a machine that is offline gets the command by tag only once it is back', async () => {
  const { send, call, ssm, clock, orders } = testbed();
  ssm.instances.setOnline('i-0aaaaaaaaaaaaaaaa', false);
  const CommandId = await send(byRole('batch'));
  await clock.pass(1000);
  expect(orders).toEqual([]);
  const ask = () => call('getCommandInvocation', { CommandId, InstanceId: 'i-0aaaaaaaaaaaaaaaa' });
  expect(await ask()).toMatchObject({ Status: 'Pending' });
  ssm.instances.setOnline('i-0aaaaaaaaaaaaaaaa', true);
  expect(await ask()).toMatchObject({ Status: 'InProgress' });
  expect(orders).toHaveLength(1);
});

test('a machine that stays offline for TimeoutSeconds never gets the command', async () => {
  const { send, call, ssm, clock, orders } = testbed();
  ssm.instances.setOnline('i-0aaaaaaaaaaaaaaaa', false);
  const CommandId = await send({ ...byRole('batch'), TimeoutSeconds: 30 });
  await clock.pass(30_000);
  ssm.instances.setOnline('i-0aaaaaaaaaaaaaaaa', true);
  expect(await call('getCommandInvocation', { CommandId, InstanceId: 'i-0aaaaaaaaaaaaaaaa' })).toMatchObject({
    Status: 'TimedOut',
  });
  expect(orders).toEqual([]);
});

test('of many machines no more are sent the command at once than MaxConcurrency, and none once MaxErrors is passed', async () => {
  const { send, call, ssm, orders, end, clock } = testbed();
  for (const id of ['i-0cccccccccccccccc', 'i-0dddddddddddddddd', 'i-0eeeeeeeeeeeeeeee'])
    ssm.instances.register({ instanceId: id, tags: { role: 'batch' } });
  const CommandId = await send({ ...byRole('batch'), MaxConcurrency: '50%', MaxErrors: '1' });
  await clock.pass(1000);
  expect(orders.map(({ instanceId }) => instanceId)).toEqual(['i-0aaaaaaaaaaaaaaaa', 'i-0cccccccccccccccc']);
  await end(0, 1);
  expect(orders).toHaveLength(3);
  await end(1, 1);
  await end(2, 0);
  const { CommandInvocations } = (await call('listCommandInvocations', { CommandId })) as {
    CommandInvocations: { Status: string; StatusDetails: string }[];
  };
  expect(CommandInvocations.map(({ Status, StatusDetails }) => `${Status}/${StatusDetails}`)).toEqual([
    'Failed/Failed',
    'Failed/Failed',
    'Success/Success',
    'Failed/Terminated',
  ]);
});

test('a script that was killed for its time has timed out, and not failed', async () => {
  const { send, call, orders, clock } = testbed();
  const CommandId = await send({ InstanceIds: ['i-0aaaaaaaaaaaaaaaa'] });
  orders[0]?.end({ exitCode: 137, stdout: '', stderr: '', timedOut: true });
  await clock.pass(1000);
  expect(await call('getCommandInvocation', { CommandId, InstanceId: 'i-0aaaaaaaaaaaaaaaa' })).toMatchObject({
    Status: 'TimedOut',
    StatusDetails: 'ExecutionTimedOut',
    ResponseCode: 137,
  });
});

test('a machine that is no more cannot be reached by what waits for it', async () => {
  const { send, call, ssm, clock } = testbed();
  ssm.instances.setOnline('i-0aaaaaaaaaaaaaaaa', false);
  const CommandId = await send(byRole('batch'));
  ssm.instances.deregister('i-0aaaaaaaaaaaaaaaa');
  await clock.pass(1000);
  expect(await call('getCommandInvocation', { CommandId, InstanceId: 'i-0aaaaaaaaaaaaaaaa' })).toMatchObject({
    Status: 'Failed',
    StatusDetails: 'Undeliverable',
    ResponseCode: -1,
  });
});

test('cancelling ends what runs, and what waits never begins', async () => {
  const { send, call, ssm, orders, refusal, clock } = testbed();
  ssm.instances.register({ instanceId: 'i-0cccccccccccccccc', tags: { role: 'batch' } });
  const CommandId = await send({ ...byRole('batch'), MaxConcurrency: '1' });
  await call('cancelCommand', { CommandId });
  await clock.pass(1000);
  for (const InstanceId of ['i-0aaaaaaaaaaaaaaaa', 'i-0cccccccccccccccc']) {
    expect(await call('getCommandInvocation', { CommandId, InstanceId })).toMatchObject({ Status: 'Cancelled' });
  }
  expect(orders).toHaveLength(1);
  expect((await refusal('cancelCommand', { CommandId: 'b0c6e5b5-1111-2222-3333-444455556666' })).error).toBe(
    'Ssm.InvalidCommandIdException',
  );
});

test.each([
  [{ TimeoutSeconds: 29 }, 'Ssm.ValidationException', 'Got 29; its value must be from 30 to 2592000'],
  [{ MaxErrors: 'none' }, 'Ssm.ValidationException', 'MaxErrors: Got "none"; it must match'],
  [{ MaxConcurrency: '101%' }, 'Ssm.ValidationException', 'MaxConcurrency: Got "101%"; it must match'],
  [{ Parameters: { host: ['a'] } }, 'Ssm.InvalidParametersException', 'Undefined parameters: host'],
])('%j with a command is refused', async (more, error, cause) => {
  expect(
    await testbed().refusal('sendCommand', {
      DocumentName: 'Supervisor',
      InstanceIds: ['i-0aaaaaaaaaaaaaaaa'],
      ...more,
    }),
  ).toEqual({
    error,
    cause: expect.stringContaining(cause),
  });
});

test('an invocation cannot be asked for in the first moment', async () => {
  const { send, refusal, clock } = testbed();
  const CommandId = await send({ InstanceIds: ['i-0aaaaaaaaaaaaaaaa'] });
  expect((await refusal('getCommandInvocation', { CommandId, InstanceId: 'i-0aaaaaaaaaaaaaaaa' })).error).toBe(
    'Ssm.InvocationDoesNotExistException',
  );
  await clock.pass(500);
  expect((await refusal('getCommandInvocation', { CommandId, InstanceId: 'i-0bbbbbbbbbbbbbbbb' })).error).toBe(
    'Ssm.InvocationDoesNotExistException',
  );
});

test('unknown and unreachable machines, and unknown documents, are refused', async () => {
  const { refusal, ssm } = testbed();
  ssm.instances.setOnline('i-0bbbbbbbbbbbbbbbb', false);
  expect(
    await refusal('sendCommand', {
      DocumentName: 'Supervisor',
      InstanceIds: ['i-0aaaaaaaaaaaaaaaa', 'i-0bbbbbbbbbbbbbbbb', 'i-0cccccccccccccccc'],
    }),
  ).toEqual({
    error: 'Ssm.InvalidInstanceIdException',
    cause: 'Instances [[i-0bbbbbbbbbbbbbbbb, i-0cccccccccccccccc]] not in a valid state for account 111122223333',
  });
  expect((await refusal('sendCommand', { DocumentName: 'Nothing', InstanceIds: ['i-0aaaaaaaaaaaaaaaa'] })).error).toBe(
    'Ssm.InvalidDocumentException',
  );
  expect((await refusal('sendCommand', { DocumentName: 'Supervisor' })).error).toBe('Ssm.InvalidInstanceIdException');
});

test('sending takes the permission for the document and for each machine', async () => {
  const { send, refusal, call } = testbed();
  const document = 'arn:aws:ssm:eu-west-1:111122223333:document/Supervisor';
  const allow = (Resource: string, Condition?: Record<string, Record<string, string>>) =>
    ({ Effect: 'Allow', Action: 'ssm:SendCommand', Resource, ...(Condition && { Condition }) }) as const;
  const request = { DocumentName: 'Supervisor', InstanceIds: ['i-0aaaaaaaaaaaaaaaa'] };
  expect((await refusal('sendCommand', request, { principal: allowing(allow(document)) })).cause).toContain(
    'ssm:SendCommand on resource: arn:aws:ec2:eu-west-1:111122223333:instance/i-0a',
  );
  const tagged = allowing(
    allow(document),
    allow('arn:aws:ec2:*:*:instance/*', { StringEquals: { 'ssm:resourceTag/role': 'batch' } }),
  );
  await call('sendCommand', request, { principal: tagged });
  expect(
    (await refusal('sendCommand', { ...request, InstanceIds: ['i-0bbbbbbbbbbbbbbbb'] }, { principal: tagged })).error,
  ).toBe('Ssm.SsmException');
  await send({ InstanceIds: ['i-0bbbbbbbbbbbbbbbb'] });
});

test('machines are listed with whether they answer', async () => {
  const { call, ssm, refusal } = testbed();
  ssm.instances.setOnline('i-0bbbbbbbbbbbbbbbb', false);
  expect(await call('describeInstanceInformation')).toMatchObject({
    InstanceInformationList: [
      { InstanceId: 'i-0aaaaaaaaaaaaaaaa', PingStatus: 'Online' },
      { InstanceId: 'i-0bbbbbbbbbbbbbbbb', PingStatus: 'ConnectionLost' },
    ],
  });
  const filtered = (Key: string, value: string) => ({ Filters: [{ Key, Values: [value] }] });
  expect(await call('describeInstanceInformation', filtered('tag:role', 'web'))).toMatchObject({
    InstanceInformationList: [{ InstanceId: 'i-0bbbbbbbbbbbbbbbb' }],
  });
  expect(
    await call('describeInstanceInformation', { ...filtered('PingStatus', 'Online'), MaxResults: 5 }),
  ).toMatchObject({
    InstanceInformationList: [{ InstanceId: 'i-0aaaaaaaaaaaaaaaa' }],
  });
  expect((await refusal('describeInstanceInformation', filtered('Color', 'x'))).error).toBe(
    'Ssm.InvalidFilterKeyException',
  );
});

test('of what a script has printed 24,000 characters are given, of its errors 8,000, and a list has 2,500', async () => {
  const { send, call, orders, clock } = testbed();
  const CommandId = await send({ InstanceIds: ['i-0aaaaaaaaaaaaaaaa'] });
  orders[0]?.end({ exitCode: 0, stdout: 'o'.repeat(30_000), stderr: 'e'.repeat(30_000) });
  await clock.pass(1000);
  expect(await call('getCommandInvocation', { CommandId, InstanceId: 'i-0aaaaaaaaaaaaaaaa' })).toMatchObject({
    StandardOutputContent: 'o'.repeat(24_000),
    StandardErrorContent: 'e'.repeat(8_000),
  });
  expect(await call('listCommandInvocations', { CommandId, Details: true })).toMatchObject({
    CommandInvocations: [{ CommandPlugins: [{ Output: 'o'.repeat(2_500) }] }],
  });
});

test('a command that its agent has taken may begin late, also after its time for delivery', async () => {
  const { send, call, orders, clock, end } = testbed({ afterMs: 120_000 });
  const CommandId = await send({ InstanceIds: ['i-0aaaaaaaaaaaaaaaa'], TimeoutSeconds: 30 });
  const ask = () => call('getCommandInvocation', { CommandId, InstanceId: 'i-0aaaaaaaaaaaaaaaa' });
  await clock.pass(119_000);
  expect(await ask()).toMatchObject({ Status: 'InProgress' });
  expect(orders).toEqual([]);
  await clock.pass(1_000);
  await end(0, 0);
  expect(await ask()).toMatchObject({ Status: 'Success' });
});

test('a command may be carried out twice, and only the first time is told of', async () => {
  const { send, call, orders, end } = testbed({ runs: 'twice' });
  const CommandId = await send({ InstanceIds: ['i-0aaaaaaaaaaaaaaaa'] });
  await end(0, 0, 'first');
  expect(orders.length).toBe(2);
  await end(1, 1, 'second');
  expect(await call('getCommandInvocation', { CommandId, InstanceId: 'i-0aaaaaaaaaaaaaaaa' })).toMatchObject({
    Status: 'Success',
    StandardOutputContent: 'first',
  });
});

test('a command that is lost with its agent is carried out never, and times out', async () => {
  const { send, call, orders, clock } = testbed({ runs: 'lost' });
  const CommandId = await send({ InstanceIds: ['i-0aaaaaaaaaaaaaaaa'] });
  await clock.pass(3_599_000);
  const ask = () => call('getCommandInvocation', { CommandId, InstanceId: 'i-0aaaaaaaaaaaaaaaa' });
  expect(await ask()).toMatchObject({ Status: 'InProgress' });
  await clock.pass(1_000);
  expect(await ask()).toMatchObject({ Status: 'TimedOut', StatusDetails: 'ExecutionTimedOut' });
  expect(orders).toEqual([]);
});
