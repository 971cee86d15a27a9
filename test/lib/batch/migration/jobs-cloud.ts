import type { JobJournal } from '../../../../contract/batch-migration';
import type { BatchHostMigrationProps } from '../../../../lib';
import { BatchGate, BatchHostMigration, type BatchJob, type BatchMigrationJob, BatchSource } from '../../../../lib';
import { type Assembly, loadAssembly, type StateMachine } from '../../../../rehearsal/assembly';
import { ControlPlane } from '../../../../rehearsal/aws/control-plane';
import { Identifiers } from '../../../../rehearsal/aws/identifiers';
import { optimizedTasks } from '../../../../rehearsal/aws/integration/optimized-tasks';
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
  parseDefinition,
  type Redrive,
  startExecution,
  VirtualClock,
} from '../../../../rehearsal/states-language';
import { parsedOnce } from '../../parsed-once';
import { taskHandler } from '../../task-handler';
import { HostOfApp, JOB } from '../host-of-app';
import { ScriptedBlue, ScriptedGreen, type Told, told } from './scripted-hosts';

export const BLUE = 'i-0aaaaaaaaaaaaaaaa';
const MINUTE = 60_000;

/** Each minute. */
export const ORDERS: BatchJob = { ...JOB, schedule: '* * * * *' };
export const LINE: BatchMigrationJob = {
  name: 'orders',
  file: '/etc/cron.d/shop',
  line: '* * * * * root /opt/shop/orders.sh',
};

export function migrationOf(
  jobs: BatchJob[] = [ORDERS],
  lines: BatchMigrationJob[] = [LINE],
  more: Partial<BatchHostMigrationProps> = {},
) {
  const surroundings = new HostOfApp();
  const host = surroundings.host({ jobs, gate: BatchGate.CLOSED });
  const blue = BatchSource.instance(BLUE);
  const migration = new BatchHostMigration(surroundings.stack, 'Migration', {
    blue,
    host,
    jobs: lines,
    migrationName: 'shop',
    ...more,
  });
  return { ...surroundings, surroundings, host, migration };
}

export function assemblyOf(...args: Parameters<typeof migrationOf>): Assembly {
  return loadAssembly(migrationOf(...args).surroundings.app.synth().directory);
}

export interface RunOptions {
  /** The execution is stopped as it enters its next state after so many. */
  readonly abortAfter?: number;
}

/** What becomes of a command, by its words: done and answered, done and not answered, neither, or done so many seconds later. */
export type Fate = 'answered' | 'unanswered' | 'lost' | { readonly lateBy: number };

/** The account of a migration of a batch host, in virtual time, with two hosts that do what the contract says. */
export class JobsCloud {
  readonly clock = new VirtualClock(Date.parse('2026-11-30T09:00:10Z'));
  readonly blue = new ScriptedBlue(() => this.clock.now());
  readonly green = new ScriptedGreen(() => this.clock.now());
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

  static async of(assembly: Assembly): Promise<JobsCloud> {
    await Promise.all(SDK_SERVICES.map((service) => sdkOperations(service)));
    return new JobsCloud(assembly);
  }

  private constructor(private readonly assembly: Assembly) {
    this.machines = machinesOf(assembly);
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
    for (const instanceId of [BLUE, this.greenId]) this.ssm.instances.register({ instanceId, tags: {} });
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
    this.plane = new ControlPlane({ environment, services: [this.ssm, this.sfn] });
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
    return this.start(this.machine('shop-job'), { action, job }, `run-${this.executions.length}`, options).result;
  }

  runJob(input: Json): Promise<ExecutionResult> {
    return this.start(this.machine('shop-job'), input, `run-${this.executions.length}`, {}).result;
  }

  /** Several jobs', to its end. */
  runJobs(input: Json, options: RunOptions = {}): Promise<ExecutionResult> {
    return this.start(this.machine('shop'), input, `run-${this.executions.length}`, options).result;
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
    return JSON.parse(this.ssm.parameters.valueOf(`/cdk-cutover/shop/jobs/${job}`) ?? '{}');
  }

