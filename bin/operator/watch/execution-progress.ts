import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { PartOfPhase } from '../../../rehearsal/report/result';
import type { PartsOfPhases } from '../../../rehearsal/testbed/parts-of-phases';

/** A phase, what is recorded before it, or its undo, as an execution has gone through it. */
export interface Step {
  /** The name of its state, e.g. `Switch` or `Undo Switch`. */
  readonly name: string;
  readonly of: PartOfPhase;
  readonly startedAt: Date;
  readonly endedAt?: Date;
  readonly failed: boolean;
}

/** Weights of a record, by set identifier: `blue` and `green`. */
export type Weights = Readonly<Record<string, number>>;

export interface ExecutionEnd {
  readonly at: Date;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';
  readonly error?: string;
  readonly cause?: string;
}

/** What the history of an execution says of its phases. Events are given once each, in their order. */
export class ExecutionProgress {
  private readonly seen: Step[] = [];
  private readonly shifts = new Map<number, ReadonlyMap<string, Weights>>();
  private readonly weightsOf = new Map<string, Weights>();
  private lastEvent = 0;
  private hasFailed = false;
  private startedWith?: string;
  private state = '';
  private ended?: ExecutionEnd;

  constructor(private readonly parts: PartsOfPhases) {}

  /** The ID of the last event that was seen. */
  get last(): number {
    return this.lastEvent;
  }

  /** What the execution was asked for, e.g. `cutover`. */
  get action(): string | undefined {
    return this.startedWith;
  }

  get steps(): readonly Step[] {
    return this.seen;
  }

  /** The step that goes on. */
  get current(): Step | undefined {
    return this.seen.findLast(({ endedAt }) => endedAt === undefined);
  }

  /** The state that was entered last: what the step is doing. */
  get doing(): string {
    return this.state;
  }

  /** By the name of the record, as far as the execution has changed weights. */
  get weights(): ReadonlyMap<string, Weights> {
    return this.weightsOf;
  }

  get end(): ExecutionEnd | undefined {
    return this.ended;
  }

  see(event: HistoryEvent): void {
    const { id = 0, type = '', timestamp: at = new Date(0) } = event;
    this.lastEvent = Math.max(this.lastEvent, id);
    if (type.endsWith('StateEntered')) this.enter(event.stateEnteredEventDetails?.name ?? '', at);
    else if (type.endsWith('StateExited')) this.leave(event.stateExitedEventDetails?.name ?? '', at);
    else if (type === 'ParallelStateFailed') this.hasFailed = true;
    else if (type === 'ParallelStateSucceeded') this.hasFailed = false;
    else if (type.startsWith('Task')) this.task(event);
    else if (type.startsWith('Execution')) this.execution(event, at);
  }

  private enter(name: string, at: Date): void {
    this.state = name;
    const of = this.parts.get(name);
    if (of !== undefined) this.seen.push({ name, of, startedAt: at, failed: false });
  }

  /**
   * A step is a Parallel state, and the last of those that ended before it is left is itself: a failure is caught by a
   * step, or in it.
   *
   * @see docs/aws-facts.md#sfn-parallel-events
   */
  private leave(name: string, at: Date): void {
    const index = this.seen.findLastIndex((step) => step.name === name && step.endedAt === undefined);
    const step = this.seen[index];
    if (step !== undefined) this.seen[index] = { ...step, endedAt: at, failed: this.hasFailed };
  }

  /** Route 53 has taken a change of weights over once the task that asked for it has succeeded. */
  private task({ id = 0, previousEventId = 0, type, taskScheduledEventDetails: scheduled }: HistoryEvent): void {
    if (type === 'TaskScheduled' && scheduled?.resource === 'changeResourceRecordSets') {
      this.shifts.set(id, weightsIn(scheduled.parameters ?? '{}'));
      return;
    }
    const shift = this.shifts.get(previousEventId);
    if (shift === undefined) return;
    this.shifts.delete(previousEventId);
    if (type === 'TaskStarted') this.shifts.set(id, shift);
    if (type === 'TaskSucceeded') for (const [record, weights] of shift) this.weightsOf.set(record, weights);
  }

  private execution(event: HistoryEvent, at: Date): void {
    switch (event.type) {
      case 'ExecutionStarted':
        this.startedWith = actionIn(event.executionStartedEventDetails?.input);
        return;
      case 'ExecutionRedriven':
        this.ended = undefined;
        return;
      case 'ExecutionSucceeded':
        this.ended = { at, status: 'SUCCEEDED' };
        return;
      case 'ExecutionFailed':
        this.ended = { at, status: 'FAILED', ...event.executionFailedEventDetails };
        return;
      case 'ExecutionAborted':
        this.ended = { at, status: 'ABORTED', ...event.executionAbortedEventDetails };
        return;
      case 'ExecutionTimedOut':
        this.ended = { at, status: 'TIMED_OUT', ...event.executionTimedOutEventDetails };
        return;
      default:
    }
  }
}

interface ChangedRecord {
  readonly Name?: string;
  readonly SetIdentifier?: string;
  readonly Weight?: number;
}

function weightsIn(parameters: string): ReadonlyMap<string, Weights> {
  const { ChangeBatch } = JSON.parse(parameters) as {
    readonly ChangeBatch?: { readonly Changes?: readonly { readonly ResourceRecordSet?: ChangedRecord }[] };
  };
  const found = new Map<string, Weights>();
  for (const { ResourceRecordSet: { Name, SetIdentifier, Weight } = {} } of ChangeBatch?.Changes ?? []) {
    if (Name === undefined || SetIdentifier === undefined || Weight === undefined) continue;
    found.set(Name, { ...found.get(Name), [SetIdentifier]: Weight });
  }
  return found;
}

function actionIn(input = '{}'): string | undefined {
  const { action } = JSON.parse(input) as { readonly action?: unknown };
  return typeof action === 'string' ? action : undefined;
}
