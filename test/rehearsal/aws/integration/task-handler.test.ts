import { systemClock } from '../../../../rehearsal/aws/clock';
import { ControlPlane } from '../../../../rehearsal/aws/control-plane';
import { AwsEndpoint } from '../../../../rehearsal/aws/endpoint/endpoint';
import { EventBridge } from '../../../../rehearsal/aws/eventbridge/eventbridge';
import { executionStatusChange } from '../../../../rehearsal/aws/eventbridge/execution-event';
import type { FaultHook } from '../../../../rehearsal/aws/faults';
import { Identifiers } from '../../../../rehearsal/aws/identifiers';
import { startExecutionTarget } from '../../../../rehearsal/aws/integration/start-execution-target';
import { StateMachines } from '../../../../rehearsal/aws/integration/state-machines';
import { awsTaskHandler } from '../../../../rehearsal/aws/integration/task-handler';
import type { PolicyStatement } from '../../../../rehearsal/aws/policy';
import { Route53 } from '../../../../rehearsal/aws/route53/route53';
import type { ExecutionView } from '../../../../rehearsal/aws/sfn/executions';
import { Sfn } from '../../../../rehearsal/aws/sfn/sfn';
import { Sns } from '../../../../rehearsal/aws/sns';
import { Ssm } from '../../../../rehearsal/aws/ssm/ssm';
import { VirtualClock } from '../../../../rehearsal/states-language';
import { faultFor } from '../fault-for';
import { allowing, anyone } from '../test-environment';

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:cutover';
const ACTIVITY = 'arn:aws:states:eu-west-1:111122223333:activity:agent';
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:approvals';
const ROLE = 'arn:aws:iam::111122223333:role/Machine';
const everything: PolicyStatement = { Effect: 'Allow', Action: '*', Resource: '*' };

interface StageProps {
  readonly statements?: readonly PolicyStatement[];
  readonly faults?: FaultHook;
}

/** A state machine of the given states, the first of them first, on a control plane of its own. */
function testbed(states: Record<string, object>, { statements = [everything], faults }: StageProps = {}) {
  const environment = {
    account: '111122223333',
    region: 'eu-west-1',
    clock: systemClock,
    ids: new Identifiers('handler'),
  };
  const ended = new Map<string, (execution: ExecutionView) => void>();
  const broken: unknown[] = [];
  const assumeRole = (roleArn: string) => ({ ...allowing(...statements), roleArn });

  const machines: StateMachines = new StateMachines({
    machines: [
      {
        arn: MACHINE,
        roleArn: ROLE,
        definition: { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states },
      },
    ],
    clock: new VirtualClock(),
    taskHandler: (request) => handler(request),
    onStatusChange: (execution) => {
      void eventbridge.put(executionStatusChange(execution, environment));
      if (execution.status !== 'RUNNING') {
        ended.get(execution.name)?.(execution);
      }
    },
    onFault: (_arn, fault) => broken.push(fault),
  });
  const sfn = new Sfn({ environment, activityArns: [ACTIVITY], runner: machines });
  const route53 = new Route53({ environment, propagationMs: () => 0 });
  route53.addZone('Z1', 'internal.example');
  const sns = new Sns({ environment, topics: [{ arn: TOPIC }] });
  const ssm = new Ssm({ environment, runCommand: () => Promise.reject(new Error('no machines')) });
  const eventbridge = new EventBridge({
    environment,
    invoke: (...target) => startExecutionTarget(plane, assumeRole)(...target),
  });
  const services = [sfn, route53, sns, ssm, eventbridge];
  const plane = new ControlPlane({ environment, services, ...(faults && { faults }) });
  const handler = awsTaskHandler({ plane, sfn, assumeRole });

  const call = (service: string, action: string, given: Record<string, unknown>) =>
    plane.call({ service, action, arguments: given, principal: anyone });
  const run = async (name: string, input: object = {}): Promise<ExecutionView> => {
    const end = new Promise<ExecutionView>((resolve) => ended.set(name, resolve));
    await call('sfn', 'startExecution', { stateMachineArn: MACHINE, name, input: JSON.stringify(input) });
    return end;
  };
  return { plane, sfn, sns, ssm, eventbridge, machines, broken, call, run };
}

