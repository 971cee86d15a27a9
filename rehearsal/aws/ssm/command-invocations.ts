import type { Clock } from '../clock';
import type { CommandPace } from './command-pace';
import type { ManagedInstance, ManagedInstances } from './managed-instances';
import type { ShellScript } from './shell-script';

/** What a machine is told to do. */
export interface CommandOrder {
  readonly commandId: string;
  readonly instance: ManagedInstance;
  readonly documentName: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly script: ShellScript;
}

export interface CommandOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The script was killed when its time was up. */
  readonly timedOut?: true;
}

/**
 * Carries out a command on a machine of the rehearsal. A rejection is an agent that died on the way: the command times
 * out. The signal is aborted when the command is cancelled.
 */
export type CommandRunner = (order: CommandOrder, signal: AbortSignal) => Promise<CommandOutcome>;

/** How a command gets to its machine, where that is not as it should be. */
export interface Delivery {
  /** Its agent has taken it, and begins so much later. Milliseconds. */
  readonly afterMs?: number;
  /** `twice`: the second time when the first has ended, unnoticed. `lost`: the agent died with it. @default 'once' */
  readonly runs?: 'once' | 'twice' | 'lost';
}

/** As GetCommandInvocation's Status and StatusDetails name it. */
export type InvocationState =
  | readonly ['Pending', 'Pending']
  | readonly ['InProgress', 'InProgress']
  | readonly ['Success', 'Success']
  | readonly ['Failed', 'Failed' | 'Undeliverable' | 'Terminated']
  | readonly ['TimedOut', 'DeliveryTimedOut' | 'ExecutionTimedOut']
  | readonly ['Cancelled', 'Cancelled'];

export interface Invocation {
  readonly order: CommandOrder;
  readonly requestedAt: number;
  readonly comment: string;
  readonly deliverUntil: number;
  readonly cancel: AbortController;
  state: InvocationState;
  outcome?: CommandOutcome;
}

export interface CommandInvocationsProps {
  readonly clock: Clock;
  readonly instances: ManagedInstances;
  readonly run: CommandRunner;
  /** How long after SendCommand its invocations can be asked for. Milliseconds. */
  readonly visibleAfterMs: number;
  /** Asked of each command that an agent takes. @default - once, at once */
  readonly delivery?: (order: CommandOrder) => Delivery | undefined;
}

/** Commands on their way to machines, and what became of them. */
export class CommandInvocations {
  private readonly invocations: Invocation[] = [];
  private readonly paces = new Map<string, CommandPace>();

  constructor(private readonly props: CommandInvocationsProps) {
    props.instances.onOnline((instanceId) => this.advanceAll(instanceId));
  }

  /** Run Command needs a moment before a command can be asked after. */
  get visible(): readonly Invocation[] {
    const now = this.props.clock.now();
    return this.invocations.filter(({ requestedAt }) => now - requestedAt >= this.props.visibleAfterMs);
  }

  start(orders: readonly CommandOrder[], comment: string, pace: CommandPace): void {
    const requestedAt = this.props.clock.now();
    const deliverUntil = requestedAt + pace.delivery * 1000;
    for (const order of orders) {
      const cancel = new AbortController();
      this.invocations.push({ order, comment, requestedAt, deliverUntil, cancel, state: ['Pending', 'Pending'] });
      this.paces.set(order.commandId, pace);
    }
    for (const commandId of new Set(orders.map((order) => order.commandId))) this.advance(commandId);
  }

  /** What has not begun never will; what runs is told to end. */
  cancel(commandId: string, instanceIds: readonly string[] | undefined): boolean {
    const own = this.of(commandId);
    for (const invocation of own) {
      if (instanceIds === undefined || instanceIds.includes(invocation.order.instance.instanceId)) {
        if (this.stateOf(invocation)[0] === 'Pending') invocation.state = ['Cancelled', 'Cancelled'];
        invocation.cancel.abort();
      }
    }
    return own.length > 0;
  }

  stateOf({ state, deliverUntil, order }: Invocation): InvocationState {
    if (state[0] !== 'Pending') return state;
    // Seen on AWS: Status Failed, StatusDetails Undeliverable, ResponseCode -1 for a machine that is no more.
    if (this.props.instances.get(order.instance.instanceId) === undefined) return ['Failed', 'Undeliverable'];
    return this.props.clock.now() >= deliverUntil ? ['TimedOut', 'DeliveryTimedOut'] : state;
  }

  /** What waited for a machine is delivered when it answers again, until it is too late. */
  private advanceAll(instanceId: string): void {
    const waiting = this.invocations.filter(({ order }) => order.instance.instanceId === instanceId);
    for (const commandId of new Set(waiting.map(({ order }) => order.commandId))) this.advance(commandId);
  }

  /** Sends a command to as many more of its machines as it may run on at once; to none once too many have failed. */
  private advance(commandId: string): void {
    const own = this.of(commandId);
    const pace = this.paces.get(commandId);
    if (pace === undefined) return;
    const states = () => own.map((invocation) => this.stateOf(invocation));
    const errors = states().filter(([, detail]) => detail === 'Failed' || detail === 'ExecutionTimedOut').length;
    for (const invocation of own.filter((one) => this.stateOf(one)[0] === 'Pending')) {
      if (errors > pace.maxErrors) {
        invocation.state = ['Failed', 'Terminated'];
      } else if (
        states().filter(([status]) => status === 'InProgress').length < pace.maxConcurrency &&
        this.props.instances.isOnline(invocation.order.instance.instanceId)
      ) {
        this.deliver(invocation);
      }
    }
  }

  private deliver(invocation: Invocation): void {
    invocation.state = ['InProgress', 'InProgress'];
    this.runOnMachine(invocation)
      .then(
        (outcome) => {
          invocation.outcome = outcome;
          invocation.state = endOf(outcome, invocation.cancel.signal);
        },
        () => {
          invocation.state = ['TimedOut', 'ExecutionTimedOut'];
        },
      )
      .then(() => this.advance(invocation.order.commandId));
  }

  private async runOnMachine({ order, cancel }: Invocation): Promise<CommandOutcome> {
    const { clock, run, delivery } = this.props;
    const { afterMs = 0, runs = 'once' } = delivery?.(order) ?? {};
    if (afterMs > 0) await clock.sleep(afterMs, cancel.signal);
    if (runs === 'lost') {
      await clock.sleep(order.script.timeoutSeconds * 1_000, cancel.signal);
      throw new Error('The agent died with the command.');
    }
    const outcome = await run(order, cancel.signal);
    // What comes of the second time nobody is told: the command has ended.
    if (runs === 'twice') void run(order, cancel.signal).catch(() => undefined);
    return outcome;
  }

  private of(commandId: string): readonly Invocation[] {
    return this.invocations.filter(({ order }) => order.commandId === commandId);
  }
}

function endOf(outcome: CommandOutcome, cancelled: AbortSignal): InvocationState {
  if (cancelled.aborted) return ['Cancelled', 'Cancelled'];
  if (outcome.timedOut === true) return ['TimedOut', 'ExecutionTimedOut'];
  return outcome.exitCode === 0 ? ['Success', 'Success'] : ['Failed', 'Failed'];
}
