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
  readonly snapshot: number;
  readonly delete: number;
}

/** What all of RDS's operations share. */
export interface RdsContext {
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
