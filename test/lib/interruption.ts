import { TaskFailure, type TaskRequest } from '../../rehearsal/states-language';

/**
 * How an execution ends in the midst of what it does, without a Catch: StopExecution, an error that none takes, or its
 * time-out, because a call is never answered.
 *
 * @see docs/aws-facts.md#sfn-stop-runs-no-catch
 */
export type Way = 'aborted' | 'failed' | 'timedOut';

export interface Interruption {
  /** The state that the execution has entered then. @default - it is let be */
  readonly at?: string;
  /** @default 'aborted' */
  readonly way?: Way;
  /** No event tells of it: they are delivered at best effort. @default false */
  readonly unheard?: boolean;
  /** Somebody starts a recovery before the event comes that does. @default false */
  readonly byHand?: boolean;
}

/** Ends an execution once, in one of the ways. */
export class Interrupter {
  private at: string | undefined;
  private way: Way = 'aborted';
  private meetsNext = false;

  plan({ at, way = 'aborted' }: Interruption): void {
    this.at = at;
    this.way = way;
    this.meetsNext = false;
  }

  entered(state: string, abort: () => void): void {
    if (state !== this.at) return;
    this.at = undefined;
    if (this.way === 'aborted') queueMicrotask(abort);
    else this.meetsNext = true;
  }

  /** The next task that is asked for after that. */
  async meet<Answer>(request: TaskRequest, perform: () => Promise<Answer>): Promise<Answer> {
    if (!this.meetsNext) return perform();
    this.meetsNext = false;
    if (this.way === 'failed') throw new TaskFailure('States.Runtime', `by the test, at ${request.stateName}`);
    return new Promise(() => {});
  }
}
