import type { Plan } from '../../../rehearsal/chaos/plan';
import { type ExecutionResult, TaskFailure } from '../../../rehearsal/states-language';
import { FAULTED_ACTIONS, type InjectedFault } from '../../../rehearsal/testbed/faults/injected-fault';
import { InjectedFaults } from '../../../rehearsal/testbed/faults/injected-faults';
import { deliveriesAfter, type FaultKind } from '../../../rehearsal/testbed/faults/kinds';
import type { DatabaseCloud } from '../aurora/database-cloud';
import type { Cloud, RunOptions } from '../cloud';

type Side = 'blue' | 'green';

export interface Ended extends ExecutionResult {
  readonly action: string;
}

/** What a virtual cloud can be told. All but what needs a disk, or data. */
export const VIRTUAL_KINDS: readonly FaultKind[] = [
  ...(['throttle', 'denied', 'lost-answer', 'second-execution', 'early-recover', 'deploy', 'alarm'] as const),
  ...(['abort', 'abort-unheard', 'abort-doubled'] as const),
  ...(['kill-agent', 'hang-agent', 'kill-blue', 'kill-green'] as const),
];

const AGENT_FAULTS: Partial<Record<FaultKind, () => TaskFailure>> = {
  'kill-agent': () => new TaskFailure('Agent.Stopped', 'The agent was stopped.'),
  'hang-agent': () => new TaskFailure('States.HeartbeatTimeout'),
};

/** Errors after which the rule of a migration starts a recovery, beside executions that were stopped or timed out. */
const isInterrupted = ({ status, error = '' }: Ended) =>
  ['ABORTED', 'TIMED_OUT'].includes(status) || /^States\./.test(error);

/** A plan of chaos in virtual time: as the rehearsal performs it on real engines, with the operator. */
export class VirtualNight {
  /** In the order in which they ended. */
  readonly ends: Ended[] = [];
  readonly injected: InjectedFault[] = [];
  private readonly faults: InjectedFaults;
  private readonly running: Promise<unknown>[] = [];
  private readonly ailing: TaskFailure[] = [];
  private lost?: Side;
  private started = 0;
  private readonly stopped = new Set<string>();
  private readonly deliveries = new Map<string, number>();

  /** @param isPrepared - whether an execution of its own prepares the migration */
  constructor(
    private readonly cloud: Cloud | DatabaseCloud,
    private readonly plan: Plan,
    private readonly isPrepared = false,
  ) {
    this.faults = new InjectedFaults({
      faults: plan.faults,
      actionOf: (arn) => FAULTED_ACTIONS.find((action) => arn.endsWith(action)),
      inject: (kind, arn) => this.inject(kind, arn),
      onInjected: (fault) => this.injected.push(fault),
    });
    cloud.ailment = (args) => this.ailment(args);
  }

  /** Gives the execution that has said who serves. */
  async perform(): Promise<Ended> {
    if (this.isPrepared) await this.prepare();
    if (this.plan.action !== 'prepare') {
      await this.runWithRecovery('cutover', this.plan.action === 'rollback' ? ['rollback'] : []);
    }
    if (this.plan.action === 'rollback') await this.runWithRecovery('rollback', []);
    if (this.lost !== undefined && this.lost === this.cloud.serving()) {
      this.faults.fix([]);
      await this.runWithRecovery(this.lost === 'green' ? 'rollback' : 'cutover', []);
    }
    const last = this.ends.findLast(({ error }) => error !== 'Busy');
    if (last === undefined) throw new Error('No execution has done anything.');
    return last;
  }

  /** What no recovery has ended. */
  unfinished(): string[] {
    return this.isSettled() ? [] : ['something is left to recover when the causes are fixed'];
  }

  /** As the operator of a rehearsal does: one that was interrupted or has failed is started again. */
  private async prepare(): Promise<void> {
    await this.runWithRecovery('prepare', ['cutover', 'rollback']);
    if (this.ends.at(-1)?.status === 'SUCCEEDED' && this.injected.length === 0) return;
    this.faults.fix(['cutover', 'rollback']);
    await this.run('prepare');
  }

  private async runWithRecovery(action: Plan['action'], stillToCome: readonly Plan['action'][]): Promise<void> {
    await this.run(action);
    // Nobody was told of one that was stopped unheard: anyone who looks asks what is left of it.
    if (!this.isSettled() || this.ends.slice(-1).some(isInterrupted)) {
      this.faults.fix(stillToCome);
      await this.run('recover');
    }
  }

  private isSettled(): boolean {
    const { phase = 'settled', lock } = this.cloud.observe();
    return phase === 'settled' && lock === undefined;
  }

  /** Until whatever it set off has ended as well. */
  private async run(action: string): Promise<void> {
    this.start(action);
    while (this.running.length > 0) await Promise.all(this.running.splice(0));
  }

  private start(action: string): void {
    this.started += 1;
    const arn = `${this.started}:${action}`;
    const ofCalls = (state: string) => this.faults.ofCalls({ service: '', action: '', state, principalArn: arn })?.kind;
    let lose = false;
    const options: RunOptions = {
      abort: (state) => {
        this.faults.entered(state, arn);
        return this.stopped.delete(arn);
      },
      refuse: (state) => {
        const kind = ofCalls(state);
        lose = kind === 'loseAnswer';
        if (kind === 'throttle') return new TaskFailure('Any.ThrottlingException', 'Rate exceeded');
        return kind === 'accessDenied' ? new TaskFailure('Any.AccessDeniedException', `denied at ${state}`) : undefined;
      },
      fail: (state) => (lose ? new TaskFailure('Any.SdkClientException', `answer lost at ${state}`) : undefined),
    };
    this.running.push(this.cloud.run(action, options).then((result) => this.hasEnded(arn, { ...result, action })));
  }

  /** The rule of the migration follows what was interrupted with a recovery, as often as it hears of it. */
  private hasEnded(arn: string, end: Ended): void {
    this.ends.push(end);
    if (!isInterrupted(end)) return;
    for (let left = this.deliveries.get(arn) ?? 1; left > 0; left--) this.start('recover');
  }

  private inject(kind: FaultKind, arn: string): void {
    const deliveries = deliveriesAfter(kind);
    if (deliveries !== undefined) {
      this.deliveries.set(arn, deliveries);
      this.stopped.add(arn);
    }
    const ailment = AGENT_FAULTS[kind];
    if (ailment !== undefined) this.ailing.push(ailment());
    switch (kind) {
      case 'second-execution':
        this.start(arn.replace(/^\d+:/, ''));
        break;
      case 'early-recover':
        this.start('recover');
        break;
      case 'deploy':
        this.running.push(this.cloud.updateRecords());
        break;
      case 'alarm':
        this.cloud.raiseAlarm();
        break;
      case 'kill-blue':
        this.lost = 'blue';
        break;
      case 'kill-green':
        this.lost = 'green';
        break;
    }
  }

  /** What the agent answers instead of what it was asked for. */
  private ailment(args: unknown): TaskFailure | undefined {
    if (this.lost !== undefined && JSON.stringify(args).includes(`"${this.lost}"`)) {
      return new TaskFailure('Agent.Unreachable', `${this.lost} does not answer.`);
    }
    return this.ailing.shift();
  }
}
