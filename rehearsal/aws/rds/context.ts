import type { AwsEnvironment } from '../environment';
import type { DatabaseBackend } from './backend';
import type { Background } from './background';
import type { ClusterParameterGroups } from './cluster-parameter-groups';
import type { RdsEngine } from './database';
import type { Databases } from './databases';
import type { Events } from './events';
import type { Snapshots } from './snapshots';

/** How long RDS takes, beside what the backend takes. Milliseconds. */
export interface Durations {
  /** Of an instance or a cluster. */
  readonly create: number;
  /** A change of class or name, or a reboot. */
  readonly modify: number;
  /** Until a cluster's instances are in other security groups. */
  readonly securityGroups: number;
  /** From a switchover's request to its guardrails. */
  readonly switchover: number;
  readonly promote: number;
  /** Of an instance that a promotion reboots, beside what the backend takes. */
  readonly reboot: number;
  readonly snapshot: number;
  readonly delete: number;
  /** Until a custom endpoint is made, changed or deleted. Its name is away meanwhile. */
  readonly endpoint: number;
  /** Until custom endpoints no longer lead to an instance that does not answer: 36 to 40 s where it was measured. */
  readonly leaveEndpoint: number;
  /** Until they lead to it again once it answers: 85 to 150 s where it was measured. */
  readonly joinEndpoint: number;
}

/** Where AWS's documentation leaves more than one way: a migration has to be right in each. */
export interface Ways {
  /**
   * Whether the old side's read-only state goes with the record of the switchover, as the guide says. Otherwise it lasts
   * until the writer is rebooted, as the guide says elsewhere.
   */
  readonly recordKeepsReadOnly: boolean;
  /** Whether who deletes a record needs the rights to what RDS could delete with it, as the guide says, or to it alone. */
  readonly recordTakesRightsToDelete: boolean;
}

/** What all of RDS's operations share. */
export interface RdsContext {
  readonly ways: Ways;
  readonly environment: AwsEnvironment;
  readonly databases: Databases;
  readonly backend: DatabaseBackend;
  readonly background: Background;
  readonly events: Events;
  readonly snapshots: Snapshots;
  readonly parameterGroups: ClusterParameterGroups;
  readonly durations: Durations;
  /** What is on offer, oldest first. */
  readonly versionsOf: (engine: RdsEngine) => readonly string[];
  /** Whether the cluster is part of a blue/green deployment, and which side of it is being switched over. */
  readonly deploymentOf: (clusterResourceId: string) => { readonly switching: boolean } | undefined;
}
