import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Assembly } from '../assembly';
import type { JournalEntry } from '../aws/call-journal';
import { AwsEndpoint } from '../aws/endpoint/endpoint';
import { executionStatusChange } from '../aws/eventbridge/execution-event';
import { StateMachines } from '../aws/integration/state-machines';
import { awsTaskHandler } from '../aws/integration/task-handler';
import type { ExecutionView } from '../aws/sfn/executions';
import type { ClientLoad } from '../clients/load';
import { Random } from '../clients/random';
import { ANSWERED_WITHIN_MS } from '../report/invariants';
import type {
  CheckRun,
  ClientFigures,
  ExecutionEnd,
  FaultRun,
  LiveView,
  Outcome,
  Side,
  WeightChange,
} from '../report/result';
import type { Execution, ExecutionListener, TaskHandler, TaskRequest } from '../states-language';
import type { Account } from './account';
import { AgentProcess } from './agent-process';
import type { CheckBehaviours } from './checks/check-behaviours';
import { CheckRuns } from './checks/check-runs';
import { Person } from './checks/person';
import { type ShutOut, shutOut } from './clients/shut-out';
import {
  FAULTED_ACTIONS,
  type FaultedAction,
  faultText,
  type InjectedFault,
  type RehearsedAction,
} from './faults/injected-fault';
import { InjectedFaults } from './faults/injected-faults';
import { type FaultTargets, inject } from './faults/injections';
import { comesLater, deliveriesAfter, type FaultKind } from './faults/kinds';
import type { Evidence, LostOnPurpose } from './invariants';
import type { Migration } from './migration';
import { ObservedState } from './observed-state';
import { partsOfPhases } from './parts-of-phases';
import type { Rehearsable, SystemOptions } from './rehearsable';
import { rehearsableOf } from './rehearsable-of';
import { HURRIED_SECONDS, RehearsalClock } from './rehearsal-clock';
import { sideOf } from './side-of';
import type { SystemUnderTest } from './system-under-test';
import { Testbed, type TestbedOptions } from './testbed';
import { Timeline } from './timeline';

export interface RehearsalOptions extends SystemOptions {
  readonly turnsPerSecond: number;
  readonly faults: readonly InjectedFault[];
  /** @default false */
  readonly hurry?: boolean;
  /** Has reads answered as things were a moment before. @default false */
  readonly staleReads?: boolean;
  /** How what checks ask behaves. @default - it works */
  readonly behaviours?: CheckBehaviours;
  /** @default - as long as they take */
  readonly limitMs?: number;
  /** Follows every execution, beside the rehearsal itself. @default - nobody does */
  readonly follower?: ExecutionListener;
  /** Whether the rehearsal approves what waits for an approval. @default true */
  readonly approves?: boolean;
  readonly onLive: (view: LiveView) => void;
  readonly onNote: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Seconds on AWS; here long enough to be seen, and short enough to be waited for. */
export const PROPAGATION_MS = 1_500;
const LIVE_VIEW_MS = 250;
const OPERATOR_POLL_MS = 200;
const WEIGHTS_POLL_MS = 50;
const ANSWERS_POLL_MS = 250;
const COMPARE_LIMIT_MS = 15_000;
/** Shorter than what is left of any wait, as it is shorter than such waits on AWS: one that follows Watch has half a second. */
const STALE_MS = 400;
/** As the journal calls it when nothing is left to put back. */
const SETTLED = 'settled';
const AGENT_FILE = 'cutover-agent.js';

/** A migration on this machine: the testbed, the agent, and the state machine that moves the clients. */
export class Rehearsal {
  static async start(assembly: Assembly, migration: Migration, options: RehearsalOptions): Promise<Rehearsal> {
    const rehearsal = new Rehearsal(assembly, migration, options);
    try {
      await rehearsal.setUp();
      return rehearsal;
    } catch (error) {
      await rehearsal.stop();
      throw error;
    }
  }

