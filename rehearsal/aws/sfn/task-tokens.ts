import { AwsError } from '../aws-error';

/** How a task was answered. */
export type TaskAnswer =
  | { readonly kind: 'success'; readonly output: unknown }
  | { readonly kind: 'failure'; readonly error: string; readonly cause: string };

/** A task that waits for an answer by its token. */
export interface WaitingTask {
  readonly token: string;
  /** What IAM asks for: the activity's ARN, or the state machine's. */
  readonly resourceArn: string;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  heartbeat(): void;
}

interface OpenTask extends WaitingTask {
  readonly answer: (answer: TaskAnswer) => void;
}

/** Bytes of UTF-8: a state's payload. */
const LARGEST_OUTPUT = 262_144;

/** Every task token that was given out, and whether its task still waits. */
export class TaskTokens {
  private readonly open = new Map<string, OpenTask>();
  private readonly closed = new Map<string, string>();

  /** Resolves with the answer; never, once the task's signal is aborted. */
  wait(task: WaitingTask): Promise<TaskAnswer> {
    return new Promise((resolve) => {
      const close = () => {
        this.open.delete(task.token);
        this.closed.set(task.token, task.resourceArn);
      };
      this.open.set(task.token, {
        ...task,
        heartbeat: () => task.heartbeat(),
        answer: (answer) => {
          close();
          resolve(answer);
        },
      });
      task.signal.addEventListener('abort', close, { once: true });
    });
  }

  /** The ARN that a caller who answers must be allowed for; undefined for a token that was never given out. */
  resourceOf(token: string): string | undefined {
    return this.open.get(token)?.resourceArn ?? this.closed.get(token);
  }

  /** @throws AwsError InvalidOutput, InvalidToken or TaskTimedOut. */
  succeed(token: string, output: string): void {
    if (Buffer.byteLength(output) > LARGEST_OUTPUT) {
      throw new AwsError('InvalidOutput', `Invalid Output: the output is longer than ${LARGEST_OUTPUT} bytes.`);
    }
    let parsed: unknown;
    try {
      parsed = JSON.parse(output);
    } catch (error) {
      throw new AwsError('InvalidOutput', `Invalid Output: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.find(token).answer({ kind: 'success', output: parsed });
  }

  /** @throws AwsError InvalidToken or TaskTimedOut. */
  fail(token: string, error: string, cause: string): void {
    this.find(token).answer({ kind: 'failure', error, cause });
  }

  /** @throws AwsError InvalidToken or TaskTimedOut: how a worker learns that it may stop. */
  heartbeat(token: string): void {
    this.find(token).heartbeat();
  }

  private find(token: string): OpenTask {
    const task = this.open.get(token);
    if (task !== undefined) {
      return task;
    }
    throw this.closed.has(token)
      ? new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'")
      : new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
  }
}
