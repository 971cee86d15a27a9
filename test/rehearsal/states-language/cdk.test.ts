import {
  App,
  Duration,
  Stack,
  aws_stepfunctions as sfn,
  aws_sns as sns,
  aws_stepfunctions_tasks as tasks,
} from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { TaskRequest } from '../../../rehearsal/states-language';
import { expectAslValidator, failure, run, typesOf } from './harness';

/** The definition as CloudFormation would hand it over, for a stack of account 123456789012. */
function rendered(build: (stack: Stack) => sfn.IChainable): object {
  const stack = new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'us-east-1' } });
  new sfn.StateMachine(stack, 'Machine', {
    definitionBody: sfn.DefinitionBody.fromChainable(build(stack)),
    queryLanguage: sfn.QueryLanguage.JSONATA,
    timeout: Duration.hours(2),
  });
  const [machine] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  return JSON.parse(resolve(machine?.Properties.DefinitionString));
}

function resolve(value: string | { 'Fn::Join': [string, (string | { Ref: string })[]] }): string {
  if (typeof value === 'string') return value;
  const [separator, parts] = value['Fn::Join'];
  const literal = (part: string | { Ref: string }) =>
    typeof part === 'string'
      ? part
      : part.Ref === 'AWS::Partition'
        ? 'aws'
        : `arn:aws:states:us-east-1:123456789012:activity:${part.Ref}`;
  return parts.map(literal).join(separator);
}

/** Change a record, poll until the change is in sync, and tell; or give up, and say why. */
const changeAndPoll = (stack: Stack) => {
  const change = tasks.CallAwsService.jsonata(stack, 'Change the record', {
    service: 'route53',
    action: 'changeResourceRecordSets',
    parameters: {
      HostedZoneId: 'Z1',
      ChangeBatch: { Changes: [{ Action: 'UPSERT', Name: '{% $states.input.name %}' }] },
    },
    iamResources: ['arn:aws:route53:::hostedzone/Z1'],
    assign: { changeId: '{% $states.result.ChangeInfo.Id %}' },
  });
  const poll = tasks.CallAwsService.jsonata(stack, 'Is it in sync?', {
    service: 'route53',
    action: 'getChange',
    parameters: { Id: '{% $changeId %}' },
    iamResources: ['arn:aws:route53:::change/*'],
    outputs: { status: '{% $states.result.ChangeInfo.Status %}' },
  });
  const wait = sfn.Wait.jsonata(stack, 'Wait for Route 53', { time: sfn.WaitTime.duration(Duration.seconds(5)) });
  const gaveUp = sfn.Fail.jsonata(stack, 'Gave up', { error: '{% $why.Error %}', cause: '{% $why.Cause %}' });
  for (const state of [change, poll]) {
    state.addRetry({
      errors: ['Route53.PriorRequestNotCompleteException'],
      interval: Duration.seconds(2),
      maxAttempts: 2,
    });
    state.addCatch(gaveUp, { assign: { why: '{% $states.errorOutput %}' } });
  }
  const inSync = sfn.Succeed.jsonata(stack, 'In sync', { outputs: { change: '{% $changeId %}' } });
  return change
    .next(poll)
    .next(
      sfn.Choice.jsonata(stack, 'Decide')
        .when(sfn.Condition.jsonata("{% $states.input.status = 'INSYNC' %}"), inSync)
        .otherwise(wait.next(poll)),
    );
};

test('asl-validator takes what the CDK renders, too', () => {
  expectAslValidator(rendered(changeAndPoll));
  expectAslValidator(rendered(stopAndAsk));
});