const sdk = (action: string, more: object) => ({
  Type: 'Task',
  Resource: `arn:aws:states:::aws-sdk:${action}`,
  End: true,
  ...more,
});

const upsert = (more: object = {}) => ({
  HostedZoneId: 'Z1',
  ChangeBatch: {
    Changes: [
      {
        Action: 'UPSERT',
        ResourceRecordSet: {
          Name: 'a.internal.example',
          Type: 'CNAME',
          Ttl: 5,
          ResourceRecords: [{ Value: 'b.example' }],
          ...more,
        },
      },
    ],
  },
});

describe('an SDK integration', () => {
  test('takes and gives the names of the SDK for Java 2', async () => {
    const { run } = testbed({
      Change: sdk('route53:changeResourceRecordSets', { Arguments: upsert(), End: undefined, Next: 'List' }),
      List: sdk('route53:listResourceRecordSets', {
        Arguments: { HostedZoneId: 'Z1', StartRecordName: 'a.internal.example', MaxItems: '1' },
        Output: { ttl: '{% $states.result.ResourceRecordSets[0].Ttl %}', change: '{% $states.input.ChangeInfo.Id %}' },
      }),
    });
    const execution = await run('one');
    expect(JSON.parse(execution.output ?? '')).toEqual({ ttl: 5, change: expect.stringMatching(/^C[0-9A-F]{20}$/) });
  });

  test("refuses the API's own spelling, which no Catch can hide", async () => {
    const { run } = testbed({
      Change: sdk('route53:changeResourceRecordSets', {
        Arguments: '{% $states.input %}',
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Hidden' }],
      }),
      Hidden: { Type: 'Succeed' },
    });
    expect(await run('one', upsert({ TTL: 5 }))).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: expect.stringContaining(
        'The field "ChangeBatch.Changes[0].ResourceRecordSet.TTL" is not supported by Step Functions',
      ),
    });
  });

  test('fails with the exception’s name, and its text as cause', async () => {
    const { run } = testbed({ Read: sdk('ssm:getParameter', { Arguments: { Name: '/none' } }) });
    expect(await run('one')).toMatchObject({
      status: 'FAILED',
      error: 'Ssm.ParameterNotFoundException',
      cause: expect.stringMatching(
        /^Service returned error code ParameterNotFound \(Service: Ssm, Status Code: 400, Request ID: [0-9a-f-]{36}\)$/,
      ),
    });
  });

  test('may do no more than the role of its state machine', async () => {
    const { run, ssm } = testbed(
      { Write: sdk('ssm:putParameter', { Arguments: { Name: '/a', Value: 'a', Type: 'String' } }) },
      { statements: [{ ...everything, Action: 'ssm:GetParameter' }] },
    );
    expect(await run('one')).toMatchObject({
      error: 'Ssm.SsmException',
      cause: expect.stringContaining(
        'is not authorized to perform: ssm:PutParameter on resource: arn:aws:ssm:eu-west-1:111122223333:parameter/a',
      ),
    });
    expect(ssm.parameters.valueOf('/a')).toBeUndefined();
  });

  test('with what cannot be rehearsed ends the rehearsal, not the state', async () => {
    const { run, broken } = testbed({
      Ask: sdk('ssm:getInventory', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Hidden' }] }),
      Hidden: { Type: 'Succeed' },
    });
    void run('one');
    while (broken.length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(String(broken[0])).toContain('ssm:getInventory cannot be rehearsed');
  });
});

describe('a fault', () => {
  const write = sdk('ssm:putParameter', {
    Arguments: { Name: '/a', Value: 'a', Type: 'String' },
    Retry: [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 1, MaxAttempts: 2 }],
  });
  const atWrite = ({ state }: { state: string | undefined }) => state === 'Write';

  test('happens to the state that was chosen, as often as was said', async () => {
    const { run, plane } = testbed({ Write: write }, { faults: faultFor(atWrite, { kind: 'throttle' }, 2) });
    expect((await run('one')).status).toBe('SUCCEEDED');
    expect(plane.journal.entries.filter(({ state }) => state === 'Write').map(({ outcome }) => outcome)).toEqual([
      'Ssm.SsmException',
      'Ssm.SsmException',
      'ok',
    ]);
  });

  test('of any kind looks like AWS’s own', async () => {
    const error = async (faults: FaultHook) => (await testbed({ Write: write }, { faults }).run('one')).error;
    expect(await error(faultFor(atWrite, { kind: 'accessDenied' }, 3))).toBe('Ssm.SsmException');
    expect(await error(faultFor(atWrite, { kind: 'fail', code: 'InternalServerError' }, 3))).toBe(
      'Ssm.InternalServerErrorException',
    );
    expect(await error(faultFor(atWrite, { kind: 'delay', ms: 1 }))).toBeUndefined();
  });
});

