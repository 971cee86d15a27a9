import type { Side } from './common';

/**
 * What a migration says of itself. The library writes it beside the state machine; the rehearsal, the runbook and the report
 * find their way by it, and by no name of a state. It names; the definition is what runs: what that says plainly under a
 * name that stands here, e.g. the facts of workloads, is not repeated.
 */

/** The key of a template's metadata that it stands under, on the state machine. */
export type ManifestKey = 'cdk-cutover:manifest';

export type MigrationKind = 'cache' | 'mysql' | 'postgres';

/** What must stop for a switch and be put back, as the factories of `Workload` are called. */
export type WorkloadKind =
  | 'alarms'
  | 'autoScalingGroup'
  | 'command'
  | 'datadogMonitors'
  | 'ecsService'
  | 'eventRule'
  | 'eventSourceMapping'
  | 'httpHook'
  | 'lambdaConcurrency'
  | 'maintenanceMode'
  | 'schedule'
  | 'scheduleGroup'
  | 'stateMachine'
  | 'supervisorProgram'
  | 'systemdUnit';

/** What is asked of the applications. */
export type CheckKind =
  | 'canary'
  | 'confirmation'
  | 'connectionRequest'
  | 'hostRequest'
  | 'keysAppear'
  | 'logLines'
  | 'metric'
  | 'query'
  | 'stateMachine';

/**
 * What a phase is for, whatever it is called. From `resume` on users have moved for good; what is `after` it is tried until
 * it is done. What fails in a `proof` sends users back, as an alarm of the `watch` does. A `report` changes nothing, is not
 * journalled, and decides nothing.
 */
export type PhaseRole =
  | 'after'
  | 'approve'
  | 'canary'
  | 'check'
  | 'create'
  | 'detach'
  | 'drain'
  | 'evict'
  | 'fence'
  | 'preflight'
  | 'prepare'
  | 'promote'
  | 'proof'
  | 'quiesce'
  | 'reattach'
  | 'replicate'
  | 'report'
  | 'resize'
  | 'resume'
  | 'retire'
  | 'return'
  | 'reverse'
  | 'settle'
  | 'suspend'
  | 'switch'
  | 'verify'
  | 'watch';

/** What users may see of a phase: `refused` from its beginning on the side that they leave takes no writes. */
export type SeenByUsers = 'nothing' | 'something' | 'refused';

/** Names of a phase's states. */
export interface PhaseStates {
  /** Does what the phase is for. */
  readonly own: string;
  /** Looks at what is about to be changed. */
  readonly look?: string;
  /** Writes that it has begun. */
  readonly journal?: string;
  readonly undo?: string;
  /** Writes that it is undone. */
  readonly undone?: string;
}

export interface ManifestPhase {
  /** As in the journal and in results. */
  readonly name: string;
  readonly role: PhaseRole;
  /** Gone through in one direction only. */
  readonly only?: 'there' | 'back';
  readonly seen: SeenByUsers;
  readonly states: PhaseStates;
  /** States that a failure leads to, in their order; absent where it is told in the result and leads on. */
  readonly onFailure?: readonly string[];
}

export interface ManifestWorkload {
  readonly id: string;
  readonly kind: WorkloadKind;
}

export interface ManifestCheck {
  readonly id: string;
  readonly kind: CheckKind;
}

/** A name whose weights the state machine moves. */
export interface ManifestRecord {
  /** Who resolves it. */
  readonly whose: 'writer' | 'reader';
  readonly zoneId: string;
  readonly name: string;
  readonly ttlSeconds: number;
  readonly targets: Readonly<Record<Side, string>>;
  /** Endpoints of green's that a part of the clients is led to before that. */
  readonly trialTargets?: readonly string[];
}