  /** Every slot from the beginning until now with the number of its starts, where that is not one. */
  wrongStarts(): Readonly<Record<string, number>> {
    this.passTime();
    const wrong: Record<string, number> = {};
    const starts = [...this.blue.starts, ...this.green.starts];
    for (let slot = Math.ceil(this.begun / MINUTE) * MINUTE; slot <= this.clock.now(); slot += MINUTE) {
      const count = starts.filter((start) => start === slot).length;
      if (count !== 1) wrong[new Date(slot).toISOString()] = count;
    }
    return wrong;
  }

  get events(): number {
    return this.executions[0]?.execution.history.length ?? 0;
  }

  setOnline(side: 'blue' | 'green', online: boolean): void {
    this.ssm.instances.setOnline(side === 'blue' ? BLUE : this.greenId, online);
  }

  private passTime(): void {
    this.blue.passTime();
    this.green.passTime();
  }

  private async command({ instance, parameters }: CommandOrder): Promise<CommandOutcome> {
    const side = instance.instanceId === BLUE ? 'blue' : 'green';
    const words = told(parameters.arguments?.[0] ?? '');
    this.commands.push({ side, told: words });
    const fate = this.fate(side, words);
    const answered = (answer: object) => ({ exitCode: 0, stdout: `${JSON.stringify(answer)}\n`, stderr: '' });
    if (fate === 'answered') return answered(this[side].answer(words));
    if (fate === 'unanswered') this[side].answer(words);
    if (typeof fate === 'object') {
      const signal = new AbortController().signal;
      void this.clock
        .sleep(fate.lateBy, { reason: 'wait', state: 'late', signal })
        .then(() => this[side].answer(words));
    }
    throw new Error('the agent died on the way');
  }

  private machine(name: string): StateMachine {
    const machine = this.machines.find((each) => each.name === name);
    if (machine === undefined) throw new Error(`There is no ${name}.`);
    return machine;
  }

  private views(): ExecutionView[] {
    return this.executions.map(({ view, execution }) => ({ ...view, status: execution.status }));
  }

  private begin({ stateMachineArn, name, input }: NewExecution): void {
    const machine = this.machines.find(({ arn }) => arn === stateMachineArn);
    if (machine !== undefined) this.start(machine, JSON.parse(input), name, {});
  }

  private start(machine: StateMachine, input: Json, name: string, { abortAfter }: RunOptions, redrive?: Redrive) {
    const principal = assumeRole(this.assembly.role(machine.roleArn), name, {
      service: 'states.amazonaws.com',
      sourceArn: machine.arn,
    });
    const before = this.entered.length;
    const scripted = machine.name === 'shop-job' ? this.script : undefined;
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
          if (this.entered.length - before === abortAfter) queueMicrotask(() => void execution.stop());
        },
      },
      taskHandler:
        scripted !== undefined
          ? () => scripted(input as never) as never
          : taskHandler({
              plane: this.plane,
              principal,
              optimized: optimizedTasks({ sfn: this.sfn }),
              during: (work) => (machine.name === 'shop' ? work() : this.clock.during(work)),
            }),
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
      return result;
    });
    return entry;
  }
}

/** What an execution of a job ends with. */
type JobScript = (input: { readonly action: string; readonly job: string }) => Promise<ScriptedEnd>;
type ScriptedEnd = { readonly output: Json } | { readonly error: string; readonly cause: string };

/** One task that the script performs. */
const SCRIPTED = parseDefinition({
  QueryLanguage: 'JSONata',
  StartAt: 'End as scripted',
  States: {
    'End as scripted': {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:ssm:getParameters',
      Arguments: { Names: ['script'] },
      Assign: { end: '{% $states.result %}' },
      Next: 'Well?',
    },
    'Well?': {
      Type: 'Choice',
      Choices: [{ Condition: '{% $exists($end.error) %}', Next: 'Fail' }],
      Default: 'Succeed',
    },
    Fail: { Type: 'Fail', Error: '{% $end.error %}', Cause: '{% $end.cause %}' },
    Succeed: { Type: 'Succeed', Output: '{% $end.output %}' },
  },
});

const MACHINES = new WeakMap<Assembly, readonly StateMachine[]>();

function machinesOf(assembly: Assembly): readonly StateMachine[] {
  const machines = MACHINES.get(assembly) ?? assembly.stateMachines();
  MACHINES.set(assembly, machines);
  return machines;
}