test('a machine rendered by the CDK polls until the service says so', async () => {
  const change = { ChangeInfo: { Id: 'C7', Status: 'PENDING' } };
  const synced = { ChangeInfo: { Id: 'C7', Status: 'INSYNC' } };
  const seen: unknown[] = [];
  const record = (answer: object) => (request: TaskRequest) => {
    seen.push(request.arguments);
    return answer;
  };
  const { result, execution } = await run(rendered(changeAndPoll), {
    input: { name: 'sessions.internal' },
    tasks: {
      'Change the record': [failure('Route53.PriorRequestNotCompleteException'), record(change)],
      'Is it in sync?': [record(change), record(change), record(synced)],
    },
  });
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: { change: 'C7' } });
  expect(result.stopDate.getTime() - result.startDate.getTime()).toBe(12_000);
  expect(seen).toEqual([
    { HostedZoneId: 'Z1', ChangeBatch: { Changes: [{ Action: 'UPSERT', Name: 'sessions.internal' }] } },
    { Id: 'C7' },
    { Id: 'C7' },
    { Id: 'C7' },
  ]);
  expect(execution.transitions).toBe(11);
});

test('and fails with the error that made it give up', async () => {
  const { result } = await run(rendered(changeAndPoll), {
    input: { name: 'sessions.internal' },
    tasks: { 'Change the record': [failure('Route53.NoSuchHostedZoneException', 'No hosted zone Z1')] },
  });
  expect(result).toMatchObject({
    status: 'FAILED',
    error: 'Route53.NoSuchHostedZoneException',
    cause: 'No hosted zone Z1',
  });
});

/** For each workload: stop it by the host's activity, within a Map; ask for approval by token beside it. */
const stopAndAsk = (stack: Stack) => {
  const stop = tasks.StepFunctionsInvokeActivity.jsonata(stack, 'Stop it', {
    activity: new sfn.Activity(stack, 'Host'),
    heartbeatTimeout: sfn.Timeout.duration(Duration.seconds(30)),
    taskTimeout: sfn.Timeout.duration(Duration.minutes(5)),
  });
  const each = sfn.Map.jsonata(stack, 'Each workload', {
    items: sfn.ProvideItems.jsonata('{% $states.input.workloads %}'),
    itemSelector: { verb: 'stop', args: { workload: '{% $states.context.Map.Item.Value %}' } },
    maxConcurrency: 1,
  }).itemProcessor(stop);
  const ask = tasks.SnsPublish.jsonata(stack, 'Ask', {
    topic: sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:us-east-1:123456789012:approvals'),
    integrationPattern: sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    message: sfn.TaskInput.fromObject({ token: '{% $states.context.Task.Token %}' }),
    taskTimeout: sfn.Timeout.duration(Duration.hours(1)),
  });
  return sfn.Parallel.jsonata(stack, 'Quiesce', {
    outputs: { stopped: '{% $states.result[0] %}', by: '{% $states.result[1].by %}' },
  })
    .branch(each)
    .branch(ask)
    .addCatch(sfn.Pass.jsonata(stack, 'Nobody answered', { outputs: { error: '{% $states.input.Error %}' } }), {
      errors: ['States.Timeout'],
    });
};

test('activities, tokens, Map and Parallel of the CDK run together', async () => {
  const stop = ({ started, arguments: given }: TaskRequest) => {
    started('host');
    return (given as { args: { workload: string } }).args.workload;
  };
  const ask = ({ submitted, arguments: given, taskToken }: TaskRequest) => {
    expect(given).toMatchObject({ Message: { token: taskToken } });
    submitted({ MessageId: 'M' });
    return { by: 'operator' };
  };
  const definition = rendered(stopAndAsk);
  const { result, execution } = await run(definition, {
    input: { workloads: ['watcher', 'api'] },
    tasks: { 'Stop it': [stop], Ask: [ask] },
  });
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: { stopped: ['watcher', 'api'], by: 'operator' } });
  expect(typesOf(execution).filter((type) => type === 'ActivityScheduled')).toHaveLength(2);
});

test('and the answer that never comes is caught', async () => {
  const { result } = await run(rendered(stopAndAsk), {
    input: { workloads: [] },
    tasks: { Ask: [() => new Promise(() => {})] },
  });
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: { error: 'States.Timeout' } });
});
