import type { BatchManifest, JobJournal } from '../../../../contract/batch-migration';
import type { Assembly, StateMachine } from '../../../../rehearsal/assembly';
import { ControlPlane, type StaleReadsProps } from '../../../../rehearsal/aws/control-plane';
import { EventBridge } from '../../../../rehearsal/aws/eventbridge/eventbridge';
import type { BusEvent } from '../../../../rehearsal/aws/eventbridge/execution-event';
import { eventRule } from '../../../../rehearsal/aws/eventbridge/rules-of-assembly';
import { Identifiers } from '../../../../rehearsal/aws/identifiers';
import { optimizedTasks } from '../../../../rehearsal/aws/integration/optimized-tasks';
import { keysOf } from '../../../../rehearsal/aws/kms/keys-of-assembly';
import { assumeRole } from '../../../../rehearsal/aws/policy';
import { SDK_SERVICES, sdkOperations } from '../../../../rehearsal/aws/sdk-schemas';
import type { ExecutionView, NewExecution } from '../../../../rehearsal/aws/sfn/executions';
import { Sfn } from '../../../../rehearsal/aws/sfn/sfn';
import type { CommandOrder, CommandOutcome } from '../../../../rehearsal/aws/ssm/command-invocations';
import { documentsOf } from '../../../../rehearsal/aws/ssm/documents';
import { Ssm } from '../../../../rehearsal/aws/ssm/ssm';
import {
  type Execution,
  type ExecutionResult,
  type Json,
  type Redrive,
  startExecution,
  VirtualClock,
} from '../../../../rehearsal/states-language';
import { batchMigrationOf } from '../../../../rehearsal/testbed/batch/batch-migration-of';
import { staleReads } from '../../cloud';
import { Interrupter, type Interruption } from '../../interruption';
import { LateEvents } from '../../late-events';
import { parsedOnce } from '../../parsed-once';
import { taskHandler } from '../../task-handler';
import { type Due, ScriptedBlue, ScriptedGreen, type Told, told } from './scripted-hosts';
import { type JobScript, SCRIPTED } from './scripted-jobs';

const MINUTE = 60_000;

export interface RunOptions extends Interruption {
  /** The execution is stopped as it enters its next state after so many. */
  readonly abortAfter?: number;
}

/** What becomes of a command, by its words: done and answered, done and not answered, neither, or done so many seconds later. */
export type Fate = 'answered' | 'unanswered' | 'lost' | { readonly lateBy: number };

export interface JobsCloudOptions {
  /** By job: when it is due. @default - there is one job, each minute */
  readonly due?: Readonly<Record<string, Due>>;
  /** Has reads answered as it was some seconds before, by this seed, and events come late and twice. @default - neither */
  readonly seed?: string;
  /** Has some reads lag otherwise. @default - by the seed */
  readonly stale?: StaleReadsProps;
}

/** A job on both hosts. */
interface HostsOfJob {
  readonly blue: ScriptedBlue;
  readonly green: ScriptedGreen;
}

/** The account of a migration of a batch host, in virtual time, with two hosts that do what the contract says. */
export class JobsCloud {
  readonly clock = new VirtualClock(Date.parse('2026-11-30T09:00:10Z'));
  readonly blue = new ScriptedBlue(() => this.clock.now());
  readonly green = new ScriptedGreen(() => this.clock.now());
  /** Of jobs of which it is said when they are due. */
  private readonly hosts = new Map<string, HostsOfJob>();
  /** States, in the order in which they were entered. */
  readonly entered: string[] = [];
  /** What hosts were told, in order. */
  readonly commands: { readonly side: 'blue' | 'green'; readonly told: Told }[] = [];
  fate: (side: 'blue' | 'green', told: Told) => Fate = () => 'answered';

  private readonly executions: { view: ExecutionView; execution: Execution; result: Promise<ExecutionResult> }[] = [];
  private script: JobScript | undefined;
  private readonly begun = this.clock.now();
  private readonly ssm: Ssm;
  private readonly sfn: Sfn;
  private readonly plane: ControlPlane;
  private readonly machines: readonly StateMachine[];
  private readonly greenId: string;
  private readonly blueId: string;
  private readonly manifest: BatchManifest;
  private readonly interrupter = new Interrupter();
  /** How it is told that executions have ended. @default - nobody tells */
  readonly events: LateEvents | undefined;

  static async of(assembly: Assembly, options: JobsCloudOptions = {}): Promise<JobsCloud> {
    await Promise.all(SDK_SERVICES.map((service) => sdkOperations(service)));
    return new JobsCloud(assembly, options);
  }

