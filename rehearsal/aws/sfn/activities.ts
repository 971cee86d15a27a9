import { AwsError } from '../aws-error';
import type { Clock } from '../clock';

/** A task that waits for a worker. */
export interface ScheduledTask {
  readonly token: string;
  /** JSON text. */
  readonly input: string;
  /** Aborted when nobody waits for it any more. */
  readonly signal: AbortSignal;
  /** A worker has taken it. */
  started(workerName?: string): void;
}

/** A worker in a long poll. */
interface Poller {
  readonly signal: AbortSignal;
  readonly give: (task: ScheduledTask) => void;
}

interface Activity {
  readonly waiting: ScheduledTask[];
  readonly pollers: Poller[];
}

/** GetActivityTask holds the connection as long. */
const MAX_POLL_MS = 60_000;

/** Activities: tasks in the order they were scheduled, each for the first worker that asks. */
export class Activities {
  private readonly byArn = new Map<string, Activity>();

  constructor(
    private readonly clock: Clock,
    arns: readonly string[],
  ) {
    for (const arn of arns) {
      this.byArn.set(arn, { waiting: [], pollers: [] });
    }
  }

  /** @throws AwsError ActivityDoesNotExist */
  schedule(arn: string, task: ScheduledTask): void {
    const activity = this.find(arn);
    const poller = activity.pollers.shift();
    if (poller !== undefined) {
      poller.give(task);
      return;
    }
    activity.waiting.push(task);
    task.signal.addEventListener('abort', () => remove(activity.waiting, task), { once: true });
  }

  /**
   * The next task; undefined if none came within 60 s, or the worker has gone.
   *
   * @throws AwsError ActivityDoesNotExist
   */
  async poll(arn: string, workerName: string | undefined, signal: AbortSignal): Promise<ScheduledTask | undefined> {
    const activity = this.find(arn);
    const task = activity.waiting.shift() ?? (await this.longPoll(activity, signal));
    task?.started(workerName);
    return task;
  }

  /** How many workers are waiting for a task. */
  workers(arn: string): number {
    return this.find(arn).pollers.length;
  }

  private longPoll(activity: Activity, signal: AbortSignal): Promise<ScheduledTask | undefined> {
    return new Promise((resolve) => {
      const over = new AbortController();
      const finish = (task: ScheduledTask | undefined) => {
        remove(activity.pollers, poller);
        signal.removeEventListener('abort', leave);
        over.abort();
        resolve(task);
      };
      const poller: Poller = { signal, give: finish };
      const leave = () => finish(undefined);
      activity.pollers.push(poller);
      signal.addEventListener('abort', leave, { once: true });
      this.clock.sleep(MAX_POLL_MS, over.signal).then(leave, leave);
      if (signal.aborted) {
        leave();
      }
    });
  }

  private find(arn: string): Activity {
    const activity = this.byArn.get(arn);
    if (activity === undefined) {
      throw new AwsError('ActivityDoesNotExist', `Activity Does Not Exist: '${arn}'`);
    }
    return activity;
  }
}

function remove<Item>(list: Item[], item: Item): void {
  const index = list.indexOf(item);
  if (index >= 0) {
    list.splice(index, 1);
  }
}
