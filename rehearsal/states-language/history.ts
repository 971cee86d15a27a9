import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import type { Clock } from './clock';
import { StateFailure } from './errors';

/** Event number 25,000 is the last an execution can have, and it says that it was the last. */
// @see docs/aws-facts.md#sfn-history-limit
export const MAX_EVENTS = 25_000;

/** The fields of an event that its type brings with it, as GetExecutionHistory names them. */
export type EventDetails = Omit<HistoryEvent, 'id' | 'previousEventId' | 'timestamp' | 'type'>;

/**
 * The events of one execution, in the shape of GetExecutionHistory.
 *
 * @see docs/aws-facts.md#sfn-parallel-events
 */
export class History {
  private readonly recorded: HistoryEvent[];

  constructor(
    private readonly clock: Clock,
    private readonly listener: (event: HistoryEvent) => void,
    /** Of the execution before it was redriven. */
    before: readonly HistoryEvent[] = [],
  ) {
    this.recorded = [...before];
  }

  get events(): readonly HistoryEvent[] {
    return this.recorded;
  }

  /**
   * @returns the event's id.
   * @throws StateFailure States.Runtime where only the closing event has room left.
   */
  record(type: HistoryEventType, previousEventId: number, details: EventDetails = {}): number {
    if (this.recorded.length >= MAX_EVENTS - 1) {
      const reason = `The execution reached the maximum number of history events (${MAX_EVENTS}).`;
      throw new StateFailure('States.Runtime', reason);
    }
    return this.append(type, previousEventId, details);
  }

  /** The one event that ends the execution; it always has room. */
  close(type: HistoryEventType, previousEventId: number, details: EventDetails): void {
    this.append(type, previousEventId, details);
  }

  private append(type: HistoryEventType, previousEventId: number, details: EventDetails): number {
    const id = this.recorded.length + 1;
    const event: HistoryEvent = { id, previousEventId, timestamp: new Date(this.clock.now()), type, ...details };
    this.recorded.push(event);
    this.listener(event);
    return id;
  }
}

/** Payloads are never cut short here. */
export const WHOLE = { truncated: false } as const;
