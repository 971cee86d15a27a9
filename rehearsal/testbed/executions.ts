import { StateMachines } from '../aws/integration/state-machines';
import type { ExecutionView, StateMachineRunner } from '../aws/sfn/executions';
import { Random } from '../clients/random';
import type { Clock, Execution, ExecutionListener, TaskHandler } from '../states-language';
import { FAULTED_ACTIONS, type FaultedAction } from './faults/injected-fault';
import type { Migration } from './migration';

export interface ExecutionsProps {
  readonly migration: Migration;
  readonly seed: string;
  readonly clock: Clock;
  readonly taskHandler: TaskHandler;
  readonly listenerFor: (executionArn: string) => ExecutionListener;
  /** Delivers the event of an execution's change of status. Resolves when what it sets off has started. */
  readonly announce: (view: ExecutionView) => readonly Promise<void>[];
  /** Resolves when what was injected into executions has happened. */
  readonly injected: () => Promise<unknown>;
  /** Milliseconds that the executions may still take together. @default - as long as they take */
  readonly leftMs: () => number | undefined;
  readonly signal: AbortSignal;
}

/** The executions of the migration's state machine. */
export class Executions {
  private readonly machines: StateMachines;
  private readonly announced: Promise<void>[] = [];
  /** A failure of the rehearsal itself, which no execution may hide. */
  private failure: unknown;
  private ending = false;
  private overdue = false;

  /** @throws InvalidDefinition for a definition that cannot be run */
  constructor(private readonly props: ExecutionsProps) {
    const { migration, seed, clock, taskHandler, listenerFor } = props;
    const random = new Random(seed).fork('machine');
    this.machines = new StateMachines({
      machines: [migration.stateMachine],
      taskHandler,
      clock,
      random: () => random.next(),
      listenerFor,
      // An execution that ends with the rehearsal needs no recovery.
      onStatusChange: (view) => {
        if (!this.ending) this.announced.push(...props.announce(view));
      },
      onFault: (_arn, failure) => this.fail(failure),
    });
  }

  get runner(): StateMachineRunner {
    return this.machines;
  }

  /** Whether they did not end by themselves in the time that they may take. */
  get wereOverdue(): boolean {
    return this.overdue;
  }

  get transitions(): number {
    return this.all().reduce((sum, execution) => sum + execution.transitions, 0);
  }

  /** In the order in which they were started. */
  views(): readonly ExecutionView[] {
    return this.machines.executions(this.props.migration.stateMachine.arn).toReversed();
  }

  /** An execution that another one kept out says nothing of the active side. */
  last(): ExecutionView | undefined {
    return this.views().findLast(({ error }) => error !== 'Busy');
  }

  /** By its own ARN, or that of the session that it calls as: both end with its name. */
  viewOf(arn: string): ExecutionView | undefined {
    return this.views().find(({ name }) => arn.endsWith(name));
  }

  actionOf(arn: string): FaultedAction | undefined {
    const input = this.viewOf(arn)?.input ?? '{}';
    const { action } = JSON.parse(input) as { action?: string };
    return FAULTED_ACTIONS.find((each) => each === action);
  }

  /** The executions that an execution's end starts belong to it. @throws a failure of the rehearsal itself */
  async allEnded(): Promise<void> {
    const late = this.stopWhenOverdue();
    try {
      for (;;) {
        await Promise.allSettled(this.all().map(({ result }) => result));
        await Promise.all([...this.announced.splice(0), this.props.injected()]);
        if (this.failure !== undefined) throw this.failure;
        this.props.signal.throwIfAborted();
        if (this.views().every(({ status }) => status !== 'RUNNING')) return;
      }
    } finally {
      clearTimeout(late);
    }
  }

  async stop(): Promise<void> {
    this.ending = true;
    await Promise.all(this.all().map((execution) => execution.stop('Rehearsal', 'The rehearsal is stopped')));
  }

  /** A failure of the rehearsal itself ends it. */
  fail(failure: unknown): void {
    if (!this.ending) this.failure ??= failure;
  }

  private all(): readonly Execution[] {
    return this.views()
      .map(({ executionArn }) => this.machines.execution(executionArn))
      .filter((execution) => execution !== undefined);
  }

  private stopWhenOverdue(): NodeJS.Timeout | undefined {
    const leftMs = this.props.leftMs();
    if (leftMs === undefined) return undefined;
    return setTimeout(() => {
      this.overdue = true;
      void this.stop();
    }, leftMs);
  }
}
