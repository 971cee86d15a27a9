import type { StateMachine } from '../assembly';
import type { ExecutionView, NewExecution, StateMachineRunner } from '../aws/sfn/executions';
import {
  type Clock,
  type Execution,
  type ExecutionListener,
  parseDefinition,
  startExecution,
  type TaskHandler,
} from '../states-language';

export interface InterpreterProps {
  readonly stateMachine: StateMachine;
  readonly taskHandler: TaskHandler;
  readonly clock: Clock;
  readonly random: () => number;
  readonly listener: (executionArn: string) => ExecutionListener;
  /** Told of every change of status, as EventBridge is. */
  readonly statusChanged: (view: ExecutionView) => void;
}

interface Run {
  readonly request: NewExecution;
  readonly execution: Execution;
  view: ExecutionView;
}

/** Step Functions behind its API: the interpreter runs the synthesized definition. */
export class Interpreter implements StateMachineRunner {
  readonly stateMachineArns: readonly string[];
  /** Newest first. */
  private readonly runs: Run[] = [];
  private readonly machine: ReturnType<typeof parseDefinition>;
  /** A fault of the stage itself, which no execution may hide. */
  private fault: unknown;

  constructor(private readonly props: InterpreterProps) {
    this.stateMachineArns = [props.stateMachine.arn];
    this.machine = parseDefinition(props.stateMachine.definition);
  }

  executions(stateMachineArn: string): readonly ExecutionView[] {
    return stateMachineArn === this.props.stateMachine.arn ? this.runs.map(({ view }) => view) : [];
  }

  start(request: NewExecution): void {
    const { stateMachine, taskHandler, clock, random, listener, statusChanged } = this.props;
    const execution = startExecution(this.machine, {
      taskHandler,
      clock,
      random,
      input: JSON.parse(request.input),
      name: request.name,
      stateMachineArn: stateMachine.arn,
      roleArn: stateMachine.roleArn,
      listener: listener(request.executionArn),
    });
    const run: Run = { request, execution, view: runningView(request, execution) };
    this.runs.unshift(run);
    statusChanged(run.view);
    execution.result.then(
      ({ status, output, error, cause, stopDate }) => {
        run.view = {
          ...run.view,
          status,
          stoppedAt: stopDate.getTime(),
          ...(output !== undefined && { output: JSON.stringify(output) }),
          ...(error !== undefined && { error }),
          ...(cause !== undefined && { cause }),
        };
        statusChanged(run.view);
      },
      (fault: unknown) => {
        this.fault = fault;
      },
    );
  }

  async stop(executionArn: string, error: string | undefined, cause: string | undefined): Promise<void> {
    const run = this.runs.find(({ request }) => request.executionArn === executionArn);
    await run?.execution.stop(error, cause);
  }

  /** Resolves when no execution runs. @throws what the stage itself did wrong */
  async idle(): Promise<void> {
    for (;;) {
      const running = this.runs.filter(({ view }) => view.status === 'RUNNING');
      await Promise.allSettled(this.runs.map(({ execution }) => execution.result));
      // What an ended execution set off (EventBridge) has been started by now.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.fault !== undefined) throw this.fault;
      if (running.length === 0) return;
    }
  }

  /** In the order in which they were started. */
  get history(): readonly { readonly view: ExecutionView; readonly execution: Execution }[] {
    return this.runs.toReversed();
  }
}

function runningView(request: NewExecution, execution: Execution): ExecutionView {
  return {
    executionArn: request.executionArn,
    stateMachineArn: request.stateMachineArn,
    name: request.name,
    status: 'RUNNING',
    startedAt: execution.startDate.getTime(),
    input: request.input,
  };
}
