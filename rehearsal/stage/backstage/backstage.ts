import type { Assembly } from '../../assembly';
import type { Clock } from '../../aws/clock';
import { Identifiers } from '../../aws/identifiers';
import type { HttpTaskProps } from '../../aws/integration/http/http-task';
import type { StateMachineRunner } from '../../aws/sfn/executions';
import type { StoppedWorkload } from '../migration';
import { OwnStateMachines } from './own-state-machines';
import { WorkloadEndpoints } from './workload-endpoints';
import { type ScaleGroup, WorkloadHosts } from './workload-hosts';

export interface BackstageProps {
  readonly assembly: Assembly;
  readonly workloads: readonly StoppedWorkload[];
  readonly seed: string;
  readonly clock: Clock;
  readonly scale: ScaleGroup;
}

/** What a migration stops and no service of AWS has: programs on hosts, what APIs stop, the user's own state machines. */
export class Backstage {
  private constructor(
    readonly hosts: Pick<WorkloadHosts, 'instances' | 'run'>,
    readonly http: HttpTaskProps,
    readonly stateMachines: StateMachineRunner,
    private readonly parts: readonly { standing(): Readonly<Record<string, string>>; stop?(): Promise<void> }[],
  ) {}

  static async start({ assembly, workloads, seed, clock, scale }: BackstageProps): Promise<Backstage> {
    const hosts = await WorkloadHosts.start(workloads, new Identifiers(`${seed}/hosts`), scale);
    try {
      const endpoints = await WorkloadEndpoints.start(assembly, workloads, clock);
      const machines = new OwnStateMachines(workloads, clock);
      return new Backstage(hosts, endpoints.http, machines.runner, [hosts, endpoints, machines]);
    } catch (error) {
      await hosts.stop();
      throw error;
    }
  }

  /** How every workload of its is, by its id: what a migration changes and must put back. */
  standing(): Readonly<Record<string, string>> {
    return Object.assign({}, ...this.parts.map((part) => part.standing()));
  }

  async stop(): Promise<void> {
    for (const part of this.parts) await part.stop?.();
  }
}
