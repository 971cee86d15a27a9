import type { ContextObject } from '../context';
import type { Json } from '../json';
import type { Integration } from './resource';

/** One attempt at a task, for the one that carries it out. */
export interface TaskRequest {
  /** The ARN as the definition has it. */
  readonly resource: string;
  readonly integration: Integration;
  readonly arguments: Json;
  readonly stateName: string;
  /** 0 for the first attempt. */
  readonly retryCount: number;
  /** What SendTaskSuccess and its like name the task by: for activities and `.waitForTaskToken`, new with every attempt. */
  readonly taskToken?: string;
  readonly context: ContextObject;
  /**
   * Aborted as soon as nobody waits for the answer any more: the task timed out, a sibling branch failed, the execution
   * ended, or the handler itself is done. An answer with the token then is refused with TaskTimedOut.
   */
  readonly signal: AbortSignal;
  /** Activities: a worker has taken the task. Only from here on do TimeoutSeconds and HeartbeatSeconds run, as on AWS. */
  started(workerName?: string): void;
  /** `.waitForTaskToken`: the service call that carries the token away has returned this. */
  submitted(output: Json): void;
  /** SendTaskHeartbeat: the time to the next one starts again. */
  heartbeat(): void;
}

/**
 * Carries out a task. Resolves to the task's result, which is taken as JSON.
 *
 * @throws TaskFailure where the task failed. Anything else thrown is a fault of the handler, not of the task: it ends
 * the execution's promise with that very error, so that no Catch of the definition can hide it.
 */
export type TaskHandler = (request: TaskRequest) => Promise<unknown>;
