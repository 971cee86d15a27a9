import type { Assembly, Resource } from '../../assembly';
import { executionStatusChange } from '../../aws/eventbridge/execution-event';
import { eventRule } from '../../aws/eventbridge/rules-of-assembly';
import { StateMachines } from '../../aws/integration/state-machines';
import { awsTaskHandler } from '../../aws/integration/task-handler';
import type { ExecutionView } from '../../aws/sfn/executions';
import type { HostsClock } from '../../hosts/isolated/hosts-clock';
import type { ExecutionListener, TaskHandler } from '../../states-language';
import type { BatchAccount } from './batch-account';

export interface BatchExecutionsProps {
  readonly assembly: Assembly;
  readonly clock: HostsClock;
  readonly random: () => number;
  readonly listenerFor: (executionArn: string) => ExecutionListener;
  readonly onFault: (fault: unknown) => void;
}

/** The state machines of the assembly on the interpreter, and what EventBridge starts of them, by events and by the clock. */
export class BatchExecutions {
  readonly machines: StateMachines;
  private readonly ending = new AbortController();
  private account?: BatchAccount;
  private handler?: TaskHandler;

  /** @throws InvalidDefinition for a definition that cannot be run */
  constructor(private readonly props: BatchExecutionsProps) {
    const { assembly, clock, random, listenerFor, onFault } = props;
    this.machines = new StateMachines({
      machines: assembly.stateMachines(),
      taskHandler: (request) => {
        if (this.handler === undefined) throw new Error('The account is not there yet.');
        return this.handler(request);
      },
      clock: clock.ofExecutions,
      random,
      listenerFor,
      onStatusChange: (view) => this.announce(view),
      onFault: (_arn, fault) => onFault(fault),
    });
  }

  /** From now on tasks are carried out, and rules are followed. */
  connect(account: BatchAccount): void {
    this.account = account;
    this.handler = awsTaskHandler({
      plane: account.controlPlane,
      sfn: account.sfn,
      assumeRole: (...session) => account.principal(...session),
    });
    for (const resource of this.props.assembly.resources('AWS::Events::Rule')) {
      account.eventBridge.addRule(eventRule(resource));
      void this.follow(resource);
    }
  }

  /** Starts an execution, and resolves with how it ended. */
  async perform(stateMachineArn: string, input: object): Promise<ExecutionView> {
    if (this.account === undefined) throw new Error('The account is not there yet.');
    const started = (await this.account.asOperator('sfn', 'startExecution', {
      stateMachineArn,
      input: JSON.stringify(input),
    })) as { executionArn: string };
    await this.machines.ended(started.executionArn);
    const ended = this.views().find(({ executionArn }) => executionArn === started.executionArn);
    if (ended === undefined) throw new Error(`The execution ${started.executionArn} is not known.`);
    return ended;
  }

  /** Newest first. */
  views(): readonly ExecutionView[] {
    return this.machines.stateMachineArns.flatMap((arn) => this.machines.executions(arn));
  }

  async stop(): Promise<void> {
    this.ending.abort();
    const running = this.views().filter(({ status }) => status === 'RUNNING');
    await Promise.all(
      running.map(({ executionArn }) => this.machines.stop(executionArn, 'Rehearsal', 'The rehearsal is stopped')),
    );
  }

  private announce(view: ExecutionView): void {
    const { account } = this;
    if (account === undefined || this.ending.signal.aborted) return;
    void account.eventBridge.put(executionStatusChange(view, account.environment));
  }

  /** A rule at a rate. */
  private async follow(rule: Resource): Promise<void> {
    const everyMs = rateMs(String(rule.property('ScheduleExpression') ?? ''));
    if (everyMs === undefined) return;
    const { signal } = this.ending;
    for (;;) {
      await this.props.clock.sleep(everyMs, signal);
      if (signal.aborted) return;
      await this.account?.eventBridge.fire(String(rule.physicalId)).catch(this.props.onFault);
    }
  }
}

function rateMs(expression: string): number | undefined {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const minutes = { minute: 1, hour: 60, day: 1_440 }[unit];
  return minutes === undefined ? undefined : Number(count) * minutes * 60_000;
}
