import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../../contract/common';
import { AgentError } from '../errors';
import type { JsonLog } from '../log';
import type { Report } from '../verb';
import { type Activity, type ActivityTask, maximumOutputBytes } from './activity';

export interface TaskProps {
  readonly activity: Activity;
  readonly log: JsonLog;
  /** Runs the request that a task's input holds. Rejects with an `AgentError`. */
  readonly execute: (input: string, report: Report) => Promise<unknown>;
  /** Well below the shortest `HeartbeatSeconds` of a state. @default 10 000 */
  readonly heartbeatMs?: number;
  /** How long a verb may go on once the service is told to stop. @default 10 000 */
  readonly finishMs?: number;
}

/** Runs one task to its answer, and reports it alive meanwhile. */
export async function performTask(props: TaskProps, task: ActivityTask, stop: AbortSignal): Promise<void> {
  const { activity, log } = props;
  // Before anything is done: a task that was long on its way may have timed out and be somebody else's by now.
  if (!(await activity.heartbeat(task))) return log.warn('task.gone-before-start');
  const end = new AbortController();
  const run = new Run(props, task, end);
  const timers = [run.beat(), run.endSoonAfter(stop)];
  try {
    // The heart goes on beating until the answer is given: a throttled answer must not let the task lapse.
    await run.execute().then(
      (output) => succeeded(props, task, output),
      (error: unknown) => (run.gone ? log.warn('task.aborted', { error }) : failed(props, task, error)),
    );
  } finally {
    end.abort();
    await Promise.all(timers);
  }
}

async function succeeded({ activity, log }: TaskProps, task: ActivityTask, output: string): Promise<void> {
  if (!(await activity.succeed(task, output))) log.warn('task.gone-before-answer');
}

async function failed({ activity, log }: TaskProps, task: ActivityTask, error: unknown): Promise<void> {
  const { name, message } = asAgentError(error);
  log.warn('task.failed', { name, message });
  if (!(await activity.fail(task, name, log.mask(message)))) log.warn('task.gone-before-answer');
}

class Run {
  /** Nobody waits for the answer: the task timed out, or its execution ended. */
  gone = false;
  private readonly abort = new AbortController();
  private progress: Progress | undefined;

  constructor(
    private readonly props: TaskProps,
    private readonly task: ActivityTask,
    private readonly end: AbortController,
  ) {}

  async execute(): Promise<string> {
    const { signal } = this.abort;
    const report: Report = {
      signal,
      progress: (progress) => {
        this.progress = progress;
      },
    };
    try {
      return encode(await this.props.execute(this.task.input, report));
    } catch (error) {
      // Whatever a verb makes of being aborted, the reason it was aborted for is the answer.
      throw signal.aborted ? signal.reason : error;
    }
  }

  /** A heartbeat carries nothing but life; how far the verb has come goes to the log. */
  async beat(): Promise<void> {
    while (await this.passes(this.props.heartbeatMs ?? 10_000)) {
      if (this.progress !== undefined) this.props.log.info('task.progress', { ...this.progress });
      try {
        if (await this.props.activity.heartbeat(this.task)) continue;
        this.gone = true;
        return this.abort.abort(new AgentError('Agent.Failed', 'The task timed out or its execution ended.'));
      } catch (error) {
        // Not reaching the API says nothing about the task; if it has lapsed meanwhile, the next answer says so.
        this.props.log.warn('task.heartbeat-failed', { error });
      }
    }
  }

  async endSoonAfter(stop: AbortSignal): Promise<void> {
    await whenAborted(AbortSignal.any([stop, this.end.signal]));
    if (!(await this.passes(this.props.finishMs ?? 10_000))) return;
    this.abort.abort(
      new AgentError(
        'Agent.Stopped',
        'The agent was stopped before the verb had ended: the state can be retried on this host once it runs again, or on another.',
      ),
    );
  }

  /** Waits; `false` when the verb ended first. */
  private async passes(ms: number): Promise<boolean> {
    return sleep(ms, true, { signal: this.end.signal }).catch(() => false);
  }
}

function encode(result: unknown): string {
  const output = JSON.stringify(result);
  const bytes = Buffer.byteLength(output);
  if (bytes <= maximumOutputBytes) return output;
  throw new AgentError(
    'Agent.Failed',
    `The result has ${bytes} bytes and Step Functions takes ${maximumOutputBytes}: run the verb by hand on the migration host to see it.`,
  );
}

function asAgentError(error: unknown): AgentError {
  if (error instanceof AgentError) return error;
  const what = error instanceof Error ? error.message : String(error);
  return new AgentError('Agent.Failed', `The agent failed: ${what}. Its log has the details.`, { cause: error });
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
