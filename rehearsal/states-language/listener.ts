import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { ContextObject } from './context';
import type { Json, JsonObject } from './json';

/** One visit of a state. */
export interface StateVisit {
  readonly name: string;
  readonly type: string;
  /** Where it runs: empty for the machine itself, else one step a Parallel or Map on the way in, e.g. `Prepare[0]`. */
  readonly branch: readonly string[];
  readonly enteredAt: Date;
  readonly input: Json;
  /** What the state can read, as it is now. */
  readonly variables: JsonObject;
  /** `$states.context`, as it is now. */
  readonly context: ContextObject;
  /** `$states.result` of a Task, Parallel or Map that has one by now. */
  readonly result?: Json;
}

/** How a visit ended. `stopped`: a sibling branch failed, or the execution was stopped or timed out. */
export type VisitOutcome =
  | { readonly kind: 'succeeded'; readonly output: Json; readonly next?: string }
  | { readonly kind: 'caught'; readonly error: string; readonly cause: string; readonly next: string }
  | { readonly kind: 'failed'; readonly error: string; readonly cause: string }
  | { readonly kind: 'stopped' };

/**
 * Follows an execution as it goes. Called synchronously and in order, ExecutionStarted from within `startExecution`
 * already; what a method throws ends the execution's promise.
 */
export interface ExecutionListener {
  event?(event: HistoryEvent): void;
  stateEntered?(visit: StateVisit): void;
  retrying?(
    visit: StateVisit,
    retry: { readonly error: string; readonly cause: string; readonly delaySeconds: number },
  ): void;
  stateExited?(visit: StateVisit, outcome: VisitOutcome): void;
}
