import { TaskFailure } from '../../states-language';
import type { Clock } from '../clock';
import type { ExecutionView, NewExecution, StateMachineRunner } from '../sfn/executions';

/** A state machine that the account has beside the app's: what becomes of each execution is the script's. */
export interface ScriptedStateMachine {
  readonly arn: string;
  /** Gives the output. @throws TaskFailure for an execution that fails */
  readonly run: (input: unknown, signal: AbortSignal) => Promise<unknown>;
}

interface Run {
  view: ExecutionView;
  readonly over: Promise<void>;
  readonly finish: () => void;
  readonly stop: AbortController;
}

/** Runs state machines whose definitions are not in the assembly. */
export class ScriptedStateMachines implements StateMachineRunner {
  /** Newest first. */
  private readonly runs: Run[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly machines: readonly ScriptedStateMachine[],
    private readonly onStatusChange: (execution: ExecutionView) => void = () => {},
  ) {}

  get stateMachineArns(): readonly string[] {
    return this.machines.map(({ arn }) => arn);
  }

  executions(stateMachineArn: string): readonly ExecutionView[] {
    return this.runs.map(({ view }) => view).filter((view) => view.stateMachineArn === stateMachineArn);
  }

  start({ stateMachineArn, executionArn, name, input }: NewExecution): void {
    const machine = this.machines.find(({ arn }) => arn === stateMachineArn);
    if (machine === undefined) {
      throw new Error(`There is no scripted state machine ${stateMachineArn}.`);
    }
    const stop = new AbortController();
    const startedAt = this.clock.now();
    const view: ExecutionView = { stateMachineArn, executionArn, name, input, startedAt, status: 'RUNNING' };
    let finish = () => {};
    const over = new Promise<void>((resolve) => {
      finish = resolve;
    });
    this.runs.unshift({ view, over, finish, stop });
    this.onStatusChange(view);
    void this.follow(executionArn, machine.run(JSON.parse(input), stop.signal));
  }

  async ended(executionArn: string): Promise<void> {
    await this.find(executionArn)?.over;
  }

  async stop(executionArn: string, error: string | undefined, cause: string | undefined): Promise<void> {
    this.end(executionArn, {
      status: 'ABORTED',
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
    });
    this.find(executionArn)?.stop.abort();
  }

  private async follow(executionArn: string, running: Promise<unknown>): Promise<void> {
    try {
      this.end(executionArn, { status: 'SUCCEEDED', output: JSON.stringify((await running) ?? null) });
    } catch (failure) {
      const told = failure instanceof TaskFailure ? failure : new TaskFailure('States.Runtime', String(failure));
      this.end(executionArn, {
        status: 'FAILED',
        error: told.error,
        ...(told.reason !== undefined && { cause: told.reason }),
      });
    }
  }

  /** The first end stands. */
  private end(executionArn: string, outcome: Pick<ExecutionView, 'status' | 'output' | 'error' | 'cause'>): void {
    const run = this.find(executionArn);
    if (run?.view.status !== 'RUNNING') return;
    run.view = { ...run.view, ...outcome, stoppedAt: this.clock.now() };
    run.finish();
    this.onStatusChange(run.view);
  }

  private find(executionArn: string): Run | undefined {
    return this.runs.find(({ view }) => view.executionArn === executionArn);
  }
}

/** Several runners as one: each has state machines of its own. */
export class StateMachineRunners implements StateMachineRunner {
  constructor(private readonly runners: readonly StateMachineRunner[]) {}

  get stateMachineArns(): readonly string[] {
    return this.runners.flatMap(({ stateMachineArns }) => stateMachineArns);
  }

  executions(stateMachineArn: string): readonly ExecutionView[] {
    return this.of(stateMachineArn)?.executions(stateMachineArn) ?? [];
  }

  start(execution: NewExecution): void {
    const runner = this.of(execution.stateMachineArn);
    if (runner === undefined) {
      throw new Error(`There is no state machine ${execution.stateMachineArn}.`);
    }
    runner.start(execution);
  }

  async ended(executionArn: string): Promise<void> {
    await this.ofExecution(executionArn)?.ended?.(executionArn);
  }

  redrive(executionArn: string): void {
    const runner = this.ofExecution(executionArn);
    if (runner?.redrive === undefined) throw new Error(`Nobody here can redrive ${executionArn}.`);
    runner.redrive(executionArn);
  }

  history(executionArn: string) {
    return this.ofExecution(executionArn)?.history?.(executionArn) ?? [];
  }

  async stop(executionArn: string, error: string | undefined, cause: string | undefined): Promise<void> {
    await this.ofExecution(executionArn)?.stop(executionArn, error, cause);
  }

  private of(stateMachineArn: string): StateMachineRunner | undefined {
    return this.runners.find(({ stateMachineArns }) => stateMachineArns.includes(stateMachineArn));
  }

  private ofExecution(executionArn: string): StateMachineRunner | undefined {
    return this.of(executionArn.replace(':execution:', ':stateMachine:').replace(/:[^:]+$/, ''));
  }
}