describe('a task token', () => {
  const announce = sdk('ssm:putParameter.waitForTaskToken', {
    Arguments: { Name: '/approval', Type: 'String', Value: '{% $states.context.Task.Token %}' },
    HeartbeatSeconds: 3600,
  });

  async function carriedAway(ssm: Ssm): Promise<string> {
    for (;;) {
      const token = ssm.parameters.valueOf('/approval');
      if (token !== undefined) {
        return token;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  test('carries the answer back to the state that waits', async () => {
    const { run, call, ssm, machines } = testbed({ Approve: announce });
    const ends = run('one');
    const taskToken = await carriedAway(ssm);
    await call('sfn', 'sendTaskSuccess', { taskToken, output: '{"by":"me"}' });
    expect(JSON.parse((await ends).output ?? '')).toEqual({ by: 'me' });
    const history = machines
      .execution(`${MACHINE.replace('stateMachine', 'execution')}:one`)
      ?.history.map(({ type }) => type);
    expect(history).toContain('TaskSubmitted');
  });

  test('of a stopped execution is no good any more', async () => {
    const { run, call, ssm } = testbed({ Approve: announce });
    const ends = run('one');
    const taskToken = await carriedAway(ssm);
    await call('sfn', 'stopExecution', { executionArn: `${MACHINE.replace('stateMachine', 'execution')}:one` });
    expect((await ends).status).toBe('ABORTED');
    await expect(call('sfn', 'sendTaskSuccess', { taskToken, output: '{}' })).rejects.toMatchObject({
      errorName: 'Sfn.TaskTimedOutException',
    });
  });
});

describe('an activity', () => {
  const work = { Type: 'Task', Resource: ACTIVITY, Arguments: { verb: 'redis.status', args: {} }, End: true };

  test('is worked on through the API', async () => {
    const { run, call } = testbed({ Work: work });
    const ends = run('one');
    const { taskToken, input } = (await call('sfn', 'getActivityTask', { activityArn: ACTIVITY })) as {
      taskToken: string;
      input: string;
    };
    expect(JSON.parse(input)).toEqual({ verb: 'redis.status', args: {} });
    await call('sfn', 'sendTaskFailure', { taskToken, error: 'Agent.WritesContinue', cause: 'writes go on' });
    expect(await ends).toMatchObject({ status: 'FAILED', error: 'Agent.WritesContinue', cause: 'writes go on' });
  });

  test('that nobody has created ends the execution', async () => {
    const { run } = testbed({ Work: { ...work, Resource: `${ACTIVITY}x` } });
    expect(await run('one')).toMatchObject({
      error: 'States.Runtime',
      cause: `Activity Does Not Exist: '${ACTIVITY}x'`,
    });
  });
});

describe('publishing to a topic', () => {
  const publish = (given: object) => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::sns:publish',
    Arguments: given,
    End: true,
  });

  test('sends an object as JSON', async () => {
    const { run, sns } = testbed({ Announce: publish({ TopicArn: TOPIC, Message: { ready: true } }) });
    expect(JSON.parse((await run('one')).output ?? '')).toMatchObject({ MessageId: expect.any(String) });
    expect(sns.published).toMatchObject([{ message: '{"ready":true}' }]);
  });

  test('fails under the names that optimized integrations have', async () => {
    const { run } = testbed({ Announce: publish({ TopicArn: `${TOPIC}x`, Message: 'a' }) });
    expect((await run('one')).error).toBe('SNS.NotFoundException');
  });

  test('another optimized integration cannot be rehearsed', async () => {
    const { run, broken } = testbed({
      Send: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', Arguments: {}, End: true },
    });
    void run('one');
    while (broken.length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(String(broken[0])).toContain('The optimized integration sqs:sendMessage cannot be rehearsed');
  });
});

describe('putting events', () => {
  const put = (entry: object) => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::events:putEvents',
    Arguments: { Entries: [{ Source: 'shop', DetailType: 'Done', Detail: { well: true }, ...entry }] },
    End: true,
  });

  test('sends an object, and names the execution and its state machine', async () => {
    const { run, eventbridge } = testbed({ Tell: put({}) });
    expect(JSON.parse((await run('one')).output ?? '')).toMatchObject({ FailedEntryCount: 0 });
    expect(eventbridge.events).toMatchObject([
      {
        source: 'shop',
        'detail-type': 'Done',
        detail: { well: true },
        resources: [`${MACHINE.replace('stateMachine', 'execution')}:one`, MACHINE],
      },
    ]);
  });

  test.each([
    [{ Source: 'aws.shop' }, 'NotAuthorizedForSourceException'],
    [{ Detail: 'no JSON' }, 'MalformedDetail'],
  ])('fails where an entry such as %j is not taken', async (entry, code) => {
    const { run, eventbridge } = testbed({ Tell: put(entry) });
    expect(await run('one')).toMatchObject({
      error: 'EventBridge.FailedEntry',
      cause: expect.stringContaining(code),
    });
    expect(eventbridge.events).toEqual([]);
  });

  test('needs a permission for that source', async () => {
    const narrow = { 'ForAllValues:StringEquals': { 'events:source': 'other' } };
    const statements = [{ ...everything, Action: 'events:PutEvents', Condition: narrow }];
    const { run } = testbed({ Tell: put({}) }, { statements });
    expect((await run('one')).cause).toContain('is not authorized to perform: events:PutEvents');
  });
});

