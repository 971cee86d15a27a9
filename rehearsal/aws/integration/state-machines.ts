import {
  type Clock,
  type Execution,
  type ExecutionListener,
  type Json,
  parseDefinition,
  type Redrive,
  SystemClock,
  startExecution,
  type TaskHandler,
} from '../../states-language';
import type { ExecutionView, NewExecution, StateMachineRunner } from '../sfn/executions';

/** A state machine to run. */
export interface RunnableStateMachine {
  readonly arn: string;
  readonly roleArn: string;
  /** Parsed JSON, intrinsics resolved. */
  readonly definition: unknown;
}

export interface StateMachinesProps {
  readonly machines: readonly RunnableStateMachine[];
  readonly taskHandler: TaskHandler;
  /** @default - real time */
  readonly clock?: Clock;
  /** @default Math.random */
  readonly random?: () => number;
  /** Follows an execution. @default - nobody does */
  readonly listenerFor?: (executionArn: string) => ExecutionListener;
  /** Told when an execution has started and when it has ended. */
  readonly onStatusChange: (execution: ExecutionView) => void;
  /** Told of what is no failure of the execution: a fault of a handler, or of the interpreter itself. */
  readonly onFault: (executionArn: string, fault: unknown) => void;
}

type Definition = ReturnType<typeof parseDefinition>;

interface Run {
  execution: Execution;
  readonly stateMachineArn: string;
  readonly input: string;
  result?: Awaited<Execution['result']> | undefined;
  redrivenAt?: number;
}

/** The interpreter behind Step Functions' API. */
export class StateMachines implements StateMachineRunner {
  private readonly definitions: ReadonlyMap<string, Definition>;
  /** Newest first. */
  private readonly runs: Run[] = [];

  /** @throws InvalidDefinition for a definition that cannot be run. */
  constructor(private readonly props: StateMachinesProps) {
    this.definitions = new Map(props.machines.map(({ arn, definition }) => [arn, parseDefinition(definition)]));
  }

  get stateMachineArns(): readonly string[] {
    return [...this.definitions.keys()];
  }

  executions(stateMachineArn: string): readonly ExecutionView[] {
    return this.runs.filter((run) => run.stateMachineArn === stateMachineArn).map(view);
  }

  /** The running or ended execution itself, e.g. for its history. */
  execution(executionArn: string): Execution | undefined {
    return this.runs.find(({ execution }) => execution.arn === executionArn)?.execution;
  }

  history(executionArn: string) {
    return this.execution(executionArn)?.history ?? [];
  }

  start({ stateMachineArn, executionArn, name, input }: NewExecution): void {
    const run: Run = { execution: this.begin({ stateMachineArn, executionArn, name, input }), stateMachineArn, input };
    this.runs.unshift(run);
    this.props.onStatusChange(view(run));
    this.follow(run);
  }

  /** Goes on with one that has ended. @see docs/aws-facts.md#sfn-redrive */
  redrive(executionArn: string): void {
    const run = this.runs.find(({ execution }) => execution.arn === executionArn);
    const redrive = run?.execution.redrive;
    if (run === undefined || redrive === undefined) throw new Error(`${executionArn} is not one that can be redriven.`);
    const { stateMachineArn, input, execution } = run;
    run.execution = this.begin({ stateMachineArn, executionArn, name: execution.name, input }, redrive);
    run.result = undefined;
    run.redrivenAt = (this.props.clock ?? new SystemClock()).now();
    this.props.onStatusChange(view(run));
    this.follow(run);
  }

  private begin({ stateMachineArn, executionArn, name, input }: NewExecution, redrive?: Redrive): Execution {
    const machine = this.props.machines.find(({ arn }) => arn === stateMachineArn);
    const definition = this.definitions.get(stateMachineArn);
    if (machine === undefined || definition === undefined) {
      throw new Error(`There is no state machine ${stateMachineArn}.`);
    }
    const { taskHandler, clock, random, listenerFor } = this.props;
    const parsed: Json = JSON.parse(input);
    const listener = listenerFor?.(executionArn);
    return startExecution(definition, {
      taskHandler,
      input: parsed,
      name,
      stateMachineArn,
      roleArn: machine.roleArn,
      ...(clock !== undefined && { clock }),
      ...(random !== undefined && { random }),
      ...(listener !== undefined && { listener }),
      ...(redrive !== undefined && { redrive }),
    });
  }

  async ended(executionArn: string): Promise<void> {
    // How it ended, or failed to, is told by its description.
    await this.execution(executionArn)?.result.catch(() => undefined);
  }

  async stop(executionArn: string, error: string | undefined, cause: string | undefined): Promise<void> {
    await this.execution(executionArn)?.stop(error, cause);
  }

  private follow(run: Run): void {
    const { execution } = run;
    execution.result.then(
      (result) => {
        // It was redriven in the moment in which it ended.
        if (run.execution !== execution) return;
        run.result = result;
        this.props.onStatusChange(view(run));
      },
      (fault: unknown) => this.props.onFault(execution.arn, fault),
    );
  }
}

function view({ execution, stateMachineArn, input, result, redrivenAt }: Run): ExecutionView {
  return {
    executionArn: execution.arn,
    stateMachineArn,
    name: execution.name,
    status: result?.status ?? execution.status,
    startedAt: execution.startDate.getTime(),
    input,
    events: execution.history.length,
    redriveCount: execution.redriveCount,
    ...(redrivenAt !== undefined && { redrivenAt }),
    ...(result !== undefined && { stoppedAt: result.stopDate.getTime() }),
    ...(result?.output !== undefined && { output: JSON.stringify(result.output) }),
    ...(result?.error !== undefined && { error: result.error }),
    ...(result?.cause !== undefined && { cause: result.cause }),
  };
}