  private constructor(
    private readonly assembly: Assembly,
    { due = {}, seed, stale }: JobsCloudOptions,
  ) {
    this.machines = machinesOf(assembly);
    const manifest = batchMigrationOf(assembly);
    if (manifest?.blue.instance === undefined)
      throw new Error('The assembly has no migration of jobs from one server.');
    this.manifest = manifest;
    this.blueId = manifest.blue.instance;
    const now = () => this.clock.now();
    for (const [job, isDue] of Object.entries(due)) {
      this.hosts.set(job, { blue: new ScriptedBlue(now, isDue), green: new ScriptedGreen(now, isDue) });
    }
    for (const { name, decision } of manifest.jobs) {
      const hosts = this.hosts.get(name);
      if (hosts !== undefined) hosts.green.hasJob = decision === 'moved';
    }
    const [instance] = assembly.resources('AWS::EC2::Instance');
    this.greenId = String(instance?.physicalId);
    const environment = {
      account: '111122223333',
      region: 'eu-west-1',
      ids: new Identifiers('jobs'),
      clock: { now: () => this.clock.now() },
    } as ConstructorParameters<typeof Ssm>[0]['environment'];
    this.ssm = new Ssm({
      environment,
      documents: documentsOf(assembly),
      runCommand: (order) => this.command(order),
      commandsVisibleAfterMs: 0,
    });
    for (const instanceId of [this.blueId, this.greenId]) this.ssm.instances.register({ instanceId, tags: {} });
    const runner = {
      stateMachineArns: this.machines.map(({ arn }) => arn),
      executions: (arn: string) => this.views().filter(({ stateMachineArn }) => stateMachineArn === arn),
      start: (execution: NewExecution) => void this.begin(execution),
      ended: async (arn: string) => {
        await this.executions.find(({ view }) => view.executionArn === arn)?.result;
      },
      stop: async (arn: string) => {
        await this.executions.find(({ view }) => view.executionArn === arn)?.execution.stop();
      },
    };
    this.sfn = new Sfn({ environment, activityArns: [], runner: runner as never });
    this.plane = new ControlPlane({
      environment,
      keys: keysOf(assembly, environment.account),
      ...staleReads(stale ?? seed),
      services: [this.ssm, this.sfn],
    });
    const bus = new EventBridge({ environment, invoke: async ({ arn }, input) => this.invoke(arn, input) });
    for (const rule of assembly.resources('AWS::Events::Rule')) bus.addRule(eventRule(rule));
    const put = (event: BusEvent) => bus.put(event);
    const { clock } = this;
    this.events = seed === undefined ? undefined : new LateEvents({ environment: () => environment, clock, seed, put });
  }

  /** Has executions of single jobs end as the script says, instead of being run. */
  scriptJobs(script: JobScript): void {
    this.script = script;
  }

  /** Takes up one of its executions that has ended, to its end. @param ago how many were started since */
  redrive(ago: number): Promise<ExecutionResult> {
    const before = this.executions[ago];
    const machine = this.machines.find(({ arn }) => arn === before?.view.stateMachineArn);
    if (before?.execution.redrive === undefined || machine === undefined) throw new Error('Nothing can be redriven.');
    const { name, input } = before.view;
    return this.start(machine, JSON.parse(input), name, {}, before.execution.redrive).result;
  }

  /** One job's, to its end. */
  run(action: string, job = 'orders', options: RunOptions = {}): Promise<ExecutionResult> {
    return this.start(
      this.machine(this.manifest.stateMachines.job),
      { action, job },
      `run-${this.executions.length}`,
      options,
    ).result;
  }

  runJob(input: Json): Promise<ExecutionResult> {
    return this.start(this.machine(this.manifest.stateMachines.job), input, `run-${this.executions.length}`, {}).result;
  }

  /** Several jobs', to its end. */
  runJobs(input: Json, options: RunOptions = {}): Promise<ExecutionResult> {
    return this.start(this.machine(this.manifest.stateMachines.jobs), input, `run-${this.executions.length}`, options)
      .result;
  }

  /** As its schedule does; ends when all that it has started has ended. */
  async look(): Promise<readonly ExecutionResult[]> {
    const before = this.executions.length;
    const machine = this.machines.find(({ type }) => type === 'EXPRESS');
    if (machine === undefined) throw new Error('There is no Express state machine.');
    await this.start(machine, {}, `look-${before}`, {}).result;
    return Promise.all(this.executions.slice(0, -before - 1).map(({ result }) => result));
  }

  async pass(minutes: number): Promise<void> {
    const signal = new AbortController().signal;
    await this.clock.sleep(minutes * 60, { reason: 'wait', state: 'none', signal });
    this.passTime();
  }

  journal(job = 'orders'): JobJournal {
    return JSON.parse(this.ssm.parameters.valueOf(`${this.manifest.journals}/${job}`) ?? '{}');
  }

  /** Every slot from the beginning until now with the number of its starts, where that is not one. */
  wrongStarts(job?: string): Readonly<Record<string, number>> {
    this.passTime();
    const wrong: Record<string, number> = {};
    const { blue, green } = this.hostsOf(job);
    const starts = [...blue.starts, ...green.starts];
    for (let slot = Math.ceil(this.begun / MINUTE) * MINUTE; slot <= this.clock.now(); slot += MINUTE) {
      if (!blue.isDue(slot)) continue;
      const count = starts.filter((start) => start === slot).length;
      if (count !== 1) wrong[new Date(slot).toISOString()] = count;
    }
    return wrong;
  }

  get eventCount(): number {
    return this.executions[0]?.execution.history.length ?? 0;
  }

