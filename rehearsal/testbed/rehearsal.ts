import { setTimeout as sleep } from 'node:timers/promises';
import type { Assembly } from '../assembly';
import type { ClientLoad } from '../clients/load';
import { ANSWERED_WITHIN_MS } from '../report/invariants';
import type { CheckRun, ClientFigures, ExecutionEnd, FaultRun, Outcome, WeightChange } from '../report/result';
import type { Account } from './account';
import { type ShutOut, shutOut } from './clients/shut-out';
import { collectEvidence } from './evidence';
import type { RehearsedAction } from './faults/injected-fault';
import type { Evidence } from './invariants';
import { Lifecycle } from './lifecycle';
import type { Migration } from './migration';
import { ObservedState } from './observed-state';
import type { RehearsalOptions } from './rehearsal-options';
import type { SystemUnderTest } from './system-under-test';
import type { Timeline } from './timeline';

const ANSWERS_POLL_MS = 250;
/** By then the processes of every group that was started run, or never will. Forty start one after the other. */
const PROCESSES_UP_MS = 120_000;

/** A migration on this machine: the testbed, the agent, and the state machine that moves the clients. */
export class Rehearsal {
  static async start(assembly: Assembly, migration: Migration, options: RehearsalOptions): Promise<Rehearsal> {
    return new Rehearsal(migration, options, await Lifecycle.start(assembly, migration, options));
  }

  /** When the last execution had ended. */
  private endedAt = Number.POSITIVE_INFINITY;

  private constructor(
    readonly migration: Migration,
    private readonly options: RehearsalOptions,
    private readonly lifecycle: Lifecycle,
  ) {}

  get startedAt(): number {
    return this.lifecycle.startedAt;
  }

  get timeline(): Timeline {
    return this.lifecycle.timeline;
  }

  get account(): Account {
    return this.lifecycle.parts.testbed.account;
  }

  /** The account for SDK clients: where it is, and credentials of the deployer. */
  get operatorAccess() {
    const { endpoint } = this.lifecycle.parts;
    const { region } = this.account.environment;
    const credentials = endpoint.server.credentialsFor(this.account.operator);
    return { endpoint: endpoint.url, region, credentials };
  }

  get system(): SystemUnderTest {
    return this.lifecycle.parts.testbed.system;
  }

  get clients(): ClientLoad {
    return this.lifecycle.parts.testbed.load.clients;
  }

  get weightChanges(): readonly WeightChange[] {
    return this.lifecycle.parts.monitor.weightChanges;
  }

  /** What must be restored as it is now. */
  observe(): ObservedState {
    return ObservedState.of(this.account, this.migration, this.system, this.lifecycle.parts.testbed.backends);
  }

  elapsedMs(): number {
    return this.lifecycle.elapsedMs();
  }

  async pass(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.options.signal });
  }

  /** Starts executions as an operator would, until clients are where they were to be and nothing is left to put back. */
  async perform(action: RehearsedAction): Promise<void> {
    await this.lifecycle.parts.operator.perform(action);
    this.endedAt = Date.now();
  }

  /**
   * Until each group of clients has been answered as before, and at most for as long as that may take. A group that was
   * started again is kept out of nothing before its processes are up, which a busy machine takes its time for.
   */
  async clientsAnswered(): Promise<void> {
    let up = false;
    void this.clients.began().then(() => {
      up = true;
    });
    const latestAt = Date.now() + PROCESSES_UP_MS;
    while (!up && Date.now() < latestAt) await this.pass(ANSWERS_POLL_MS);
    const giveUpAt = Date.now() + ANSWERED_WITHIN_MS;
    while (this.shutOut().length > 0 && Date.now() < giveUpAt) await this.pass(ANSWERS_POLL_MS);
  }

  /** The groups of clients that are not answered any more. */
  shutOut(): ShutOut[] {
    return shutOut(this.clients.groupAccess(), this.lifecycle.serving(), this.endedAt);
  }

  /** Clients finish what they do; then what they saw is judged. */
  async stopClients(): Promise<ClientFigures> {
    await this.clients.stop();
    const serving = this.lifecycle.serving() ?? 'blue';
    if (!(await this.system.answers(serving))) {
      throw new Error(`${serving} serves and does not answer, so the data of clients cannot be checked.`);
    }
    return this.lifecycle.parts.testbed.load.judge(serving, this.timeline.phases, this.startedAt);
  }

  async evidence(figures: ClientFigures, before: ObservedState, shutOut: readonly ShutOut[]): Promise<Evidence> {
    const { rehearsable, executions, faults, timeline, calls } = this.lifecycle;
    const { testbed, operator, monitor } = this.lifecycle.parts;
    const serving = this.lifecycle.serving();
    return collectEvidence(
      { testbed, rehearsable, executions, operator, faults, monitor, timeline, calls, serving },
      { figures, before, after: () => this.observe(), shutOut },
    );
  }

  outcome(): Outcome {
    const last = this.lifecycle.executions.last();
    if (last === undefined || last.error === 'RecoveryNeeded' || ['ABORTED', 'TIMED_OUT'].includes(last.status))
      return 'failed';
    return this.lifecycle.serving() === this.lifecycle.parts.operator.wanted ? 'cutover' : 'rolledBack';
  }

  /** Without an injected fault it must succeed; else it must end on one side and say so. */
  endedAsMeant(): boolean {
    if (!this.lifecycle.faults.any && !this.isRedOnPurpose)
      return this.lifecycle.executions.last()?.status === 'SUCCEEDED';
    return this.outcome() !== 'failed';
  }

  checks(): readonly CheckRun[] {
    return this.lifecycle.checkRuns.runs;
  }

  reason(): string | undefined {
    return this.lifecycle.executions.views().findLast(({ cause }) => cause !== undefined)?.cause;
  }

  executionEnds(): ExecutionEnd[] {
    return this.lifecycle.parts.operator.executionEnds();
  }

  faultRuns(): FaultRun[] {
    return this.lifecycle.faults.runs();
  }

  transitions(): number {
    return this.lifecycle.executions.transitions;
  }

  /** Ends everything that was started, in whatever state it is. */
  stop(): Promise<void> {
    return this.lifecycle.stop();
  }

  /** A check was told to fail, and has found that out. */
  private get isRedOnPurpose(): boolean {
    const { behaviours = new Map() } = this.options;
    return this.checks().some(({ check, passed }) => !passed && behaviours.has(check));
  }
}
