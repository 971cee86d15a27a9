import { setTimeout as sleep } from 'node:timers/promises';
import type {
  GetActivityTaskInput,
  GetActivityTaskOutput,
  SendTaskFailureInput,
  SendTaskFailureOutput,
  SendTaskHeartbeatInput,
  SendTaskHeartbeatOutput,
  SendTaskSuccessInput,
  SendTaskSuccessOutput,
  TestStateInput,
  TestStateOutput,
} from '@aws-sdk/client-sfn';
import type { AwsEnvironment } from '../environment';
import type { AwsService, Caller, Need, Operation } from '../service';
import { Activities } from './activities';
import { Executions, type StateMachineRunner } from './executions';
import { TaskTokens } from './task-tokens';
import { testState } from './test-state';

export interface SfnProps {
  readonly environment: AwsEnvironment;
  readonly activityArns: readonly string[];
  readonly runner: StateMachineRunner;
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

  constructor({ environment, activityArns, runner }: SfnProps) {
    this.runner = runner;
    this.activities = new Activities(environment.clock, activityArns);
    this.operations = {
      ...new Executions(environment, runner).operations,
      ...this.taskOperations,
      testState: TEST_STATE,
    };
  }

  /** Resolves when the execution is over, or not at all. */
  async ended(stateMachineArn: string, executionArn: string): Promise<void> {
    if (this.runner.ended !== undefined) return this.runner.ended(executionArn);
    const isRunning = () =>
      this.runner
        .executions(stateMachineArn)
        .some((execution) => execution.executionArn === executionArn && execution.status === 'RUNNING');
    while (isRunning()) await sleep(ASK_AGAIN_MS);
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

  /** Answers with nothing but 200 when no task came. */
  private async getActivityTask(
    { activityArn = '', workerName }: GetActivityTaskInput,
    { signal }: Caller,
  ): Promise<GetActivityTaskOutput> {
    const task = await this.activities.poll(activityArn, workerName, signal);
    return task === undefined ? {} : { taskToken: task.token, input: task.input };
  }

  /** IAM looks at the resource that the token's task belongs to; a token that names none is refused as such. */
  private needs(action: string, token: string | undefined): readonly Need[] {
    const resource = this.tokens.resourceOf(token ?? '');
    return resource === undefined ? [] : [{ action: `states:${action}`, resources: [resource] }];
  }
}
