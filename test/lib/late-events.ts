import type { AwsEnvironment } from '../../rehearsal/aws/environment';
import { type BusEvent, executionStatusChange } from '../../rehearsal/aws/eventbridge/execution-event';
import type { ExecutionView } from '../../rehearsal/aws/sfn/executions';
import { Random } from '../../rehearsal/clients/random';
import type { VirtualClock } from '../../rehearsal/states-language';

/** An event of an execution comes twice, each time so late. Seconds. */
const LATE = { least: 20, most: 150 };

export interface LateEventsProps {
  /** Where executions run; asked for when one ends. */
  readonly environment: () => AwsEnvironment;
  readonly clock: VirtualClock;
  readonly seed: string;
  /** Hands an event to the rules. */
  readonly put: (event: BusEvent) => Promise<void>;
}

/** What is told of executions' ends, at best effort: late and twice, or not at all. @see docs/aws-facts.md#sfn-status-events */
export class LateEvents {
  areLost = false;
  private readonly random: Random;
  private readonly pending = new Set<Promise<void>>();

  constructor(private readonly props: LateEventsProps) {
    this.random = new Random(props.seed);
  }

  /** Whether none is on its way. */
  get areOver(): boolean {
    return this.pending.size === 0;
  }

  announce(view: ExecutionView): readonly Promise<void>[] {
    if (this.areLost) return [];
    const event = executionStatusChange(view, this.props.environment());
    return [1, 2].map(() => {
      const coming = this.wait().then(() => this.props.put(event));
      this.pending.add(coming);
      return coming.finally(() => this.pending.delete(coming));
    });
  }

  async delivered(): Promise<void> {
    await Promise.all(this.pending);
  }

  private wait(): Promise<void> {
    const seconds = LATE.least + this.random.next() * (LATE.most - LATE.least);
    const { signal } = new AbortController();
    return this.props.clock.sleep(seconds, { reason: 'wait', state: 'an event', signal });
  }
}
