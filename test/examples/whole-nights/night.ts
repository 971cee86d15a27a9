import type { Assembly } from '../../../rehearsal/assembly';
import type { JournalEntry } from '../../../rehearsal/aws/call-journal';
import { type TaskPace, USUAL_PACE } from '../../../rehearsal/aws/ecs/service-task';
import { SDK_SERVICES, sdkOperations } from '../../../rehearsal/aws/sdk-schemas';
import type { ExecutionView } from '../../../rehearsal/aws/sfn/executions';
import { startExecution, type TaskHandler, type TaskRequest, VirtualClock } from '../../../rehearsal/states-language';
import { Account } from '../../../rehearsal/testbed/account';
import { CheckAnswers } from '../../../rehearsal/testbed/checks/check-answers';
import type { CheckBehaviours } from '../../../rehearsal/testbed/checks/check-behaviours';
import { Person } from '../../../rehearsal/testbed/checks/person';
import { Executions } from '../../../rehearsal/testbed/executions';
import { checkInvariants } from '../../../rehearsal/testbed/invariants';
import { findMigration, type Migration } from '../../../rehearsal/testbed/migration';
import { ObservedState } from '../../../rehearsal/testbed/observed-state';
import { rehearsableOf } from '../../../rehearsal/testbed/rehearsable-of';
import type { SystemUnderTest } from '../../../rehearsal/testbed/system-under-test';
import type { WorkloadBackends } from '../../../rehearsal/testbed/workload-backends/workload-backends';
import { staleReads } from '../../lib/cloud';
import { Interrupter, type Interruption } from '../../lib/interruption';
import { LateEvents } from '../../lib/late-events';
import { parsedOnce } from '../../lib/parsed-once';
import { VirtualBackends } from '../../lib/virtual-backends';
import { Approver } from './approver';
import { VirtualAgent } from './virtual-agent';
import type { VirtualSystem } from './virtual-system';
import { systemOf } from './virtual-systems';
import { outside, virtualTasks } from './virtual-time';
import { WatchedSides } from './watched-sides';

/** The longest that the guides allow on Fargate: targets that drain for five minutes, and then all of stopTimeout. */
const SLOW_TASKS: TaskPace = {
  ...USUAL_PACE,
  tellMs: 15_000,
  startMs: 120_000,
  stopMs: 120_000,
  deprovisionMs: 30_000,
};

/** The schedule of the look. Seconds. */
const LOOKS_EVERY = 300;

/** How long the tasks of services may take to be as they were, once they are told to. Seconds. */
const SETTLED_AFTER = 1_200;

/**
 * A migration in virtual time, in the account of the rehearsal, whose reads lag behind, whose events come late and twice, and
 * whose tasks end slowly. An agent answers at once that all is well.
 */
export class Night {
  /** @param behaviours - of what checks ask; what is not named works */
  static async begin(assembly: Assembly, seed: string, behaviours: CheckBehaviours = new Map()): Promise<Night> {
    // Virtual time goes on whenever nothing but a timer is waited for, and so it would while a module loads.
    await Promise.all(SDK_SERVICES.map((service) => sdkOperations(service)));
    const clock = new VirtualClock();
    const migration = findMigration(assembly);
    const answers = new CheckAnswers(behaviours, async () => {
      const serving = night.serving();
      if (serving === undefined) throw new Error('the record serves both, or nobody');
      return serving;
    });
    const { workloads, checks } = migration;
    const backends = await VirtualBackends.start(assembly, workloads, outside(clock), checks, answers);
    const night: Night = new Night(assembly, migration, seed, clock, backends, { answers, behaviours });
    await night.deploy();
    return night;
  }

  readonly account: Account;
  readonly system: VirtualSystem;
  /** States, in the order in which they were entered. */
  readonly entered: string[] = [];
  readonly approver: Approver;
  private readonly executions: Executions;
  private readonly calls: JournalEntry[] = [];
  private readonly sides: WatchedSides;
  readonly agent: VirtualAgent;
  private readonly person: Person;
  private readonly services: TaskHandler;
  private readonly events: LateEvents;
  private readonly interrupter = new Interrupter();
  private before: ObservedState | undefined;

