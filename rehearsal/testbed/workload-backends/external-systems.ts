import type { Assembly } from '../../assembly';
import type { Clock } from '../../aws/clock';
import type { HttpTaskProps } from '../../aws/integration/http/http-task';
import { StateMachineRunners } from '../../aws/integration/scripted-state-machines';
import { connectionsFor } from '../../workloads/connections';
import { observedStates, type PlacedWorkload, workloadsIn } from '../../workloads/kinds';
import type { External, ExternalSystem } from '../../workloads/rehearsed-kind';
import type { Application } from '../checks/application';
import type { ListedCheck } from '../checks/listed-checks';
import type { StoppedWorkload } from '../migration';

/** Who a migration tells to stop workloads that neither the account nor a host has. */
export class ExternalSystems {
  private constructor(
    readonly http: HttpTaskProps,
    private readonly workloads: readonly PlacedWorkload<'elsewhere'>[],
    private readonly all: ReadonlyMap<External, ExternalSystem>,
  ) {}

  static async start(
    assembly: Assembly,
    stopped: readonly StoppedWorkload[],
    clock: Clock,
    /** What is asked by requests over connections too, and who answers. */
    checks: readonly ListedCheck[] = [],
    application: Pick<Application, 'originOf'> = { originOf: () => undefined },
  ): Promise<ExternalSystems> {
    const workloads = workloadsIn('elsewhere', stopped);
    const connections = connectionsFor([...stopped, ...checks], assembly);
    const all = new Map<External, ExternalSystem>();
    const endpointOf = (host: string) =>
      [...all.values()].find(({ origins }) => origins?.has(host))?.origins?.get(host) ?? application.originOf(host);
    const externalSystems = new ExternalSystems({ connections, endpointOf }, workloads, all);
    try {
      for (const kind of new Set(workloads.map((each) => each.kind))) {
        const own = workloads.filter((each) => each.kind === kind).map(({ workload }) => workload);
        all.set(kind, await kind.start(own, { clock, connections }));
      }
    } catch (error) {
      await externalSystems.stop();
      throw error;
    }
    return externalSystems;
  }

  get stateMachines(): StateMachineRunners {
    return new StateMachineRunners([...this.all.values()].flatMap(({ stateMachines: own }) => (own ? [own] : [])));
  }

  observe(): Readonly<Record<string, string>> {
    return observedStates(this.workloads, ({ workload, kind }) => this.all.get(kind)?.observe(workload) ?? '');
  }

  async stop(): Promise<void> {
    for (const externalSystem of this.all.values()) await externalSystem.stop?.();
  }
}
