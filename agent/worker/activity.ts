import {
  GetActivityTaskCommand,
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';

/** A task that Step Functions handed to this worker, not yet answered. */
export interface ActivityTask {
  readonly token: string;
  /** JSON. */
  readonly input: string;
}

/** Step Functions' limits of an answer (API reference: SendTaskFailure, SendTaskSuccess). */
export const maximumErrorLength = 256;
export const maximumCauseLength = 32_768;
export const maximumOutputBytes = 262_144;

/** The service holds a poll for up to 60 s and wants the worker to wait at least 65 s (GetActivityTask). */
const pollTimeoutMs = 75_000;
const callTimeoutMs = 15_000;
/** With the SDK's back-off of up to 20 s this outlasts a minute of throttling before an answer counts as lost. */
const attempts = 8;

/** The activity that carries a migration's data-plane steps, as a worker sees it. */
export class Activity {
  private readonly polls: SFNClient;
  private readonly answers: SFNClient;

  constructor(
    readonly arn: string,
    private readonly workerName: string,
  ) {
    // Without throwOnRequestTimeout the SDK only warns, and a poll on a connection that died silently never ends.
    this.polls = new SFNClient({
      requestHandler: { connectionTimeout: 5_000, requestTimeout: pollTimeoutMs, throwOnRequestTimeout: true },
    });
    this.answers = new SFNClient({
      maxAttempts: attempts,
      requestHandler: { connectionTimeout: 5_000, requestTimeout: callTimeoutMs, throwOnRequestTimeout: true },
    });
  }

  /** Waits up to 60 s for a task. */
  async next(signal: AbortSignal): Promise<ActivityTask | undefined> {
    const command = new GetActivityTaskCommand({ activityArn: this.arn, workerName: this.workerName });
    const { taskToken, input } = await this.polls.send(command, { abortSignal: signal });
    if (taskToken === undefined || taskToken === '') return undefined;
    return { token: taskToken, input: input ?? '' };
  }

  /** Whether the task is still this worker's: `false` once it timed out, was answered, or its execution ended. */
  async heartbeat(task: ActivityTask): Promise<boolean> {
    return this.isThere(this.answers.send(new SendTaskHeartbeatCommand({ taskToken: task.token })));
  }

  /** `false`: the task was no longer there to be answered. */
  async succeed(task: ActivityTask, output: string): Promise<boolean> {
    return this.isThere(this.answers.send(new SendTaskSuccessCommand({ taskToken: task.token, output })));
  }

  /** `false`: the task was no longer there to be answered. */
  async fail(task: ActivityTask, error: string, cause: string): Promise<boolean> {
    const command = new SendTaskFailureCommand({
      taskToken: task.token,
      error: error.slice(0, maximumErrorLength),
      cause: cause.slice(0, maximumCauseLength),
    });
    return this.isThere(this.answers.send(command));
  }

  close(): void {
    this.polls.destroy();
    this.answers.destroy();
  }

  private async isThere(call: Promise<unknown>): Promise<boolean> {
    try {
      await call;
      return true;
    } catch (error) {
      if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken) {
        return false;
      }
      throw error;
    }
  }
}