describe('a rule for executions that were stopped', () => {
  const wait = { Wait: { Type: 'Task', Resource: ACTIVITY, End: true } };
  const rule = {
    name: 'recover',
    enabled: true,
    pattern: {
      source: ['aws.states'],
      detail: { status: ['ABORTED'], input: [{ 'anything-but': { wildcard: '*recover*' } }] },
    },
    targets: [{ arn: MACHINE, roleArn: ROLE, input: '{"action":"recover"}' }],
  };
  const stopOne = async ({ run, call, eventbridge, machines }: ReturnType<typeof testbed>) => {
    eventbridge.addRule(rule);
    const ends = run('one', { action: 'cutover' });
    while (machines.executions(MACHINE).length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    await call('sfn', 'stopExecution', { executionArn: `${MACHINE.replace('stateMachine', 'execution')}:one` });
    await ends;
    while (eventbridge.deliveries.length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  test('starts the next one under its own role', async () => {
    const staged = testbed(wait);
    await stopOne(staged);
    expect(staged.machines.executions(MACHINE)).toMatchObject([
      { status: 'RUNNING', input: '{"action":"recover"}' },
      { status: 'ABORTED', input: '{"action":"cutover"}' },
    ]);
  });

  test('starts nothing that the role may not start', async () => {
    const staged = testbed(wait, { statements: [{ ...everything, Action: 'ssm:*' }] });
    await stopOne(staged);
    expect(staged.eventbridge.deliveries[0]?.error).toContain('is not authorized to perform: states:StartExecution');
    expect(staged.machines.executions(MACHINE)).toHaveLength(1);
  });
});

test('the endpoint and the interpreter share one control plane', async () => {
  const { plane, run, sfn } = testbed({ Work: { Type: 'Task', Resource: ACTIVITY, End: true } });
  const endpoint = new AwsEndpoint({ plane, onFault: (fault) => Promise.reject(fault) });
  const url = await endpoint.start();
  try {
    const { SFNClient, GetActivityTaskCommand, SendTaskSuccessCommand } = await import('@aws-sdk/client-sfn');
    const worker = new SFNClient({ endpoint: url, region: 'eu-west-1', credentials: endpoint.credentialsFor(anyone) });
    const ends = run('one');
    const { taskToken } = await worker.send(new GetActivityTaskCommand({ activityArn: ACTIVITY }));
    await worker.send(new SendTaskSuccessCommand({ taskToken, output: '{"done":1}' }));
    expect(JSON.parse((await ends).output ?? '')).toEqual({ done: 1 });
    expect(sfn.activities.workers(ACTIVITY)).toBe(0);
    worker.destroy();
  } finally {
    await endpoint.stop();
  }
});
