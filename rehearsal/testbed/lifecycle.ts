import type { Assembly } from '../assembly';
import type { JournalEntry } from '../aws/call-journal';
import { AwsEndpoint } from '../aws/endpoint/endpoint';
import { executionStatusChange } from '../aws/eventbridge/execution-event';
import { awsTaskHandler } from '../aws/integration/task-handler';
import type { ExecutionView } from '../aws/sfn/executions';
import { Random } from '../clients/random';
import type { Side } from '../report/result';
import type { ExecutionListener, TaskHandler, TaskRequest } from '../states-language';
import type { Account } from './account';
import type { AgentProcess } from './agent-process';
import { CheckRuns } from './checks/check-runs';
import { Executions } from './executions';
import { FaultInjection } from './faults/fault-injection';
import { faultText } from './faults/injected-fault';
import { LiveMonitor } from './live-monitor';
import type { Migration } from './migration';
import { Operator } from './operator';
import { partsOfPhases } from './parts-of-phases';
import type { Rehearsable } from './rehearsable';
import { rehearsableOf } from './rehearsable-of';
import { HURRIED_SECONDS, RehearsalClock } from './rehearsal-clock';
import type { RehearsalOptions } from './rehearsal-options';
import { sideOf } from './side-of';
import { startAgent } from './start-agent';
import type { SystemUnderTest } from './system-under-test';
import { PROPAGATION_MS, Testbed } from './testbed';
import { Timeline } from './timeline';
import { traceListener, traceOfAgent, traceOfCall } from './trace';

const LIVE_VIEW_MS = 250;
const OPERATOR_POLL_MS = 200;
const WEIGHTS_POLL_MS = 50;
/** Shorter than what is left of any wait, as it is shorter than such waits on AWS: one that follows Watch has half a second. */
const STALE_MS = 400;

/** All that runs between the start of a rehearsal and its end. */
export interface Running {
  readonly testbed: Testbed;
  readonly endpoint: { readonly url: string; readonly server: AwsEndpoint };
  readonly operator: Operator;
  readonly monitor: LiveMonitor;
}

/** Starts what a rehearsal consists of, and stops all of it whatever has happened. */
export class Lifecycle {
  static async start(assembly: Assembly, migration: Migration, options: RehearsalOptions): Promise<Lifecycle> {
    const lifecycle = new Lifecycle(assembly, migration, options);
    try {
      await lifecycle.setUp();
      return lifecycle;
    } catch (error) {
      await lifecycle.stop();
      throw error;
    }
  }

  readonly startedAt = Date.now();
  readonly timeline: Timeline;
  readonly calls: JournalEntry[] = [];
  readonly checkRuns = new CheckRuns(() => this.timeline.current);
  readonly rehearsable: Rehearsable;
  readonly faults: FaultInjection;
  executions: Executions;
  /** The state machine's, ahead of the account's by what was cut of its waits. */
  private readonly clock: RehearsalClock;
  private handler?: TaskHandler;
  private testbed?: Testbed;
  private endpoint?: AwsEndpoint;
  private agent?: AgentProcess;
  private running?: Running;
  private readonly timers: NodeJS.Timeout[] = [];

  private constructor(
    private readonly assembly: Assembly,
    readonly migration: Migration,
    private readonly options: RehearsalOptions,
  ) {
    this.rehearsable = rehearsableOf(migration);
    this.timeline = new Timeline(partsOfPhases(migration.manifest), () => this.elapsedMs());
    this.faults = new FaultInjection({
      faults: options.faults,
      actionOf: (arn) => this.executions.actionOf(arn),
      executionOf: (arn) => this.executions.viewOf(arn),
      targets: () => this.faultTargets(),
      elapsedMs: () => this.elapsedMs(),
      onInjected: (fault) => {
        this.timeline.incident(`${fault.kind} at ${fault.state}`);
        options.onNote(`Fault: ${faultText(fault)}`);
      },
      onCrash: () => this.timeline.incident('green has crashed'),
      onFailure: (failure) => this.executions.fail(failure),
    });
    this.clock = new RehearsalClock(() => this.timeline.part, options.hurry ?? false);
    this.executions = this.newExecutions();
  }

  elapsedMs(): number {
    return Date.now() - this.startedAt;
  }

  /** The side that serves, as the name servers answer; undefined where both or none do. */
  serving(): Side | undefined {
    const { system, account } = this.parts.testbed;
    return sideOf(system.weights(account));
  }

  get parts(): Running {
    if (this.running === undefined) throw new Error('The rehearsal has not started.');
    return this.running;
  }

