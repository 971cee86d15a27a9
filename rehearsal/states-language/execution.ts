import { randomUUID } from 'node:crypto';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { Chain, type Run } from './chain';
import { type Clock, SystemClock } from './clock';
import type { ContextObject } from './context';
import type { StateMachine } from './definition/schema';
import { StateFailure, Stopped } from './errors';
import { History, WHOLE } from './history';
import { byteLength, type Json, type JsonObject } from './json';
import type { ExecutionListener } from './listener';
import { runStates } from './machine';
import { MAX_PAYLOAD_BYTES } from './payload';
import { VariableScope } from './scope';
import { announceStop } from './stopping';
import type { TaskHandler } from './task/handler';

export interface ExecutionOptions {
  readonly taskHandler: TaskHandler;
  /** At most 256 KiB of JSON. @default {} */
  readonly input?: Json;
  /** Variables that are there before the first state. @default - none, as on AWS but for TestState */
  readonly variables?: JsonObject;
  /** Fields of `$states.context` that take the place of the execution's own. @default - none, as on AWS but for TestState */
  readonly context?: Partial<ContextObject>;
  /** @default - a random UUID */
  readonly name?: string;
  /** @default - a machine of account 123456789012 in us-east-1 */
  readonly stateMachineArn?: string;
  /** @default - a role of that account */
  readonly roleArn?: string;
  /** @default - real time, nothing shortened */
  readonly clock?: Clock;
  /** Numbers from 0 up to, not including, 1, for jitter and `$random()`: seeded, it makes a run repeatable. @default Math.random */
  readonly random?: () => number;
  readonly listener?: ExecutionListener;
  /** Takes up an execution that has ended. @default - it begins at the beginning */
  readonly redrive?: Redrive;
}

/**
 * Where a redriven execution goes on: in the state of the machine itself that did not succeed. Of a Parallel or a Map,
 * Step Functions takes up the branches that did not succeed where they stood; here all of it begins again.
 *
 * @see docs/aws-facts.md#sfn-redrive
 */
export interface Redrive {
  readonly count: number;
  readonly state: string;
  readonly input: Json;
  readonly variables: JsonObject;
  readonly startDate: Date;
  /** Its history goes on behind these. */
  readonly events: readonly HistoryEvent[];
}

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** As DescribeExecution has it. */
export interface ExecutionResult {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  readonly startDate: Date;
  readonly stopDate: Date;
}

const DEFAULT_MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:StateMachine';
const DEFAULT_ROLE = 'arn:aws:iam::123456789012:role/StateMachine';

/**
 * Starts an execution of a definition that `parseDefinition` has taken. It is its definition to its end.
 *
 * @see docs/aws-facts.md#sfn-running-definition
 *
 * @throws RangeError where the input is larger than 256 KiB.
 */
export function startExecution(machine: StateMachine, options: ExecutionOptions): Execution {
  const { input = {} } = options;
  if (byteLength(input) > MAX_PAYLOAD_BYTES) {
    throw new RangeError(`The execution's input has ${byteLength(input)} bytes; accepted are ${MAX_PAYLOAD_BYTES}`);
  }
  return new Execution(machine, input, options);
}

/** One run of a state machine. */
export class Execution {
  readonly name: string;
  readonly arn: string;
  readonly startDate: Date;
  /** How it ended. Rejects only where the task handler, a listener or the interpreter itself is at fault. */
  readonly result: Promise<ExecutionResult>;

  private readonly ended = new AbortController();
  private readonly chain: Chain;
  private current: ExecutionStatus = 'RUNNING';
  private resolve: (result: ExecutionResult) => void = () => {};
  private reject: (fault: unknown) => void = () => {};

