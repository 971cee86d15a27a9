import type { Stack } from 'aws-cdk-lib';
import { Choice, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { Journal } from '../../../lib/cutover/journal/journal';
import { expression } from '../../../lib/cutover/states/expression';
import { is } from '../../../lib/cutover/states/is';
import type { IWorkload } from '../../../lib/workloads/workload-kind';
import { Workloads } from '../../../lib/workloads/workload-phases';
import type { ControlPlane } from '../../../rehearsal/aws/control-plane';
import type { AwsEnvironment } from '../../../rehearsal/aws/environment';
import { Ssm } from '../../../rehearsal/aws/ssm/ssm';
import { type ExecutionResult, type JsonObject, VirtualClock } from '../../../rehearsal/states-language';
import { testEnvironment } from '../../rehearsal/aws/test-environment';
import { type PlayOptions, play } from '../cutover/machine/play';

/** Time that states and services share, and that passes as soon as nothing but time is waited for. */
export function virtualTime(): { readonly clock: VirtualClock; readonly environment: AwsEnvironment } {
  const clock = new VirtualClock();
  const outside = { now: () => clock.now(), sleep: () => new Promise<void>(() => {}) };
  return { clock, environment: { ...testEnvironment().environment, clock: outside } };
}

/** Systems Manager as a night needs it that has no hosts: it keeps the journal. */
export function journalKeeper(environment: AwsEnvironment): Ssm {
  return new Ssm({ environment, runCommand: () => Promise.reject(new Error('No instance runs commands here.')) });
}

/**
 * The night of a migration as its workloads see it, on the services of a control plane, with the permissions that
 * their states asked for. The plane must have SSM, which keeps the journal.
 */
export class Night {
  /** What the journal holds of each workload. */
  recorded: JsonObject = {};

  constructor(
    private readonly plane: ControlPlane,
    private readonly workloads: (stack: Stack) => readonly IWorkload[],
    /** The clock is that of the services, where they tell the time. */
    private readonly options: PlayOptions = {},
  ) {}

  /** What is in the way, one line each, or how the check itself failed. */
  async preflight(): Promise<unknown> {
    const result = await this.run('preflight');
    return result.status === 'SUCCEEDED' ? result.output : result.cause;
  }

  /** Records how everything is. */
  async survey(): Promise<ExecutionResult> {
    const result = await this.run('survey');
    if (result.status === 'SUCCEEDED') this.recorded = (result.output as { workloads: JsonObject }).workloads;
    return result;
  }

  /** Stops everything that was recorded. */
  quiesce(): Promise<ExecutionResult> {
    return this.run('forward');
  }

  /** Puts everything back, as every undo and the phase Resume do. Outputs what happened meanwhile. */
  resume(): Promise<ExecutionResult> {
    return this.run('undo');
  }

  private run(step: string): Promise<ExecutionResult> {
    const input = { workloads: this.recorded, step };
    return play(this.plane, (stack) => everyStep(stack, this.workloads(stack)), input, this.options);
  }
}

/** All in one machine, for the CDK refuses states that lead nowhere; the input says which is run. */
function everyStep(stack: Stack, workloads: readonly IWorkload[]): IChainable {
  const phases = new Workloads(stack, new Journal(stack, 'night', workloads.length), workloads);
  const [preflight] = phases.preflight();
  const [quiesce] = phases.quiesce();
  if (preflight === undefined || quiesce === undefined) throw new Error('A night needs a workload.');
  const unready = Pass.jsonata(stack, 'What is in the way', { outputs: expression('$unready') });
  for (const last of preflight.endStates) last.next(unready);
  const choice = Choice.jsonata(stack, 'Which step?').otherwise(preflight);
  const { survey, forward, undo } = quiesce;
  for (const [name, states] of Object.entries({ survey, forward, undo })) {
    if (states !== undefined) choice.when(is(`$journal.step = '${name}'`), states);
  }
  const begin = Pass.jsonata(stack, 'Begin', { assign: { journal: expression('$states.input'), ...quiesce.knows } });
  return begin.next(choice);
}