  /** Ends everything that was started, in whatever state it is. */
  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.executions.stop();
    await this.faults.stop();
    await this.agent?.stop();
    await this.endpoint?.stop();
    await this.testbed?.stop();
  }

  private async setUp(): Promise<void> {
    const { onNote, signal } = this.options;
    onNote('Start both sides and fill blue');
    const system = await this.rehearsable.start(this.options);
    if (system.replaced !== undefined) {
      onNote(system.replaced);
      this.executions = this.newExecutions();
    }
    const testbed = await this.startTestbed(system);
    this.testbed = testbed;
    onNote(`Blue is ${system.title('blue')} with ${system.contents}, green is ${system.title('green')}`);
    const server = new AwsEndpoint({
      plane: testbed.account.controlPlane,
      onFault: (error) => onNote(`AWS endpoint: ${error instanceof Error ? error.message : String(error)}`),
    });
    this.endpoint = server;
    const url = await server.start();
    onNote('Start the agent');
    this.agent = await startAgent({
      assembly: this.assembly,
      testbed,
      endpoint: { url, server },
      onLine: (line) => this.hear(line),
    });
    const monitor = new LiveMonitor({
      ...{ account: testbed.account, system, clients: testbed.load.clients, timeline: this.timeline },
      elapsedMs: () => this.elapsedMs(),
      startedAt: this.startedAt,
    });
    this.running = { testbed, endpoint: { url, server }, operator: this.newOperator(testbed.account), monitor };
    this.follow(this.running);
    // An execution would go on to its end; an interruption ends it now.
    signal.addEventListener('abort', () => void this.executions.stop(), { once: true });
    signal.throwIfAborted();
  }

  private startTestbed(system: SystemUnderTest): Promise<Testbed> {
    const { seed, turnsPerSecond, hurry, staleReads, behaviours, onTrace } = this.options;
    return Testbed.start(this.migration, system, {
      assembly: this.assembly,
      seed,
      turnsPerSecond,
      propagationMs: PROPAGATION_MS,
      ...(hurry === true && { mostTtlSeconds: HURRIED_SECONDS }),
      ...(staleReads === true && { staleReads: staleBy(seed) }),
      ...(behaviours !== undefined && { behaviours }),
      runner: this.executions.runner,
      machineTime: () => this.clock.now(),
      faults: this.faults.ofCalls,
      onCall: (entry) => {
        this.calls.push(entry);
        onTrace?.(traceOfCall(entry));
      },
    });
  }

  private newOperator(account: Account): Operator {
    const { approves = true, behaviours = new Map(), onNote } = this.options;
    const { migration, executions, faults } = this;
    return new Operator({
      ...{ account, migration, executions, faults, approves, behaviours, onNote },
      isPrepared: this.rehearsable.isPrepared,
      serving: () => this.serving(),
      onAnswer: (what) => this.timeline.incident(what),
    });
  }

  private newExecutions(): Executions {
    const { options } = this;
    return new Executions({
      migration: this.migration,
      seed: options.seed,
      clock: this.clock,
      taskHandler: (request) => this.carryOut(request),
      listenerFor: (executionArn) =>
        allOf(
          this.timeline.listener,
          this.checkRuns.listener,
          options.follower ?? {},
          options.onTrace === undefined ? {} : traceListener(executionArn, options.onTrace),
          { stateEntered: ({ name }) => this.faults.entered(name, executionArn) },
        ),
      announce: (view) => this.announce(view),
      injected: () => this.faults.happened(),
      leftMs: () => (options.limitMs === undefined ? undefined : options.limitMs - this.elapsedMs()),
      signal: options.signal,
    });
  }

  /** EventBridge is told of every change of status, of an end as often as a fault has it. */
  private announce(view: ExecutionView): readonly Promise<void>[] {
    const event = executionStatusChange(view, this.parts.testbed.account.environment);
    const times = view.status === 'RUNNING' ? 1 : this.faults.deliveriesOf(view.executionArn);
    return Array.from({ length: times }, () => this.parts.testbed.account.eventBridge.put(event));
  }

  private carryOut(request: TaskRequest): Promise<unknown> {
    this.handler ??= awsTaskHandler({
      plane: this.parts.testbed.account.controlPlane,
      sfn: this.parts.testbed.account.sfn,
      assumeRole: (...session) => this.parts.testbed.account.principal(...session),
      http: this.parts.testbed.backends.http,
    });
    return this.handler(request);
  }

  private faultTargets() {
    const { agent, migration, running } = this;
    if (agent === undefined || running === undefined) return undefined;
    const { account, system, network } = running.testbed;
    return { account, system, network, migration, agent };
  }

  private follow({ operator, monitor }: Running): void {
    this.every(OPERATOR_POLL_MS, () => operator.answerRequests());
    this.every(WEIGHTS_POLL_MS, () => monitor.noteWeights());
    this.every(LIVE_VIEW_MS, () => this.options.onLive(monitor.view(), () => monitor.picture()));
  }

  private every(ms: number, run: () => void): void {
    this.timers.push(setInterval(run, ms));
  }

  /** The agent logs JSON lines; its lag is one of CloudWatch's embedded metrics. */
  private hear(line: string): void {
    this.options.onTrace?.(traceOfAgent(line));
    if (!line.startsWith('{')) {
      this.options.onNote(`agent: ${line}`);
      return;
    }
    const { ReplicationLag: lag } = JSON.parse(line) as { ReplicationLag?: number };
    if (lag !== undefined && this.running !== undefined) this.running.monitor.lagMs = lag;
  }
}

function allOf(...listeners: readonly ExecutionListener[]): ExecutionListener {
  return {
    stateEntered: (visit) => {
      for (const listener of listeners) listener.stateEntered?.(visit);
    },
    retrying: (visit, retry) => {
      for (const listener of listeners) listener.retrying?.(visit, retry);
    },
    stateExited: (visit, outcome) => {
      for (const listener of listeners) listener.stateExited?.(visit, outcome);
    },
  };
}

function staleBy(seed: string) {
  const random = new Random(seed).fork('stale reads');
  return { longestMs: STALE_MS, random: () => random.next() };
}