  setOnline(side: 'blue' | 'green', online: boolean): void {
    this.ssm.instances.setOnline(side === 'blue' ? this.blueId : this.greenId, online);
  }

  /** Those of a job; without one, or where nothing was said of it, those of the only one. */
  hostsOf(job: string | undefined): HostsOfJob {
    return this.hosts.get(job ?? '') ?? { blue: this.blue, green: this.green };
  }

  /** Resolves when nothing runs any more, and no event is on its way. */
  async allEnded(): Promise<void> {
    for (;;) {
      const running = this.executions.filter(({ execution }) => execution.status === 'RUNNING');
      if (running.length === 0 && this.events?.areOver !== false) return;
      await Promise.all([...running.map(({ result }) => result), this.events?.delivered()]);
    }
  }

  private passTime(): void {
    for (const { blue, green } of [{ blue: this.blue, green: this.green }, ...this.hosts.values()]) {
      blue.passTime();
      green.passTime();
    }
  }

  /** As a rule does, whose target is a state machine. */
  private invoke(arn: string, input: string): void {
    this.start(this.machine(arn), JSON.parse(input), `event-${this.executions.length}`, {});
  }

  private async command({ instance, parameters }: CommandOrder): Promise<CommandOutcome> {
    const side = instance.instanceId === this.blueId ? 'blue' : 'green';
    const words = told(parameters.arguments?.[0] ?? '');
    this.commands.push({ side, told: words });
    const host = this.hostsOf(words.job)[side];
    const fate = this.fate(side, words);
    const answered = (answer: object) => ({ exitCode: 0, stdout: `${JSON.stringify(answer)}\n`, stderr: '' });
    if (fate === 'answered') return answered(host.answer(words));
    if (fate === 'unanswered') host.answer(words);
    if (typeof fate === 'object') {
      const signal = new AbortController().signal;
      void this.clock.sleep(fate.lateBy, { reason: 'wait', state: 'late', signal }).then(() => host.answer(words));
    }
    throw new Error('the agent died on the way');
  }

  private machine(arn: string): StateMachine {
    const machine = this.machines.find((each) => each.arn === arn);
    if (machine === undefined) throw new Error(`There is no ${arn}.`);
    return machine;
  }

  private views(): ExecutionView[] {
    return this.executions.map(({ view, execution }) => ({ ...view, status: execution.status }));
  }

  private begin({ stateMachineArn, name, input }: NewExecution): void {
    const machine = this.machines.find(({ arn }) => arn === stateMachineArn);
    if (machine !== undefined) this.start(machine, JSON.parse(input), name, {});
  }

  private start(machine: StateMachine, input: Json, name: string, options: RunOptions, redrive?: Redrive) {
    const { abortAfter, at } = options;
    if (at !== undefined) this.interrupter.plan(options);
    const principal = assumeRole(this.assembly.role(machine.roleArn), name, {
      service: 'states.amazonaws.com',
      sourceArn: machine.arn,
    });
    const before = this.entered.length;
    const scripted = machine.arn === this.manifest.stateMachines.job ? this.script : undefined;
    const perform = taskHandler({
      plane: this.plane,
      principal,
      optimized: optimizedTasks({ sfn: this.sfn }),
      during: (work) => (machine.arn === this.manifest.stateMachines.jobs ? work() : this.clock.during(work)),
    });
    const execution: Execution = startExecution(scripted === undefined ? parsedOnce(machine) : SCRIPTED, {
      clock: this.clock,
      random: () => 0.5,
      input,
      name,
      stateMachineArn: machine.arn,
      ...(redrive !== undefined && { redrive }),
      listener: {
        stateEntered: ({ name: state }) => {
          this.entered.push(state);
          this.interrupter.entered(state, () => void execution.stop());
          if (this.entered.length - before === abortAfter) queueMicrotask(() => void execution.stop());
        },
      },
      taskHandler:
        scripted !== undefined
          ? () => scripted(input as never) as never
          : (request) => this.interrupter.meet(request, async () => perform(request)),
    });
    const view: ExecutionView = {
      executionArn: execution.arn,
      stateMachineArn: machine.arn,
      name,
      status: 'RUNNING',
      startedAt: this.clock.now(),
      input: JSON.stringify(input),
    };
    const entry = { view, execution, result: execution.result };
    const again = this.executions.findIndex((each) => each.view.executionArn === execution.arn);
    if (again === -1) this.executions.unshift(entry);
    else this.executions[again] = entry;
    entry.result = execution.result.then((result) => {
      const { error, cause, output } = result;
      entry.view = {
        ...entry.view,
        stoppedAt: this.clock.now(),
        ...(error !== undefined && { error }),
        ...(cause !== undefined && { cause }),
        ...(output !== undefined && { output: JSON.stringify(output) }),
      };
      this.events?.announce({ ...entry.view, status: result.status });
      return result;
    });
    return entry;
  }
}

const MACHINES = new WeakMap<Assembly, readonly StateMachine[]>();

function machinesOf(assembly: Assembly): readonly StateMachine[] {
  const machines = MACHINES.get(assembly) ?? assembly.stateMachines();
  MACHINES.set(assembly, machines);
  return machines;
}
