import type { Assembly } from '../../../rehearsal/assembly';
import type { JournalEntry } from '../../../rehearsal/aws/call-journal';
import type { TaskPace } from '../../../rehearsal/aws/ecs/service-task';
import { executionStatusChange } from '../../../rehearsal/aws/eventbridge/execution-event';
import { SDK_SERVICES, sdkOperations } from '../../../rehearsal/aws/sdk-schemas';
import type { ExecutionView } from '../../../rehearsal/aws/sfn/executions';
import { Random } from '../../../rehearsal/clients/random';
import { startExecution, type TaskHandler, type TaskRequest, VirtualClock } from '../../../rehearsal/states-language';
import { Account } from '../../../rehearsal/testbed/account';
import { CheckAnswers } from '../../../rehearsal/testbed/checks/check-answers';
import { Person } from '../../../rehearsal/testbed/checks/person';
import { Executions } from '../../../rehearsal/testbed/executions';
import { checkInvariants } from '../../../rehearsal/testbed/invariants';
import { findMigration, type Migration } from '../../../rehearsal/testbed/migration';
import { ObservedState } from '../../../rehearsal/testbed/observed-state';
import { rehearsableOf } from '../../../rehearsal/testbed/rehearsable-of';
import type { SystemUnderTest } from '../../../rehearsal/testbed/system-under-test';
import type { WorkloadBackends } from '../../../rehearsal/testbed/workload-backends/workload-backends';
import { staleReads } from '../../lib/cloud';
import { parsedOnce } from '../../lib/parsed-once';
import { VirtualBackends } from '../../lib/virtual-backends';
import { VirtualAgent } from './virtual-agent';
import { systemOf, type VirtualSystem } from './virtual-systems';
import { outside, virtualTasks } from './virtual-time';
import { WatchedSides } from './watched-sides';

/** The longest that the guides allow on Fargate: targets that drain for five minutes, and then all of stopTimeout. */
const SLOW_TASKS: TaskPace = { startMs: 120_000, drainMs: 300_000, stopMs: 120_000, deprovisionMs: 30_000 };

/** An event of an execution comes twice, each time so late. Seconds. */
const LATE = { least: 20, most: 150 };

/** The schedule of the look. Seconds. */
const LOOKS_EVERY = 300;

/** How long the tasks of services may take to be as they were, once they are told to. Seconds. */
const SETTLED_AFTER = 1_200;

export interface Interruption {
  /** The execution is stopped as it enters this state, as by StopExecution. @default - it is let be */
  readonly abortAt?: string;
  /** No event tells of it: they are delivered at best effort. @default false */
  readonly unheard?: boolean;
  /** Somebody starts a recovery before the event comes that does. @default false */
  readonly byHand?: boolean;
}

/**
 * A migration in virtual time, in the account of the rehearsal, whose reads lag behind, whose events come late and twice, and
 * whose tasks end slowly. An agent answers at once that all is well.
 */
export class Night {
  static async begin(assembly: Assembly, seed: string): Promise<Night> {
    // Virtual time goes on whenever nothing but a timer is waited for, and so it would while a module loads.
    await Promise.all(SDK_SERVICES.map((service) => sdkOperations(service)));
    const clock = new VirtualClock();
    const migration = findMigration(assembly);
    const answers = new CheckAnswers(new Map(), async () => {
      const serving = night.serving();
      if (serving === undefined) throw new Error('the record serves both, or nobody');
      return serving;
    });
    const { workloads, checks } = migration;
    const backends = await VirtualBackends.start(assembly, workloads, outside(clock), checks, answers);
    const night: Night = new Night(assembly, migration, seed, clock, backends, answers);
    await night.deploy();
    return night;
  }

  readonly account: Account;
  readonly system: VirtualSystem;
  private readonly executions: Executions;
  private readonly calls: JournalEntry[] = [];
  private readonly sides: WatchedSides;
  private readonly agent: VirtualAgent;
  private readonly person: Person;
  private readonly random: Random;
  private readonly services: TaskHandler;
  private before: ObservedState | undefined;
  private abortAt: string | undefined;
  private unheard = false;

  private constructor(
    private readonly assembly: Assembly,
    readonly migration: Migration,
    seed: string,
    private readonly clock: VirtualClock,
    private readonly backends: VirtualBackends,
    answers: CheckAnswers,
  ) {
    const system = systemOf(migration);
    this.system = system;
    this.random = new Random(seed);
    const handler = virtualTasks(clock, backends.externalSystems.http, () => this.account);
    this.services = handler;
    this.executions = new Executions({
      migration,
      seed,
      clock,
      taskHandler: (request) => (request.integration.kind === 'activity' ? this.work(request) : handler(request)),
      listenerFor: (executionArn) => ({ stateEntered: ({ name }) => this.entered(name, executionArn) }),
      announce: (view) => this.announce(view),
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
    this.agent = new VirtualAgent({ migration, clock, answers, sides: this.sides, rds: system.rds });
    this.person = new Person(this.account, migration, new Map());
  }

  /** Until all that it sets off has ended. Gives how the last ended that no other kept out. */
  async run(action: string, { abortAt, unheard = false, byHand = false }: Interruption = {}): Promise<ExecutionView> {
    this.abortAt = abortAt;
    this.unheard = unheard;
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
      calls: this.calls,
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

  private entered(state: string, executionArn: string): void {
    if (state !== this.abortAt) return;
    this.abortAt = undefined;
    queueMicrotask(() => void this.executions.runner.stop(executionArn, undefined, undefined));
  }

  private announce(view: ExecutionView): readonly Promise<void>[] {
    if (this.unheard) return [];
    const event = executionStatusChange(view, this.account.environment);
    return [1, 2].map(async () => {
      await this.pass(LATE.least + this.random.next() * (LATE.most - LATE.least));
      await this.account.eventBridge.put(event);
    });
  }

  private called(entry: JournalEntry): void {
    this.calls.push(entry);
    // Until it is deployed nobody is served.
    if (this.before !== undefined) this.sides.look();
    if (entry.action !== 'putParameter') return;
    const { approval } = this.migration.manifest.parameters;
    if ((entry.input as { Name?: string }).Name === approval) this.approve(approval);
    this.person.answer(this.serving() ?? 'blue');
  }

  private approve(parameter: string): void {
    const { token } = JSON.parse(this.account.ssm.parameters.valueOf(parameter) ?? '{}') as { token?: string };
    if (token !== undefined) queueMicrotask(() => this.account.sfn.tokens.succeed(token, '{"by":"somebody"}'));
  }
}
