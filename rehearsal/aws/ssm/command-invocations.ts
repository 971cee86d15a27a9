import type { Clock } from '../clock';
import type { ManagedInstance, ManagedInstances } from './managed-instances';

/** What a machine is told to do. */
export interface CommandOrder {
  readonly commandId: string;
  readonly instance: ManagedInstance;
  readonly documentName: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
}

export interface CommandOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Carries out a command on a machine of the rehearsal. A rejection is an agent that died on the way: the command times out. */
export type CommandRunner = (order: CommandOrder) => Promise<CommandOutcome>;

export interface Invocation {
  readonly order: CommandOrder;
  readonly requestedAt: number;
  readonly comment: string;
  readonly deliverUntil: number;
  status: 'Pending' | 'InProgress' | 'Success' | 'Failed' | 'TimedOut';
  outcome?: CommandOutcome;
}

export interface CommandInvocationsProps {
  readonly clock: Clock;
  readonly instances: ManagedInstances;
  readonly run: CommandRunner;
  /** How long after SendCommand its invocations can be asked for. Milliseconds. */
  readonly visibleAfterMs: number;
}

/** TimeoutSeconds where a request leaves it out. */
const DELIVERY_SECONDS = 3600;

/** Commands on their way to machines, and what became of them. */
export class CommandInvocations {
  private readonly invocations: Invocation[] = [];

  constructor(private readonly props: CommandInvocationsProps) {
    props.instances.onOnline((instanceId) => this.deliverPending(instanceId));
  }

  /** Run Command needs a moment before a command can be asked after. */
  get visible(): readonly Invocation[] {
    const now = this.props.clock.now();
    return this.invocations.filter(({ requestedAt }) => now - requestedAt >= this.props.visibleAfterMs);
  }

  start(order: CommandOrder, comment: string, timeoutSeconds = DELIVERY_SECONDS): void {
    const requestedAt = this.props.clock.now();
    const deliverUntil = requestedAt + timeoutSeconds * 1000;
    const invocation: Invocation = { order, comment, requestedAt, deliverUntil, status: 'Pending' };
    this.invocations.push(invocation);
    if (this.props.instances.isOnline(order.instance.instanceId)) {
      this.deliver(invocation);
    }
  }

  private deliver(invocation: Invocation): void {
    invocation.status = 'InProgress';
    this.props.run(invocation.order).then(
      (outcome) => {
        invocation.outcome = outcome;
        invocation.status = outcome.exitCode === 0 ? 'Success' : 'Failed';
      },
      () => {
        invocation.status = 'TimedOut';
      },
    );
  }

  /** What waited for a machine is delivered when it answers again, until it is too late. */
  private deliverPending(instanceId: string): void {
    const now = this.props.clock.now();
    for (const invocation of this.invocations) {
      if (
        invocation.status === 'Pending' &&
        invocation.order.instance.instanceId === instanceId &&
        now < invocation.deliverUntil
      ) {
        this.deliver(invocation);
      }
    }
  }

  statusOf({ status, deliverUntil }: Invocation): Invocation['status'] {
    return status === 'Pending' && this.props.clock.now() >= deliverUntil ? 'TimedOut' : status;
  }
}
