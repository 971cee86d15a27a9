import { setTimeout as sleep } from 'node:timers/promises';
import type {
  DescribeStateMachineInput,
  DescribeStateMachineOutput,
  GetActivityTaskInput,
  GetActivityTaskOutput,
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
  SendTaskFailureInput,
  SendTaskFailureOutput,
  SendTaskHeartbeatInput,
  SendTaskHeartbeatOutput,
  SendTaskSuccessInput,
  SendTaskSuccessOutput,
  Tag,
  TestStateInput,
  TestStateOutput,
} from '@aws-sdk/client-sfn';
import type { StateMachine } from '../../assembly';
import { AwsError } from '../aws-error';
import type { AwsEnvironment } from '../environment';
import type { AwsService, Caller, Need, Operation } from '../service';
import { Activities } from './activities';
import { Executions, type ExecutionView, type StateMachineRunner } from './executions';
import { TaskTokens } from './task-tokens';
import { testState } from './test-state';

export interface SfnProps {
  readonly environment: AwsEnvironment;
  readonly activityArns: readonly string[];
  readonly runner: StateMachineRunner;
  /** By the ARN of a state machine or an activity. @default - none has any */
  readonly tags?: ReadonlyMap<string, readonly Tag[]>;
  /** What can be described of state machines. @default - none */
  readonly machines?: readonly StateMachine[];
  /** How long an execution that has ended is described as running. Milliseconds. @default 0 */
  readonly endShownAfterMs?: number;
}

const ASK_AGAIN_MS = 50;

const TEST_STATE: Operation<TestStateInput, TestStateOutput> = {
  needs: () => [{ action: 'states:TestState', resources: ['*'] }],
  run: testState,
};

/** Step Functions' API: what workers, operators and other services see of it. The interpreter is behind `runner`. */
export class Sfn implements AwsService {
  readonly identifier = 'sfn';
  readonly activities: Activities;
  readonly tokens = new TaskTokens();
  readonly operations: AwsService['operations'];

  private readonly runner: StateMachineRunner;
  private readonly activityArns: readonly string[];
  private readonly tags: ReadonlyMap<string, readonly Tag[]>;
  private readonly machines: readonly StateMachine[];

  constructor({ environment, activityArns, runner, tags = new Map(), machines = [], endShownAfterMs }: SfnProps) {
    this.runner = runner;
    this.activityArns = activityArns;
    this.tags = tags;
    this.machines = machines;
    this.activities = new Activities(environment.clock, activityArns);
    this.operations = {
      ...new Executions(environment, runner, endShownAfterMs).operations,
      ...this.taskOperations,
      testState: TEST_STATE,
      listTagsForResource: {
        needs: ({ resourceArn }) => [{ action: 'states:ListTagsForResource', resources: [resourceArn ?? '*'] }],
        run: ({ resourceArn }) => ({ tags: this.tagsOf(resourceArn ?? '') }),
      } satisfies Operation<ListTagsForResourceInput, ListTagsForResourceOutput>,
      describeStateMachine: {
        needs: ({ stateMachineArn }) => [
          { action: 'states:DescribeStateMachine', resources: [stateMachineArn ?? '*'] },
        ],
        run: ({ stateMachineArn }) => this.describe(stateMachineArn ?? '', environment),
      } satisfies Operation<DescribeStateMachineInput, DescribeStateMachineOutput>,
    };
  }

  /** Resolves when the execution is over, or not at all. */
  async ended(stateMachineArn: string, executionArn: string): Promise<void> {
    if (this.runner.ended !== undefined) return this.runner.ended(executionArn);
    while (this.find(stateMachineArn, executionArn)?.status === 'RUNNING') await sleep(ASK_AGAIN_MS);
  }

  /** As it is, whatever is described of it. */
  find(stateMachineArn: string, executionArn: string): ExecutionView | undefined {
    return this.runner.executions(stateMachineArn).find((execution) => execution.executionArn === executionArn);
  }

  private readonly taskOperations = {
    getActivityTask: {
      needs: ({ activityArn }) => [{ action: 'states:GetActivityTask', resources: [activityArn ?? '*'] }],
      run: (request, caller) => this.getActivityTask(request, caller),
    } satisfies Operation<GetActivityTaskInput, GetActivityTaskOutput>,
    sendTaskSuccess: {
      needs: ({ taskToken }) => this.needs('SendTaskSuccess', taskToken),
      run: ({ taskToken = '', output = '' }) => {
        this.tokens.succeed(taskToken, output);
        return {};
      },
    } satisfies Operation<SendTaskSuccessInput, SendTaskSuccessOutput>,
    sendTaskFailure: {
      needs: ({ taskToken }) => this.needs('SendTaskFailure', taskToken),
      run: ({ taskToken = '', error = '', cause = '' }) => {
        this.tokens.fail(taskToken, error, cause);
        return {};
      },
    } satisfies Operation<SendTaskFailureInput, SendTaskFailureOutput>,
    sendTaskHeartbeat: {
      needs: ({ taskToken }) => this.needs('SendTaskHeartbeat', taskToken),
      run: ({ taskToken = '' }) => {
        this.tokens.heartbeat(taskToken);
        return {};
      },
    } satisfies Operation<SendTaskHeartbeatInput, SendTaskHeartbeatOutput>,
  };

  /** @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListTagsForResource.html */
  private tagsOf(arn: string): Tag[] {
    if (!/^arn:[^:]+:states:[^:]*:[^:]*:(stateMachine|activity):[^:]+$/.test(arn)) {
      throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
    }
    if (![...this.runner.stateMachineArns, ...this.activityArns].includes(arn)) {
      throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`);
    }
    return [...(this.tags.get(arn) ?? [])];
  }

  /** @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html */
  private describe(arn: string, { clock }: AwsEnvironment): DescribeStateMachineOutput {
    if (!/^arn:[^:]+:states:[^:]*:[^:]*:stateMachine:[^:]+$/.test(arn)) {
      throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
    }
    const machine = this.machines.find((one) => one.arn === arn);
    if (machine === undefined) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    const { name, type, roleArn, definition } = machine;
    return {
      stateMachineArn: arn,
      name,
      type,
      roleArn,
      definition: JSON.stringify(definition),
      status: 'ACTIVE',
      creationDate: new Date(clock.now()),
    };
  }

  /** Answers with nothing but 200 when no task came. */
  private async getActivityTask(
    { activityArn = '', workerName }: GetActivityTaskInput,
    { signal }: Caller,
  ): Promise<GetActivityTaskOutput> {
    const task = await this.activities.poll(activityArn, workerName, signal);
    return task === undefined ? {} : { taskToken: task.token, input: task.input };
  }

  /** IAM looks at the resource that the token's task belongs to; a token that names none is refused as such. */
  /** docs/aws-facts.md#sfn-answer-resource */
  private needs(action: string, token: string | undefined): readonly Need[] {
    const resource = this.tokens.resourceOf(token ?? '');
    return resource === undefined ? [] : [{ action: `states:${action}`, resources: [resource] }];
  }
}