  private constructor(
    private readonly assembly: Assembly,
    readonly migration: Migration,
    seed: string,
    private readonly clock: VirtualClock,
    private readonly backends: VirtualBackends,
    { answers, behaviours }: { readonly answers: CheckAnswers; readonly behaviours: CheckBehaviours },
  ) {
    const system = systemOf(migration, assembly);
    this.system = system;
    this.events = new LateEvents({
      ...{ clock, seed },
      environment: () => this.account.environment,
      put: (event) => this.account.eventBridge.put(event),
    });
    const handler = virtualTasks(clock, backends.externalSystems.http, () => this.account);
    this.services = handler;
    this.executions = new Executions({
      migration,
      seed,
      clock,
      taskHandler: (request) =>
        this.interrupter.meet(request, async () =>
          request.integration.kind === 'activity' ? this.work(request) : handler(request),
        ),
      listenerFor: (executionArn) => ({ stateEntered: ({ name }) => this.follow(name, executionArn) }),
      announce: (view) => this.events.announce(view),
      injected: () => Promise.resolve(),
      leftMs: () => undefined,
      signal: new AbortController().signal,
    });
    this.account = new Account({
      assembly,
      migration,
      seed,
      answers,
      system: {
        services: (environment) => system.services(environment),
        configuration: () => JSON.stringify(migration.configuration),
      },
      runner: this.executions.runner,
      faults: () => undefined,
      ...staleReads(seed),
      onCall: (entry) => this.called(entry),
      scaleService: () => Promise.resolve(),
      propagationMs: 20_000,
      addressOf: () => '',
      backends: {
        hosts: { instances: backends.instances, run: backends.run },
        stateMachines: backends.stateMachines,
      },
      machineTime: () => clock.now(),
      clock: outside(clock),
      taskPace: SLOW_TASKS,
    });
    this.sides = new WatchedSides(this.account, migration, system);
    this.agent = new VirtualAgent({ migration, clock, answers, sides: this.sides, system });
    this.approver = new Approver(this.account, migration.manifest.parameters.approval);
    this.person = new Person(this.account, migration, behaviours);
  }

  /** Until all that it sets off has ended. Gives how the last ended that no other kept out. */
  async run(action: string, interruption: Interruption = {}): Promise<ExecutionView> {
    const { unheard = false, byHand = false } = interruption;
    this.interrupter.plan(interruption);
    this.events.areLost = unheard;
    const executionArn = await this.start(action);
    if (byHand) {
      await this.executions.runner.ended?.(executionArn);
      await this.start('recover');
    }
    await this.executions.allEnded();
    const last = this.executions.last();
    if (last === undefined) throw new Error('No execution has done anything.');
    return last;
  }

  private async start(action: string): Promise<string> {
    const started = await this.account.asOperator('sfn', 'startExecution', {
      stateMachineArn: this.migration.stateMachine.arn,
      input: JSON.stringify({ action }),
    });
    return String((started as { executionArn?: string }).executionArn);
  }

  /** As the schedule has it look for executions that were interrupted. */
  async look(): Promise<void> {
    const machine = this.assembly.stateMachines().find(({ type }) => type === 'EXPRESS');
    if (machine === undefined) throw new Error('The assembly has no Express state machine.');
    await this.pass(LOOKS_EVERY);
    await startExecution(parsedOnce(machine), {
      clock: this.clock,
      stateMachineArn: machine.arn,
      roleArn: machine.roleArn,
      taskHandler: this.services,
    }).result;
    await this.executions.allEnded();
  }

  /** Whether there is a way back once clients have moved: RDS has none of PostgreSQL. */
  get hasRollback(): boolean {
    const { migration } = this;
    return migration.kind !== 'database' || !migration.configuration.blue.engine.includes('postgres');
  }

