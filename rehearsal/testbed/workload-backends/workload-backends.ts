import type { HttpRequestOfCheck } from '../../../contract/common';
import type { Assembly } from '../../assembly';
import type { Clock } from '../../aws/clock';
import { Identifiers } from '../../aws/identifiers';
import type { HttpTaskProps } from '../../aws/integration/http/http-task';
import { StateMachineRunners } from '../../aws/integration/scripted-state-machines';
import type { StateMachineRunner } from '../../aws/sfn/executions';
import type { CommandRunner } from '../../aws/ssm/command-invocations';
import { Application } from '../checks/application';
import type { CheckAnswers } from '../checks/check-answers';
import { CheckCommands } from '../checks/check-commands';
import { instancesOfChecks } from '../checks/check-hosts';
import { checkStateMachines } from '../checks/check-state-machines';
import type { ListedCheck } from '../checks/listed-checks';
import type { StoppedWorkload } from '../migration';
import { ExternalSystems } from './external-systems';
import { type ScaleGroup, WorkloadHosts } from './workload-hosts';

export interface WorkloadBackendsProps {
  readonly assembly: Assembly;
  readonly workloads: readonly StoppedWorkload[];
  readonly seed: string;
  readonly clock: Clock;
  readonly scale: ScaleGroup;
  readonly checks: readonly ListedCheck[];
  readonly requests: readonly HttpRequestOfCheck[];
  readonly answers: CheckAnswers;
}

/** What a migration stops and no service of AWS has: programs on hosts, what APIs stop, the user's own state machines. */
export class WorkloadBackends {
  private constructor(
    readonly hosts: Pick<WorkloadHosts, 'instances' | 'run'>,
    readonly application: Application,
    readonly http: HttpTaskProps,
    readonly stateMachines: StateMachineRunner,
    private readonly parts: readonly { observe(): Readonly<Record<string, string>>; stop?(): Promise<void> }[],
  ) {}

  static async start(props: WorkloadBackendsProps): Promise<WorkloadBackends> {
    const { assembly, workloads, seed, clock, scale, checks, requests, answers } = props;
    const ids = new Identifiers(`${seed}/hosts`);
    const hosts = await WorkloadHosts.start(workloads, ids, scale);
    const started: { stop(): Promise<void> }[] = [hosts];
    try {
      const application = await Application.start(checks, requests, answers);
      started.push(application);
      const externalSystems = await ExternalSystems.start(assembly, workloads, clock, checks, application);
      const commands = new CheckCommands(checks, answers);
      const run: CommandRunner = (order, signal) =>
        commands.has(order.documentName) ? commands.run(order, signal) : hosts.run(order, signal);
      const instances = [...hosts.instances, ...instancesOfChecks(checks, hosts.instances, ids)];
      const runner = new StateMachineRunners([
        externalSystems.stateMachines,
        checkStateMachines(checks, answers, clock),
      ]);
      const quiet = { observe: () => ({}), stop: () => application.stop() };
      return new WorkloadBackends({ instances, run }, application, externalSystems.http, runner, [
        hosts,
        externalSystems,
        quiet,
      ]);
    } catch (error) {
      for (const each of started.toReversed()) await each.stop();
      throw error;
    }
  }

  /** The observed state of every workload here: what a migration changes and must put back. */
  observe(): Readonly<Record<string, string>> {
    return Object.assign({}, ...this.parts.map((part) => part.observe()));
  }

  async stop(): Promise<void> {
    for (const part of this.parts) await part.stop?.();
  }
}
