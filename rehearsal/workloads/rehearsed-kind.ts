import type { Clock } from '../aws/clock';
import type { Connection } from '../aws/integration/http/connection';
import type { StateMachineRunner } from '../aws/sfn/executions';
import type { HostProps } from '../hosts/host';
import type { ProcessHook } from '../hosts/host-process';
import type { StoppedWorkload } from '../testbed/migration';
import type { WorkloadAccount } from './workload-account';

/** How workloads of a kind are rehearsed: where they run, and how the state of one is observed there, not by what stops it. */
export type RehearsedKind = InAccount | OnHosts | External;

/** Resources of a service of AWS. */
export interface InAccount {
  readonly place: 'account';
  /** Makes one of that name, which runs: an app may stop what it has not made, of which the assembly knows the name alone. */
  deploy(workload: StoppedWorkload, account: WorkloadAccount): void;
  observe(workload: StoppedWorkload, account: WorkloadAccount): string;
  /** The ECS service whose tasks are clients' processes. Absent: clients do not run with it. */
  service?(workload: StoppedWorkload): string;
}

/** What commands stop on hosts. */
export interface OnHosts {
  readonly place: 'hosts';
  /** Absent: the commands are the user's own, which are never run here. A word stands for what they stop. */
  readonly process?: {
    /** The parameter of its document that names it. */
    readonly parameter: string;
    /** What a host has for it. */
    on(name: string, process: ProcessHook): Pick<HostProps, 'programs' | 'units'>;
  };
  /** @param root - the folder of the host's files */
  observe(state: 'running' | 'stopped', name: string, root: string): string;
}

/** What somebody else stops, who is told to. */
export interface External {
  readonly place: 'elsewhere';
  /** @param workloads - all of the kind */
  start(workloads: readonly StoppedWorkload[], world: World): Promise<ExternalSystem>;
}

export interface World {
  readonly clock: Clock;
  /** That requests are sent over. */
  readonly connections: readonly Connection[];
}

/** Who stops workloads when told to. */
export interface ExternalSystem {
  /** Where it is on this machine, by the names of the hosts that requests are sent to. @default - it is sent none */
  readonly origins?: ReadonlyMap<string, string>;
  /** @default - it has none */
  readonly stateMachines?: StateMachineRunner;
  observe(workload: StoppedWorkload): string;
  stop?(): Promise<void>;
}
