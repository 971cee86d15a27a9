import type {
  DescribeExecutionInput,
  DescribeExecutionOutput,
  GetExecutionHistoryInput,
  GetExecutionHistoryOutput,
  HistoryEvent,
  ListExecutionsInput,
  ListExecutionsOutput,
  RedriveExecutionInput,
  RedriveExecutionOutput,
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
  /** Events of its history. @default 0 */
  readonly events?: number;
  /** @default 0 */
  readonly redriveCount?: number;
  readonly redrivenAt?: number;
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
  /** Goes on with one that did not succeed. @default - none of its executions is redriven */
  redrive?(executionArn: string): void;
}

const LARGEST_INPUT = 262_144;

const DAY_MS = 24 * 60 * 60 * 1000;
const REDRIVABLE_FOR_MS = 14 * DAY_MS;
const MAX_OPEN_MS = 365 * DAY_MS;
/** With ExecutionRedriven and one event more the history has all that it can have. */
const MAX_EVENTS = 24_999;
/** Redrives are told apart by so many tokens, for so long. */
const LAST_TOKENS = 10;
const TOKEN_LIVES_MS = 15 * 60 * 1000;

/** StartExecution and what is asked about executions. */
export class Executions {
  private tokens: readonly {
    readonly executionArn: string;
    readonly clientToken: string;
    readonly redrivenAt: number;
  }[] = [];

  constructor(
    private readonly environment: AwsEnvironment,
    private readonly runner: StateMachineRunner,
    private readonly endShownAfterMs = 0,
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
    redriveExecution: {
      needs: ({ executionArn }) => [need('RedriveExecution', executionArn)],
      run: (request) => this.redrive(request),
    } satisfies Operation<RedriveExecutionInput, RedriveExecutionOutput>,
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

  /**
   * Of the same name and input the running execution is meant; any other of that name is in the way for 90 days.
   *
   * @see docs/aws-facts.md#sfn-start-execution-once
   */
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

  /** @see docs/aws-facts.md#sfn-redrive */
  private redrive({ executionArn = '', clientToken }: RedriveExecutionInput): RedriveExecutionOutput {
    const found = this.find(executionArn);
    const now = this.environment.clock.now();
    const tokens = this.tokens.filter((token) => now - token.redrivenAt <= TOKEN_LIVES_MS);
    const before = tokens.find((token) => token.executionArn === executionArn && token.clientToken === clientToken);
    if (before !== undefined && clientToken !== undefined) return { redriveDate: new Date(before.redrivenAt) };
    const reason = notRedrivable(found, now);
    if (reason !== undefined) throw new AwsError('ExecutionNotRedrivable', reason);
    this.runner.redrive?.(executionArn);
    if (clientToken !== undefined) {
      const others = tokens.filter((token) => token.executionArn !== executionArn);
      const own = tokens.filter((token) => token.executionArn === executionArn);
      this.tokens = [...others, ...[...own, { executionArn, clientToken, redrivenAt: now }].slice(-LAST_TOKENS)];
    }
    return { redriveDate: new Date(now) };
  }

  private describe(executionArn: string): DescribeExecutionOutput {
    const found = this.asShown(this.find(executionArn));
    const { startedAt, stoppedAt, events: _, redriveCount = 0, redrivenAt, ...execution } = found;
    const redriveStatusReason = notRedrivable(found, this.environment.clock.now());
    return {
      ...execution,
      redriveCount,
      redriveStatus: redriveStatusReason === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
      ...(redriveStatusReason !== undefined && { redriveStatusReason }),
      ...(redrivenAt !== undefined && { redriveDate: new Date(redrivenAt) }),
      startDate: new Date(startedAt),
      ...(stoppedAt !== undefined && { stopDate: new Date(stoppedAt) }),
    };
  }

  /** @see docs/aws-facts.md#sfn-describe-execution-lags */
  private asShown(view: ExecutionView): ExecutionView {
    const { stoppedAt, output: _, error: __, cause: ___, ...asItRan } = view;
    const isShown =
      this.endShownAfterMs === 0 ||
      stoppedAt === undefined ||
      this.environment.clock.now() - stoppedAt >= this.endShownAfterMs;
    return isShown ? view : { ...asItRan, status: 'RUNNING' };
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
      .filter(({ status }) => request.statusFilter === undefined || status === request.statusFilter)
      .filter(
        ({ redriveCount = 0 }) =>
          request.redriveFilter === undefined || (request.redriveFilter === 'REDRIVEN') === redriveCount > 0,
      );
    const { items, next } = page(
      matching,
      request.nextToken,
      request.maxResults || 100,
      () => new AwsError('InvalidToken', 'Invalid Token'),
    );
    return {
      executions: items.map(({ executionArn, name, status, startedAt, stoppedAt, redriveCount = 0, redrivenAt }) => ({
        executionArn,
        stateMachineArn,
        name,
        status,
        redriveCount,
        ...(redrivenAt !== undefined && { redriveDate: new Date(redrivenAt) }),
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

/** Why it cannot be redriven, in DescribeExecution's words. */
function notRedrivable({ status, startedAt, stoppedAt, events = 0 }: ExecutionView, now: number): string | undefined {
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  if (stoppedAt !== undefined && now - stoppedAt > REDRIVABLE_FOR_MS) return 'Execution redrivable period exceeded';
  if (now - startedAt > MAX_OPEN_MS) return 'Execution has exceeded the max execution time';
  if (events >= MAX_EVENTS) return 'Execution history event limit exceeded';
  return undefined;
}

const need = (action: string, executionArn: string | undefined): Need => ({
  action: `states:${action}`,
  resources: [executionArn ?? '*'],
});