  readonly startedAt = Date.now();
  readonly timeline: Timeline;
  private readonly checkRuns = new CheckRuns(() => this.timeline.current);
  readonly weightChanges: WeightChange[] = [];
  /** The state machine's, ahead of the account's by what was cut of its waits. */
  private readonly clock: RehearsalClock;
  private readonly testbedOptions: Omit<TestbedOptions, 'runner'>;
  private readonly calls: JournalEntry[] = [];
  private machines: StateMachines;
  private readonly faults: InjectedFaults;
  /** A failure of the rehearsal itself, which no execution may hide. */
  private fault: unknown;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly telling: Promise<void>[] = [];
  private ending = false;
  private testbed?: Testbed;
  private handler?: TaskHandler;
  private endpoint?: AwsEndpoint;
  private endpointUrl = '';
  private agent?: AgentProcess;
  private asked: readonly string[] = [];
  private lost?: LostOnPurpose;
  private writesBefore = { atMs: 0, writes: 0 };
  private rate = 0;
  private lagMs?: number;
  /** Aborted when the rehearsal stops. */
  private readonly ended = new AbortController();
  private crash: Promise<void> = Promise.resolve();
  private crashed = false;
  /** Faults that are happening. */
  private readonly injecting: Promise<void>[] = [];
  /** Each fault that was injected, and when; milliseconds since the rehearsal began. */
  private readonly injected = new Map<InjectedFault, number>();
  /** Executions that were started when nothing was wrong any more. */
  private readonly afterMending = new Set<string>();
  private readonly rehearsable: Rehearsable;
  private overdue = false;
  /** When the last execution had ended. */
  private endedAt = Number.POSITIVE_INFINITY;
  /** How often it is told that an execution has ended, by its ARN; once where nothing is said. */
  private readonly deliveries = new Map<string, number>();

  private constructor(
    assembly: Assembly,
    readonly migration: Migration,
    private readonly options: RehearsalOptions,
  ) {
    this.rehearsable = rehearsableOf(migration);
    this.timeline = new Timeline(partsOfPhases(migration.manifest), () => this.elapsedMs());
    this.faults = new InjectedFaults({
      faults: options.faults,
      actionOf: (arn) => this.actionOf(arn),
      inject: (kind, executionArn) => this.injectFault(kind, executionArn),
      onInjected: (fault) => this.noteFault(fault),
    });
    this.clock = new RehearsalClock(() => this.timeline.part, options.hurry ?? false);
    this.machines = this.stateMachines();
    this.testbedOptions = {
      assembly,
      seed: options.seed,
      turnsPerSecond: options.turnsPerSecond,
      propagationMs: PROPAGATION_MS,
      ...(options.hurry === true && { mostTtlSeconds: HURRIED_SECONDS }),
      ...(options.staleReads === true && { staleReads: staleBy(options.seed) }),
      ...(options.behaviours !== undefined && { behaviours: options.behaviours }),
      machineTime: () => this.clock.now(),
      faults: this.faults.ofCalls,
      onCall: (entry) => this.calls.push(entry),
    };
  }

  private stateMachines(): StateMachines {
    const random = new Random(this.options.seed).fork('machine');
    return new StateMachines({
      machines: [this.migration.stateMachine],
      taskHandler: (request) => this.carryOut(request),
      clock: this.clock,
      random: () => random.next(),
      listenerFor: (executionArn) =>
        allOf(this.timeline.listener, this.checkRuns.listener, this.options.follower ?? {}, {
          stateEntered: ({ name }) => this.faults.entered(name, executionArn),
        }),
      onStatusChange: (view) => this.tellEventBridge(view),
      onFault: (_arn, fault) => this.blame(fault),
    });
  }

  get account(): Account {
    return this.running.account;
  }

  /** The account for SDK clients: where it is, and credentials of whoever deploys. */
  get operatorAccess() {
    if (this.endpoint === undefined) throw new Error('The rehearsal has not started, and has no endpoint.');
    const { region } = this.account.environment;
    const credentials = this.endpoint.credentialsFor(this.account.operator);
    return { endpoint: this.endpointUrl, region, credentials };
  }

  get system(): SystemUnderTest {
    return this.running.system;
  }

  get clients(): ClientLoad {
    return this.running.load.clients;
  }

  /** What must be back as it is now. */
  observe(): ObservedState {
    return ObservedState.of(this.account, this.migration, this.system, this.running.backends);
  }

  elapsedMs(): number {
    return Date.now() - this.startedAt;
  }

