import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonLog } from '../log';
import type { Activity, ActivityTask } from './activity';
import { performTask, type TaskProps } from './task';

export interface WorkerProps extends TaskProps {
  readonly activity: Activity;
  readonly log: JsonLog;
  /** How many tasks run at once: a copy of an hour must not keep a status waiting. @default 4 */
  readonly pollers?: number;
}

const firstPauseMs = 500;
const longestPauseMs = 30_000;

/** Takes tasks from the activity and answers them, until `stop`; then what still runs is ended and answered. */
export async function work(props: WorkerProps, stop: AbortSignal): Promise<void> {
  const pollers = Array.from({ length: props.pollers ?? 4 }, () => poll(props, stop));
  await Promise.all(pollers);
}

async function poll(props: WorkerProps, stop: AbortSignal): Promise<void> {
  let pauseMs = firstPauseMs;
  while (!stop.aborted) {
    try {
      const task = await props.activity.next(stop);
      pauseMs = firstPauseMs;
      if (task !== undefined) await answer(props, task, stop);
    } catch (error) {
      if (stop.aborted) return;
      // A missing activity or permission may be put right while the service runs; a worker that gave up would not see it.
      props.log.error('worker.poll-failed', { error, retryInMs: pauseMs });
      await sleep(pauseMs, undefined, { signal: stop }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }
}

/** An answer that could not be given is not the poller's end: the heartbeats have stopped, so the task is retried. */
async function answer(props: WorkerProps, task: ActivityTask, stop: AbortSignal): Promise<void> {
  try {
    await performTask(props, task, stop);
  } catch (error) {
    props.log.error('worker.answer-lost', { error });
  }
}