  /** Whether an execution of its own prepares it. */
  get isPrepared(): boolean {
    return rehearsableOf(this.migration).isPrepared;
  }

  /** How each ended, in the order in which they were started. */
  ends(): string[] {
    return this.executions
      .views()
      .map(({ input, status, cause = '' }) => `${JSON.parse(input).action}: ${status} ${cause}`);
  }

  /** The last that was asked for so. */
  lastOf(action: string): ExecutionView {
    const found = this.executions.views().findLast(({ input }) => JSON.parse(input).action === action);
    if (found === undefined) throw new Error(`No execution was asked to ${action}.`);
    return found;
  }

  private retires(principal: string): boolean {
    return JSON.parse(this.executions.viewOf(principal)?.input ?? '{}').action === 'retire';
  }

  serving() {
    return this.system.serving(this.account);
  }

  /** Every invariant that can be seen without clients, judged as a rehearsal judges it. */
  async problems(): Promise<readonly string[]> {
    if (this.before === undefined) throw new Error('Nothing is deployed.');
    await this.pass(SETTLED_AFTER);
    await this.account.ecs.services.settled();
    const journal = this.account.ssm.parameters.valueOf(this.migration.manifest.parameters.journal);
    const { phase = 'settled' } = JSON.parse(journal ?? '{}') as { phase?: string };
    const last = this.executions.last();
    const readersOn = this.system.readersOn(this.account);
    const violations = checkInvariants({
      migration: this.migration,
      promises: rehearsableOf(this.migration),
      // Blue is unchanged until it is retired.
      calls: this.calls.filter(({ principal }) => !this.retires(principal)),
      figures: { list: [], samples: { lost: [] }, sides: [] } as never,
      serving: this.serving(),
      said: last?.output ?? last?.cause ?? '',
      before: this.before,
      after: this.observe(),
      compares: 'keys',
      otherSideAnswers: true,
      leftToRecover: phase === 'settled' ? [] : [`The journal is at the phase ${phase}.`],
      moves: 0,
      shutOut: [],
      ...(readersOn !== undefined && { readersOn }),
    });
    return [
      ...this.sides.broken,
      ...this.agent.refused,
      ...violations.map(({ invariant, what }) => `Invariant ${invariant}: ${what}`),
    ];
  }

  async stop(): Promise<void> {
    await this.executions.stop();
    await this.backends.stop();
  }

  private async deploy(): Promise<void> {
    for (const { facts, type } of this.migration.workloads) {
      if (type !== 'ecsService') continue;
      const [cluster, name] = [String(facts.cluster), String(facts.service)];
      if (this.account.ecs.services.find(cluster, name) === undefined) {
        this.account.ecs.services.add({ cluster, name, desiredCount: 3 });
      }
    }
    await this.account.deploy();
    this.before = this.observe();
  }

  private observe(): ObservedState {
    return ObservedState.of(
      this.account,
      this.migration,
      this.system as unknown as SystemUnderTest,
      this.backends as unknown as WorkloadBackends,
    );
  }

  private pass(seconds: number): Promise<void> {
    return this.clock.sleep(seconds, { reason: 'wait', state: 'none', signal: new AbortController().signal });
  }

  private work(request: TaskRequest): Promise<unknown> {
    request.started('host');
    return this.agent.work(request);
  }

  private follow(state: string, executionArn: string): void {
    this.entered.push(state);
    this.interrupter.entered(state, () => void this.executions.runner.stop(executionArn, undefined, undefined));
  }

  private called(entry: JournalEntry): void {
    this.calls.push(entry);
    // Until it is deployed nobody is served.
    if (this.before !== undefined) this.sides.look();
    if (entry.action !== 'putParameter') return;
    if ((entry.input as { Name?: string }).Name === this.approver.parameter) this.approver.answer();
    this.person.answer(this.serving() ?? 'blue');
  }
}