  async pass(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.options.signal });
  }

  /** Starts executions as an operator would, until clients are where they were to be and nothing is left to put back. */
  async perform(action: RehearsedAction): Promise<void> {
    const wanted = action === 'rollback' ? (['cutover', 'rollback'] as const) : [action];
    if (this.rehearsable.isPrepared && action !== 'preflight') await this.prepare();
    const actions = wanted.filter((each) => each !== 'prepare');
    this.asked = actions;
    for (const each of actions) {
      await this.startAndWait(each);
      await this.recoverAfter(each);
    }
    if (this.lost !== undefined && this.lost.side === this.serving()) await this.leaveLostSide();
    this.endedAt = Date.now();
  }

  /** Days before. Whoever starts it and finds that it was interrupted, or failed, starts it again. */
  private async prepare(): Promise<void> {
    await this.startAndWait('prepare');
    await this.recoverAfter('prepare');
    if (this.lastView()?.status === 'SUCCEEDED' && this.injected.size === 0) return;
    this.faults.fix(['cutover', 'rollback']);
    await this.startAndWait('prepare');
  }

  /** Where an execution says that the cause is to be mended and `recover` to be started, that is what is done. */
  private async recoverAfter(action: string): Promise<void> {
    const left = [...this.leftToRecover(), ...this.interrupted()];
    if (left.length === 0) return;
    this.faults.fix(action === 'prepare' ? ['cutover', 'rollback'] : action === 'cutover' ? ['rollback'] : []);
    this.options.onNote(`The cause is mended: ${left.join(' ')}`);
    this.afterMending.add(await this.startAndWait('recover'));
  }

  /** Nobody is served any more: whoever runs the night sees that first. */
  private async leaveLostSide(): Promise<void> {
    this.faults.fix([]);
    await this.startAndWait(this.lost?.side === 'green' ? 'rollback' : 'cutover');
    await this.recoverAfter('rollback');
  }

  /** Gives the execution's ARN. */
  private async startAndWait(action: string): Promise<string> {
    this.options.onNote(`Start {"action": "${action}"}`);
    const started = (await this.account.asOperator('sfn', 'startExecution', {
      stateMachineArn: this.migration.stateMachine.arn,
      input: JSON.stringify({ action }),
    })) as { executionArn: string };
    await this.allEnded();
    // The report tells how the last one ended, and this may be an earlier one.
    const ended = this.views().find(({ executionArn }) => executionArn === started.executionArn);
    if (ended?.cause !== undefined) this.options.onNote(`${action} ended ${ended.status}: ${ended.cause}`);
    return started.executionArn;
  }

  /** What a recovery is still needed for, one sentence each. The lock is free as soon as nothing runs. */
  private leftToRecover(): string[] {
    const journal = this.account.ssm.parameters.valueOf(this.migration.manifest.parameters.journal);
    const { phase } = journal === undefined ? { phase: SETTLED } : (JSON.parse(journal) as { phase: string });
    return phase === SETTLED ? [] : [`The journal stands at ${phase}.`];
  }

  /** Whoever looks asks what is left of one that was stopped and that no recovery followed. */
  private interrupted(): string[] {
    const { status, name } = this.lastView() ?? {};
    return status === 'ABORTED' || status === 'TIMED_OUT' ? [`${name} ended ${status}.`] : [];
  }

  /** Until each group of clients has been answered as before, and at most for as long as that may take. */
  async clientsAnswered(): Promise<void> {
    while (this.shutOut().length > 0 && Date.now() < this.endedAt + ANSWERED_WITHIN_MS)
      await this.pass(ANSWERS_POLL_MS);
  }

  /** Whom nobody answers any more. */
  shutOut(): ShutOut[] {
    return shutOut(this.clients.groupAccess(), this.serving(), this.endedAt);
  }

  /** Clients finish what they do; then it is counted what they saw. */
  async stopClients(): Promise<ClientFigures> {
    await this.clients.stop();
    const serving = this.serving() ?? 'blue';
    if (!(await this.system.answers(serving))) {
      throw new Error(`${serving} serves and does not answer, so that nothing of clients' data can be checked.`);
    }
    return this.running.load.judge(serving, this.timeline.phases, this.startedAt);
  }

  async evidence(figures: ClientFigures, before: ObservedState, shutOut: readonly ShutOut[]): Promise<Evidence> {
    await this.account.ecs.services.settled();
    const serving = this.serving();
    const other = serving === 'green' ? 'blue' : 'green';
    const follows = this.lost === undefined && (await this.follows(other));
    const comparison = follows ? await this.compareUntilEqual() : undefined;
    return {
      migration: this.migration,
      promises: this.rehearsable,
      calls: this.calls,
      figures,
      serving,
      said: this.said(),
      before,
      after: this.observe(),
      readersOn: this.system.readersOn(this.account),
      compares: this.system.compares,
      ...(comparison !== undefined && { comparison }),
      otherSideAnswers: await this.system.answers(other),
      ...(this.lost !== undefined && { lost: this.lost }),
      leftToRecover: [...(this.overdue ? ['Executions did not end in time.'] : []), ...this.leftToRecover()],
      moves: Math.max(0, this.weightChanges.length - 1),
      shutOut,
    };
  }

  /** What has crashed starts again and follows again by itself, which takes its time on a busy machine. */
  private async follows(other: Side): Promise<boolean> {
    if (this.crashed) await this.crash;
    const deadline = Date.now() + COMPARE_LIMIT_MS;
    for (;;) {
      const follows = await this.system.follows(other, this.timeline.phases);
      if (follows || !this.crashed || Date.now() > deadline) return follows;
      await sleep(500);
    }
  }

  outcome(): Outcome {
    const last = this.lastView();
    if (last === undefined || last.error === 'Stuck' || ['ABORTED', 'TIMED_OUT'].includes(last.status)) return 'failed';
    const goal: Side = this.asked.at(-1) === 'cutover' ? 'green' : 'blue';
    return this.serving() === goal ? 'cutover' : 'rolledBack';
  }

  /** Without an injected fault it must succeed; else it must end on one side and say so. */
  endedAsMeant(): boolean {
    if (this.injected.size === 0 && !this.isRedOnPurpose) return this.lastView()?.status === 'SUCCEEDED';
    return this.outcome() !== 'failed';
  }

  /** What checks ask was told not to be well, and they have found that out. */
  private get isRedOnPurpose(): boolean {
    const { behaviours = new Map() } = this.options;
    return this.checks().some(({ check, passed }) => !passed && behaviours.has(check));
  }

  checks(): readonly CheckRun[] {
    return this.checkRuns.runs;
  }

  reason(): string | undefined {
    return this.views().findLast(({ cause }) => cause !== undefined)?.cause;
  }

  executionEnds(): ExecutionEnd[] {
    return this.views().map(({ executionArn, status, error, input }) => ({
      action: String((JSON.parse(input) as { action?: string }).action),
      status,
      ...(error !== undefined && { error }),
      afterMending: this.afterMending.has(executionArn),
    }));
  }

  faultRuns(): FaultRun[] {
    return this.options.faults.map((fault) => {
      const injectedMs = this.injected.get(fault);
      return { fault: faultText(fault), ...(injectedMs !== undefined && { injectedMs }) };
    });
  }

  transitions(): number {
    return this.executions().reduce((sum, execution) => sum + execution.transitions, 0);
  }

  /** Ends everything that was started, in whatever state it is. */
  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.stopExecutions();
    this.ended.abort();
    await Promise.all([this.crash, ...this.injecting]);
    await this.agent?.stop();
    await this.endpoint?.stop();
    await this.testbed?.stop();
  }

  private async stopExecutions(): Promise<void> {
    this.ending = true;
    await Promise.all(this.executions().map((execution) => execution.stop('Rehearsal', 'The rehearsal is stopped')));
  }

  private get running(): Testbed {
    if (this.testbed === undefined) throw new Error('The rehearsal has not started.');
    return this.testbed;
  }

  private async setUp(): Promise<void> {
    const { onNote } = this.options;
    onNote('Start both sides and fill blue');
    const system = await this.rehearsable.start(this.options);
    if (system.replaced !== undefined) {
      onNote(system.replaced);
      this.machines = this.stateMachines();
    }
    this.testbed = await Testbed.start(this.migration, system, { ...this.testbedOptions, runner: this.machines });
    onNote(`Blue is ${system.title('blue')} with ${system.contents}, green is ${system.title('green')}`);
    const host = this.account.principal(this.migration.host.roleArn, 'i-rehearsal', {
      service: 'ec2.amazonaws.com',
    });
    this.endpoint = new AwsEndpoint({
      plane: this.account.controlPlane,
      onFault: (error) => onNote(`AWS endpoint: ${error instanceof Error ? error.message : String(error)}`),
    });
    this.endpointUrl = await this.endpoint.start();
    onNote('Start the agent');
    this.agent = await AgentProcess.start({
      program: agentProgram(this.testbedOptions.assembly),
      endpointUrl: this.endpointUrl,
      region: this.account.environment.region,
      credentials: this.endpoint.credentialsFor(host),
      configurationParameter: this.migration.configurationParameter,
      reach: this.reach,
      journalParameter: this.migration.manifest.parameters.journal,
      activityArn: this.migration.activityArns[0] ?? '',
      ...(system.authority !== undefined && { authority: system.authority }),
      ...(system.namesEndpoints && { nameServer: this.testbed.network.dns }),
      onLine: (line) => this.hear(line),
    });
    this.follow();
    // An execution would go on to its end; whoever interrupts wants it to end now.
    this.options.signal.addEventListener('abort', () => void this.stopExecutions(), { once: true });
    this.options.signal.throwIfAborted();
  }

  /** What the host's user data says, with the sides and the applications where they stand on this machine. */
  private get reach(): string {
    const { requests } = this.running.backends.application;
    const { converting, ...all } = JSON.parse(this.account.configuration) as Configured;
    // Of the converting replica, its endpoint alone.
    const chain = converting && { converting: converting.endpoint, conversions: converting.conversions };
    return JSON.stringify({ ...all, ...chain, requests });
  }

  /** Whoever runs the night: approves what waits for approval. And the live view. */
  private follow(): void {
    let approved = '';
    this.every(OPERATOR_POLL_MS, () => {
      if (this.options.approves === false) return;
      const asked = this.account.ssm.parameters.valueOf(this.migration.manifest.parameters.approval);
      const { token: taskToken } = JSON.parse(asked ?? '{}') as { token?: string };
      if (taskToken === undefined || taskToken === approved) return;
      approved = taskToken;
      this.timeline.incident('approved');
      void this.account.asOperator('sfn', 'sendTaskSuccess', { taskToken, output: '{"by":"rehearsal"}' });
    });
    const person = new Person(this.account, this.migration, this.options.behaviours ?? new Map());
    this.every(OPERATOR_POLL_MS, () => {
      const said = person.answer(this.serving() ?? 'blue');
      if (said !== undefined) this.timeline.incident(said);
    });
    this.every(WEIGHTS_POLL_MS, () => {
      const weights = this.system.weights(this.account);
      const last = this.weightChanges.at(-1);
      if (last?.blue === weights.blue && last.green === weights.green) return;
      this.weightChanges.push({ atMs: this.elapsedMs(), ...weights });
    });
    this.every(LIVE_VIEW_MS, () => this.options.onLive(this.view()));
  }

  private view(): LiveView {
    const { operations, failed, writes } = this.clients.totals;
    const atMs = this.elapsedMs();
    const seconds = (atMs - this.writesBefore.atMs) / 1000;
    if (seconds >= 1) {
      this.rate = (writes - this.writesBefore.writes) / seconds;
      this.writesBefore = { atMs, writes };
    }
    return {
      elapsedMs: atMs,
      phase: this.timeline.current,
      undoes: this.timeline.part?.part === 'undo',
      weights: this.system.weights(this.account),
      ...(this.lagMs !== undefined && { lagMs: this.lagMs }),
      operations,
      failed,
      writesPerSecond: Math.round(this.rate),
    };
  }

  private every(ms: number, system: () => void): void {
    this.timers.push(setInterval(system, ms));
  }

  /** The agent logs JSON lines; its lag is one of CloudWatch's embedded metrics. */
  private hear(line: string): void {
    if (!line.startsWith('{')) {
      this.options.onNote(`agent: ${line}`);
      return;
    }
    const { ReplicationLag: lag } = JSON.parse(line) as { ReplicationLag?: number };
    if (lag !== undefined) this.lagMs = lag;
  }

  private injectFault(kind: FaultKind, executionArn: string): void {
    const execution = this.viewOf(executionArn);
    if (execution === undefined || this.agent === undefined) return;
    const deliveries = deliveriesAfter(kind);
    if (deliveries !== undefined) this.deliveries.set(executionArn, deliveries);
    const { account, system, migration, agent } = this;
    const crashed = () => {
      this.crashed = true;
      this.timeline.incident('green has crashed');
    };
    const targets: FaultTargets = {
      ...{ account, system, migration, agent, network: this.running.network },
      context: { signal: this.ended.signal, crashed },
      onLoss: (side) => {
        this.lost = { side, atMs: Date.now() };
      },
    };
    const injected = inject(kind, targets, execution).catch((error: unknown) => this.blame(error));
    if (comesLater(kind)) this.crash = injected;
    else this.injecting.push(injected);
  }

  /** A failure of the rehearsal itself ends it. */
  private blame(fault: unknown): void {
    if (!this.ending) this.fault ??= fault;
  }

  private tellEventBridge(view: ExecutionView): void {
    // An execution that ends with the rehearsal needs no recovery.
    if (this.ending) return;
    const event = executionStatusChange(view, this.account.environment);
    const times = view.status === 'RUNNING' ? 1 : (this.deliveries.get(view.executionArn) ?? 1);
    for (let time = 0; time < times; time++) this.telling.push(this.account.eventBridge.put(event));
  }

  /** What an execution's end sets off belongs to it. @throws a failure of the rehearsal itself */
  private async allEnded(): Promise<void> {
    const late = this.stopWhenOverdue();
    try {
      for (;;) {
        await Promise.allSettled(this.executions().map(({ result }) => result));
        await Promise.all([...this.telling.splice(0), ...this.injecting.splice(0)]);
        if (this.fault !== undefined) throw this.fault;
        this.options.signal.throwIfAborted();
        if (this.views().every(({ status }) => status !== 'RUNNING')) return;
      }
    } finally {
      clearTimeout(late);
    }
  }

  private stopWhenOverdue(): NodeJS.Timeout | undefined {
    const { limitMs } = this.options;
    if (limitMs === undefined) return undefined;
    return setTimeout(() => {
      this.overdue = true;
      void this.stopExecutions();
    }, limitMs - this.elapsedMs());
  }

  /** In the order in which they were started. */
  private views(): readonly ExecutionView[] {
    return this.machines.executions(this.migration.stateMachine.arn).toReversed();
  }

  private executions(): readonly Execution[] {
    return this.views()
      .map(({ executionArn }) => this.machines.execution(executionArn))
      .filter((execution) => execution !== undefined);
  }

  private carryOut(request: TaskRequest): Promise<unknown> {
    this.handler ??= awsTaskHandler({
      plane: this.account.controlPlane,
      sfn: this.account.sfn,
      assumeRole: (...session) => this.account.principal(...session),
      http: this.running.backends.http,
    });
    return this.handler(request);
  }

  private serving(): Side | undefined {
    return sideOf(this.system.weights(this.account));
  }

  /** One that another was in the way of has said nothing of who serves. */
  private lastView(): ExecutionView | undefined {
    return this.views().findLast(({ error }) => error !== 'Busy');
  }

  /** By its own ARN, or that of the session that it calls as: both end with its name. */
  private viewOf(arn: string): ExecutionView | undefined {
    return this.views().find(({ name }) => arn.endsWith(name));
  }

  private actionOf(arn: string): FaultedAction | undefined {
    const input = this.viewOf(arn)?.input ?? '{}';
    const { action } = JSON.parse(input) as { action?: string };
    return FAULTED_ACTIONS.find((each) => each === action);
  }

  private noteFault(fault: InjectedFault): void {
    this.injected.set(fault, this.elapsedMs());
    const { kind, state } = fault;
    this.timeline.incident(`${kind} at ${state}`);
    this.options.onNote(`Fault: ${faultText(fault)}`);
  }

  private said(): string {
    const view = this.lastView();
    return view?.output ?? view?.cause ?? '';
  }

  private async compareUntilEqual() {
    const deadline = Date.now() + COMPARE_LIMIT_MS;
    for (;;) {
      const comparison = await this.system.compare();
      if (comparison.mismatches === 0 || Date.now() > deadline) return comparison;
      await sleep(500);
    }
  }
}

function allOf(...listeners: readonly ExecutionListener[]): ExecutionListener {
  return {
    stateEntered: (visit) => {
      for (const listener of listeners) listener.stateEntered?.(visit);
    },
    stateExited: (visit, outcome) => {
      for (const listener of listeners) listener.stateExited?.(visit, outcome);
    },
  };
}

/** The agent's own program is one of the assets that a deploy would put into S3. */
function agentProgram(assembly: Assembly): string {
  const folder = assembly.assets.find(({ path }) => existsSync(join(path, AGENT_FILE)));
  if (folder === undefined) {
    throw new Error(`No asset of the assembly in ${assembly.directory} holds ${AGENT_FILE}. Synthesize it again.`);
  }
  return join(folder.path, AGENT_FILE);
}

/** As far as a host's own file says something else. */
interface Configured {
  readonly converting?: { readonly endpoint: object; readonly conversions: readonly object[] };
}

function staleBy(seed: string) {
  const random = new Random(seed).fork('stale reads');
  return { longestMs: STALE_MS, random: () => random.next() };
}