  /** Use `startExecution`. */
  constructor(machine: StateMachine, input: Json, options: ExecutionOptions) {
    const { stateMachineArn = DEFAULT_MACHINE, roleArn = DEFAULT_ROLE, clock = new SystemClock() } = options;
    this.name = options.name ?? randomUUID();
    this.arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${this.name}`;
    this.startDate = options.redrive?.startDate ?? new Date(clock.now());
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    const run = this.prepare(input, stateMachineArn, roleArn, clock, options);
    const variables = new VariableScope();
    variables.assign({ ...options.variables, ...options.redrive?.variables });
    this.chain = new Chain(run, [], variables, this.ended.signal, 0);
    if (options.redrive === undefined) {
      run.history.record('ExecutionStarted', 0, {
        executionStartedEventDetails: { input: JSON.stringify(input), inputDetails: WHOLE, roleArn },
      });
    } else {
      const { count: redriveCount, events } = options.redrive;
      run.history.record('ExecutionRedriven', events.length, { executionRedrivenEventDetails: { redriveCount } });
    }
    // The first state is entered once the starter of the execution has it in hand: handlers and listeners may stop it.
    queueMicrotask(() => void this.perform(machine, options.redrive?.input ?? input, options.redrive?.state));
    if (machine.TimeoutSeconds !== undefined) void this.timeOutAfter(machine.TimeoutSeconds);
  }

  get status(): ExecutionStatus {
    return this.current;
  }

  /** The events so far, as GetExecutionHistory gives them. */
  get history(): readonly HistoryEvent[] {
    return this.chain.run.history.events;
  }

  /** States entered so far, and retries: what Step Functions charges for. */
  get transitions(): number {
    return this.chain.run.transitions;
  }

  /** How often it was taken up again. */
  get redriveCount(): number {
    return this.chain.run.execution.RedriveCount;
  }

  /** What RedriveExecution would take it up with; undefined where it runs, or has succeeded. */
  get redrive(): Redrive | undefined {
    const { current, run, variables } = this.chain;
    if (this.current === 'RUNNING' || this.current === 'SUCCEEDED' || current === undefined) return undefined;
    return {
      count: run.execution.RedriveCount + 1,
      state: current.name,
      input: current.input,
      variables: variables.held(),
      startDate: this.startDate,
      events: this.history,
    };
  }

  /**
   * StopExecution: ends every branch where it is, and runs no Catch. Without effect on an execution that has ended.
   *
   * @see docs/aws-facts.md#sfn-stop-runs-no-catch
   */
  stop(error?: string, cause?: string): Promise<ExecutionResult> {
    const details = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
    this.close('ABORTED', details, () => {
      this.chain.run.history.close('ExecutionAborted', 0, { executionAbortedEventDetails: details });
    });
    return this.result;
  }

  private prepare(input: Json, stateMachineArn: string, roleArn: string, clock: Clock, options: ExecutionOptions): Run {
    const { listener = {}, random = Math.random, taskHandler: handler } = options;
    const [, , , region = ''] = stateMachineArn.split(':');
    const StartTime = this.startDate.toISOString();
    return {
      clock,
      history: new History(clock, (event) => listener.event?.(event), options.redrive?.events),
      handler,
      listener,
      random,
      region,
      execution: {
        Id: this.arn,
        Input: input,
        StartTime,
        Name: this.name,
        RoleArn: roleArn,
        RedriveCount: options.redrive?.count ?? 0,
      },
      stateMachine: { Id: stateMachineArn, Name: stateMachineArn.split(':').at(-1) ?? '' },
      context: options.context ?? {},
      transitions: 0,
    };
  }

  private async perform(machine: StateMachine, input: Json, startAt?: string): Promise<void> {
    const { history } = this.chain.run;
    try {
      this.ended.signal.throwIfAborted();
      const output = await runStates(machine, input, this.chain, startAt);
      const details = { output: JSON.stringify(output), outputDetails: WHOLE };
      this.close('SUCCEEDED', { output }, () => {
        history.close('ExecutionSucceeded', this.chain.last, { executionSucceededEventDetails: details });
      });
    } catch (error) {
      if (this.current !== 'RUNNING') return;
      if (!(error instanceof StateFailure)) return this.crash(error);
      const { error: name, reason } = error;
      const details = { ...(name !== undefined && { error: name }), ...(reason !== undefined && { cause: reason }) };
      this.close('FAILED', details, () => {
        history.close('ExecutionFailed', this.chain.last, { executionFailedEventDetails: details });
      });
    }
  }

  private async timeOutAfter(seconds: number): Promise<void> {
    const { clock, history } = this.chain.run;
    try {
      await clock.sleep(seconds, { reason: 'executionTimeout', state: this.name, signal: this.ended.signal });
    } catch (error) {
      if (!(error instanceof Stopped)) this.crash(error);
      return;
    }
    this.close('TIMED_OUT', {}, () => {
      history.close('ExecutionTimedOut', 0, { executionTimedOutEventDetails: { error: 'States.Timeout' } });
    });
  }

  private close(
    status: ExecutionResult['status'],
    outcome: Pick<ExecutionResult, 'output' | 'error' | 'cause'>,
    record: () => void,
  ): void {
    if (this.current !== 'RUNNING') return;
    this.current = status;
    try {
      announceStop(this.chain);
      record();
      this.ended.abort(new Stopped(`The execution has ended: ${status}`));
      this.resolve({ status, ...outcome, startDate: this.startDate, stopDate: new Date(this.chain.run.clock.now()) });
    } catch (error) {
      this.crash(error);
    }
  }

  /** The caller is told of the failure, and nothing is left running. */
  private crash(fault: unknown): void {
    this.current = 'FAILED';
    this.ended.abort(new Stopped('The execution was given up', { cause: fault }));
    this.reject(fault);
  }
}
