import type { ExecutionEnd, Side } from '../report/result';
import type { Account } from './account';
import type { CheckBehaviours } from './checks/check-behaviours';
import { Person } from './checks/person';
import type { Executions } from './executions';
import type { FaultInjection } from './faults/fault-injection';
import type { RehearsedAction } from './faults/injected-fault';
import type { Migration } from './migration';

export interface OperatorProps {
  readonly account: Account;
  readonly migration: Migration;
  readonly executions: Executions;
  readonly faults: FaultInjection;
  /** Whether an execution of its own prepares the migration. */
  readonly isPrepared: boolean;
  /** Whether what waits for an approval is approved. */
  readonly approves: boolean;
  readonly behaviours: CheckBehaviours;
  readonly serving: () => Side | undefined;
  readonly onNote: (line: string) => void;
  /** Told of what a person has answered. */
  readonly onAnswer: (what: string) => void;
}

/** As the journal calls it when nothing is left to put back. */
const SETTLED = 'settled';

/** Does what an operator does: starts executions, fixes causes, starts `recover`, approves, answers checks. */
export class Operator {
  /** What the last execution was started for. */
  private goal?: string;
  /** Executions that were started after the causes were fixed. */
  private readonly afterFix = new Set<string>();
  private readonly person: Person;
  private approved = '';

  constructor(private readonly props: OperatorProps) {
    this.person = new Person(props.account, props.migration, props.behaviours);
  }

  /** The side that clients were to be moved to. */
  get wanted(): Side {
    return this.goal === 'cutover' ? 'green' : 'blue';
  }

  /** Starts executions until clients are where they were to be and nothing is left to put back. */
  async perform(action: RehearsedAction): Promise<void> {
    const wanted = action === 'rollback' ? (['cutover', 'rollback'] as const) : [action];
    if (this.props.isPrepared && action !== 'preflight') await this.prepare();
    const actions = wanted.filter((each) => each !== 'prepare');
    this.goal = actions.at(-1);
    for (const each of actions) {
      await this.startAndWait(each);
      await this.recoverAfter(each);
    }
    const { lost } = this.props.faults;
    if (lost !== undefined && lost.side === this.props.serving()) await this.leaveLostSide(lost.side);
  }

  /** What a recovery is still needed for, one sentence each. The lock is free as soon as nothing runs. */
  leftToRecover(): string[] {
    const { account, migration } = this.props;
    const journal = account.ssm.parameters.valueOf(migration.manifest.parameters.journal);
    const { phase } = journal === undefined ? { phase: SETTLED } : (JSON.parse(journal) as { phase: string });
    return phase === SETTLED ? [] : [`The journal is at the phase ${phase}.`];
  }

  executionEnds(): ExecutionEnd[] {
    return this.props.executions.views().map(({ executionArn, status, error, input }) => ({
      action: String((JSON.parse(input) as { action?: string }).action),
      status,
      ...(error !== undefined && { error }),
      afterFix: this.afterFix.has(executionArn),
    }));
  }

  /** Answers what waits for a person now: an approval, a check. */
  answerRequests(): void {
    const { account, migration, approves, serving, onAnswer } = this.props;
    const said = this.person.answer(serving() ?? 'blue');
    if (said !== undefined) onAnswer(said);
    if (!approves) return;
    const asked = account.ssm.parameters.valueOf(migration.manifest.parameters.approval);
    const { token: taskToken } = JSON.parse(asked ?? '{}') as { token?: string };
    if (taskToken === undefined || taskToken === this.approved) return;
    this.approved = taskToken;
    onAnswer('approved');
    void account.asOperator('sfn', 'sendTaskSuccess', { taskToken, output: '{"by":"rehearsal"}' });
  }

  /** Days before the cutover. A preparation that was interrupted or has failed is started again. */
  private async prepare(): Promise<void> {
    await this.startAndWait('prepare');
    await this.recoverAfter('prepare');
    if (this.props.executions.last()?.status === 'SUCCEEDED' && !this.props.faults.any) return;
    this.props.faults.fix(['cutover', 'rollback']);
    await this.startAndWait('prepare');
  }

  /** Where an execution says so: fixes the cause, and starts `recover`. */
  private async recoverAfter(action: string): Promise<void> {
    const left = [...this.leftToRecover(), ...this.interrupted()];
    if (left.length === 0) return;
    this.props.faults.fix(action === 'prepare' ? ['cutover', 'rollback'] : action === 'cutover' ? ['rollback'] : []);
    this.props.onNote(`The injected faults end, and {"action": "recover"} follows: ${left.join(' ')}`);
    this.afterFix.add(await this.startAndWait('recover'));
  }

  /** No client is served any more, which an operator sees first. */
  private async leaveLostSide(lost: Side): Promise<void> {
    this.props.faults.fix([]);
    await this.startAndWait(lost === 'green' ? 'rollback' : 'cutover');
    await this.recoverAfter('rollback');
  }

  /** Gives the execution's ARN. */
  private async startAndWait(action: string): Promise<string> {
    const { account, migration, executions, onNote } = this.props;
    onNote(`Start {"action": "${action}"}`);
    const started = (await account.asOperator('sfn', 'startExecution', {
      stateMachineArn: migration.stateMachine.arn,
      input: JSON.stringify({ action }),
    })) as { executionArn: string };
    await executions.allEnded();
    // The report tells how the last one ended, and this may be an earlier one.
    const ended = executions.views().find(({ executionArn }) => executionArn === started.executionArn);
    if (ended?.cause !== undefined) onNote(`${action} ended ${ended.status}: ${ended.cause}`);
    return started.executionArn;
  }

  /** An execution that was stopped, and that no recovery followed. */
  private interrupted(): string[] {
    const { status, name } = this.props.executions.last() ?? {};
    return status === 'ABORTED' || status === 'TIMED_OUT' ? [`${name} ended ${status}.`] : [];
  }
}
