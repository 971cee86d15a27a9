import type {
  DescribeExecutionInput,
  DescribeExecutionOutput,
  GetExecutionHistoryInput,
  GetExecutionHistoryOutput,
  HistoryEvent,
  ListExecutionsInput,
  ListExecutionsOutput,
  StartExecutionInput,
  StartExecutionOutput,
  StopExecutionInput,
  StopExecutionOutput,
} from '@aws-sdk/client-sfn';
import { AwsError } from '../aws-error';
import type { AwsEnvironment } from '../environment';
import { page } from '../page';
import type { Need, Operation } from '../service';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** An execution, as its runner sees it now. */
export interface ExecutionView {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly stoppedAt?: number;
  /** JSON text. */
  readonly input: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

export interface NewExecution {
  readonly stateMachineArn: string;
  readonly executionArn: string;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
}

/** What runs state machines: the interpreter, behind the API. */
export interface StateMachineRunner {
  /** The ARNs of the state machines it has. */
  readonly stateMachineArns: readonly string[];
  /** Newest first. */
  executions(stateMachineArn: string): readonly ExecutionView[];
  /** Returns at once; the execution goes on by itself. */
  start(execution: NewExecution): void;
  /** Resolves when it is over. @default - a waiter polls */
  ended?(executionArn: string): Promise<void>;
  /** Its events so far. @default - it has none to show */
  history?(executionArn: string): readonly HistoryEvent[];
  /** Ends it as ABORTED; no Catch is run. */
  stop(executionArn: string, error: string | undefined, cause: string | undefined): Promise<void>;
}

const LARGEST_INPUT = 262_144;

/** StartExecution and what is asked about executions. */
export class Executions {
  constructor(
    private readonly environment: AwsEnvironment,
    private readonly runner: StateMachineRunner,
  ) {}

  readonly operations = {
    startExecution: {
      needs: ({ stateMachineArn }) => [{ action: 'states:StartExecution', resources: [stateMachineArn ?? '*'] }],
      run: (request) => this.start(request),
    } satisfies Operation<StartExecutionInput, StartExecutionOutput>,
    stopExecution: {
      needs: ({ executionArn }) => [need('StopExecution', executionArn)],
      run: (request) => this.stop(request),
    } satisfies Operation<StopExecutionInput, StopExecutionOutput>,
    describeExecution: {
      needs: ({ executionArn }) => [need('DescribeExecution', executionArn)],
      run: ({ executionArn }) => this.describe(executionArn ?? ''),
    } satisfies Operation<DescribeExecutionInput, DescribeExecutionOutput>,
    getExecutionHistory: {
      needs: ({ executionArn }) => [need('GetExecutionHistory', executionArn)],
      run: (request) => this.history(request),
    } satisfies Operation<GetExecutionHistoryInput, GetExecutionHistoryOutput>,
    listExecutions: {
      needs: ({ stateMachineArn }) => [{ action: 'states:ListExecutions', resources: [stateMachineArn ?? '*'] }],
      run: (request) => this.list(request),
    } satisfies Operation<ListExecutionsInput, ListExecutionsOutput>,
  };

  private start({ stateMachineArn = '', name, input = '{}' }: StartExecutionInput): StartExecutionOutput {
    this.requireStateMachine(stateMachineArn);
    if (Buffer.byteLength(input) > LARGEST_INPUT) {
      throw new AwsError('InvalidExecutionInput', `Invalid Execution Input: longer than ${LARGEST_INPUT} bytes.`);
    }
    try {
      JSON.parse(input);
    } catch (error) {
      throw new AwsError(
        'InvalidExecutionInput',
        `Invalid Execution Input: ${error instanceof Error ? error.message : error}`,
      );
    }
    const chosen = name ?? this.environment.ids.uuid();
    if (!/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u.test(chosen)) {
      throw new AwsError('InvalidName', `Invalid Name: '${chosen}'`);
    }
    return this.startNamed(stateMachineArn, chosen, input);
  }

  /** Of the same name and input the running execution is meant; any other of that name is in the way for 90 days. */
  private startNamed(stateMachineArn: string, name: string, input: string): StartExecutionOutput {
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const existing = this.runner.executions(stateMachineArn).find((execution) => execution.name === name);
    if (existing === undefined) {
      this.runner.start({ stateMachineArn, executionArn, name, input });
      return { executionArn, startDate: new Date(this.environment.clock.now()) };
    }
    if (existing.status === 'RUNNING' && existing.input === input) {
      return { executionArn, startDate: new Date(existing.startedAt) };
    }
    throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
  }

  private async stop({ executionArn = '', error, cause }: StopExecutionInput): Promise<StopExecutionOutput> {
    const execution = this.find(executionArn);
    if (execution.status === 'RUNNING') {
      await this.runner.stop(executionArn, error, cause);
    }
    return { stopDate: new Date(this.find(executionArn).stoppedAt ?? this.environment.clock.now()) };
  }

  private describe(executionArn: string): DescribeExecutionOutput {
    const { startedAt, stoppedAt, ...execution } = this.find(executionArn);
    return {
      ...execution,
      startDate: new Date(startedAt),
      ...(stoppedAt !== undefined && { stopDate: new Date(stoppedAt) }),
    };
  }

  private history(request: GetExecutionHistoryInput): GetExecutionHistoryOutput {
    const { executionArn } = this.find(request.executionArn ?? '');
    const events = this.runner.history?.(executionArn) ?? [];
    const { items, next } = page(
      request.reverseOrder === true ? events.toReversed() : events,
      request.nextToken,
      request.maxResults || 100,
      () => new AwsError('InvalidToken', 'Invalid Token'),
    );
    return { events: [...items], ...(next !== undefined && { nextToken: next }) };
  }

  private list(request: ListExecutionsInput): ListExecutionsOutput {
    const stateMachineArn = request.stateMachineArn ?? '';
    this.requireStateMachine(stateMachineArn);
    const matching = this.runner
      .executions(stateMachineArn)
      .filter(({ status }) => request.statusFilter === undefined || status === request.statusFilter);
    const { items, next } = page(
      matching,
      request.nextToken,
      request.maxResults || 100,
      () => new AwsError('InvalidToken', 'Invalid Token'),
    );
    return {
      executions: items.map(({ executionArn, name, status, startedAt, stoppedAt }) => ({
        executionArn,
        stateMachineArn,
        name,
        status,
        startDate: new Date(startedAt),
        ...(stoppedAt !== undefined && { stopDate: new Date(stoppedAt) }),
      })),
      ...(next !== undefined && { nextToken: next }),
    };
  }

  private requireStateMachine(arn: string): void {
    if (!arn.startsWith('arn:')) {
      throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
    }
    if (!this.runner.stateMachineArns.includes(arn)) {
      throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    }
  }

  private find(executionArn: string): ExecutionView {
    if (!/^arn:[^:]+:states:[^:]*:[^:]*:execution:[^:]+:[^:]+$/.test(executionArn)) {
      throw new AwsError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: ${executionArn}'`);
    }
    const stateMachineArn = executionArn.replace(':execution:', ':stateMachine:').replace(/:[^:]+$/, '');
    const execution = this.runner.stateMachineArns.includes(stateMachineArn)
      ? this.runner.executions(stateMachineArn).find((candidate) => candidate.executionArn === executionArn)
      : undefined;
    if (execution === undefined) {
      throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
    }
    return execution;
  }
}

const need = (action: string, executionArn: string | undefined): Need => ({
  action: `states:${action}`,
  resources: [executionArn ?? '*'],
});
