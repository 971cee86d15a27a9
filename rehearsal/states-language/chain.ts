import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { Clock, Pause } from './clock';
import type { ContextObject, MapItem } from './context';
import type { EventDetails, History } from './history';
import type { Json } from './json';
import type { ExecutionListener, VisitOutcome } from './listener';
import type { VariableScope } from './scope';
import type { TaskHandler } from './task/handler';

/** The visit that a chain is in, as what stops or redrives it sees it. */
interface Current {
  readonly name: string;
  readonly type: string;
  readonly input: Json;
  /** Whether it is still under way. */
  readonly open: boolean;
  readonly inner: readonly Chain[];
  leave(outcome: VisitOutcome): void;
}

/** What all chains of one execution share. */
export interface Run {
  readonly clock: Clock;
  readonly history: History;
  readonly handler: TaskHandler;
  readonly listener: ExecutionListener;
  /** Numbers from 0 up to, not including, 1: for jitter and `$random()`. */
  readonly random: () => number;
  readonly region: string;
  readonly execution: ContextObject['Execution'];
  readonly stateMachine: ContextObject['StateMachine'];
  /** Takes the place of what a visit would see. */
  readonly context: Partial<ContextObject>;
  /** States entered, and retries. */
  transitions: number;
}

/** One chain of states as it runs: the machine itself, a branch of a Parallel, or an iteration of a Map. */
export class Chain {
  /** The state it is in, or was in last. */
  current?: Current;

  /**
   * @param branch Where it runs: empty for the machine itself, else one step a Parallel or Map on the way in.
   * @param signal Aborted when the chain is stopped from outside.
   * @param last Id of the event that its next one follows.
   */
  constructor(
    readonly run: Run,
    readonly branch: readonly string[],
    readonly variables: VariableScope,
    readonly signal: AbortSignal,
    public last: number,
    readonly mapItem?: MapItem,
  ) {}

  /** @throws Stopped where the chain was stopped meanwhile: what it was doing is no longer part of the execution. */
  record(type: HistoryEventType, details?: EventDetails): number {
    this.last = this.note(type, details);
    return this.last;
  }

  /** Records an event that the chain passes by: the next one follows what this one follows. */
  note(type: HistoryEventType, details?: EventDetails): number {
    this.signal.throwIfAborted();
    return this.run.history.record(type, this.last, details);
  }

  sleep(seconds: number, reason: Pause['reason'], state: string): Promise<void> {
    return this.run.clock.sleep(seconds, { reason, state, signal: this.signal });
  }
}
