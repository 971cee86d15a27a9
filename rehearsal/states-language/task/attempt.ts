import { anySignal } from '../any-signal';
import { StateFailure, Stopped, TaskFailure } from '../errors';
import type { Json } from '../json';
import { limitResult } from '../payload';
import type { Visit } from '../visit';
import { type TaskEvents, taskEvents } from './events';
import type { TaskRequest } from './handler';
import type { Integration } from './resource';
import { type TaskLimits, Watchdog } from './watchdog';

/** Made once: every task of an execution ends with it, and to note down where from takes longer than most tasks. */
const CLOSED = new Stopped('The task is closed');

/** One attempt at a task: hands it to the handler, and waits for its result, its failure, or its time to run out. */
export class Attempt {
  private readonly events: TaskEvents;
  private readonly closed = new AbortController();
  private readonly signal: AbortSignal;
  private readonly watchdog: Watchdog;
  private begun = false;

  constructor(
    private readonly visit: Visit,
    private readonly integration: Integration,
    private readonly limits: TaskLimits,
  ) {
    this.events = taskEvents(visit.chain, integration);
    this.signal = anySignal(visit.chain.signal, this.closed.signal);
    this.watchdog = new Watchdog(visit.chain.run.clock, visit.name, this.signal, limits);
  }

  /** @throws StateFailure with what Retry and Catch are to see. */
  async perform(input: Json, taskToken?: string): Promise<Json> {
    this.events.scheduled(input, this.limits);
    if (this.integration.kind !== 'activity') this.begin();
    try {
      const result = asJson(await this.finished(this.request(input, taskToken)), this.integration.arn);
      this.begin();
      limitResult(result, ownerOf(this.integration));
      this.events.succeeded(result);
      return result;
    } catch (error) {
      throw this.failure(error);
    } finally {
      this.closed.abort(CLOSED);
    }
  }

  private request(input: Json, taskToken?: string): TaskRequest {
    const { visit, signal } = this;
    const whileOpen = (act: () => void) => {
      if (!signal.aborted) act();
    };
    return {
      resource: this.integration.arn,
      integration: this.integration,
      arguments: input,
      stateName: visit.name,
      retryCount: visit.retryCount,
      taskToken,
      context: visit.context,
      signal,
      started: (workerName) => whileOpen(() => this.begin(workerName)),
      submitted: (output) => whileOpen(() => this.events.submitted(output)),
      heartbeat: () => whileOpen(() => this.watchdog.heartbeat()),
    };
  }

  /** From here on the task's time runs: Step Functions counts from TaskStarted or ActivityStarted, never from Scheduled. */
  // @see docs/aws-facts.md#sfn-activity-clock
  private begin(workerName?: string): void {
    if (this.begun) return;
    this.begun = true;
    this.events.started(workerName);
    this.watchdog.start();
  }

  private finished(request: TaskRequest): Promise<unknown> {
    const stopped = new Promise<never>((_, reject) => {
      this.signal.addEventListener('abort', () => reject(this.signal.reason), { once: true });
    });
    return Promise.race([this.visit.chain.run.handler(request), this.watchdog.expired, stopped]);
  }

  /** A handler that throws anything but a TaskFailure is at fault itself; that passes through as it is. */
  private failure(error: unknown): unknown {
    if (error instanceof TaskFailure) {
      this.begin();
      this.events.failed(error.error, error.reason);
      return new StateFailure(error.error, error.reason);
    }
    if (error instanceof StateFailure && error.error === 'States.Timeout') this.events.timedOut('States.Timeout');
    if (error instanceof StateFailure && error.error === 'States.DataLimitExceeded') {
      this.events.failed(error.error, error.reason);
    }
    return error;
  }
}

/** As the reason of States.DataLimitExceeded names a task. */
function ownerOf(integration: Integration): string {
  return integration.kind === 'service' ? integration.resourceType : integration.arn;
}

/** What the handler gave, as it would have come over the wire: dates, for one, become strings. */
function asJson(value: unknown, arn: string): Json {
  const text = JSON.stringify(value);
  if (text === undefined)
    throw new TypeError(`The task handler gave no JSON value for ${arn}; give {} for an empty result`);
  return JSON.parse(text);
}
