import type { Side } from './common';

/**
 * What a migration says of itself. The library writes it beside the state machine; the rehearsal, the runbook and the report
 * find their way by it, and by no name of a state. It names; the definition is what runs: what that says plainly under a
 * name that stands here, e.g. the facts of workloads, is not repeated.
 */

/** The key of a template's metadata that it stands under, on the state machine. */
export type ManifestKey = 'cdk-cutover:manifest';

export type MigrationKind = 'cache' | 'memcached' | 'mysql' | 'postgres';

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
  | 'command'
  | 'confirmation'
  | 'connectionRequest'
  | 'hostRequest'
  | 'keysAppear'
  | 'logLines'
  | 'metric'
  | 'query'
  | 'stateMachine';

/**
 * What a phase is for, whatever it is called. From `resume` on clients have moved for good; what is `after` it is tried until
 * it is done. What fails in a `proof` sends clients back, as an alarm of the `watch` does. A `report` changes nothing, is not
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
  | 'interpose'
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

/** What clients may see of a phase: `refused` from its beginning on the side that they leave takes no writes. */
export type SeenByClients = 'nothing' | 'something' | 'refused';

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
  /** Lets clients in where they are, when it could not be undone. */
  readonly stay?: string;
}

export interface ManifestPhase {
  /** As in the journal and in results. */
  readonly name: string;
  readonly role: PhaseRole;
  /** Gone through in one direction only. */
  readonly only?: 'cutover' | 'rollback';
  readonly seen: SeenByClients;
  readonly states: PhaseStates;
  /** States that a failure leads to, in their order; absent where it is told in the result and leads on. */
  readonly onFailure?: readonly string[];
}

/** What an execution may be asked for while clients are on blue, besides moving them. */
export interface ManifestErrand extends ManifestPhase {
  readonly action: string;
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
  readonly trialTargets: readonly string[];
  /** The name that the third entry leads to, of a host that relays. Absent: there is none. */
  readonly relay?: string;
}

/** Names of SSM parameters. */
export interface ManifestParameters {
  readonly approval: string;
  readonly configuration: string;
  readonly confirmation: string;
  readonly host: string;
  readonly journal: string;
  readonly stateMachine: string;
}

/** What RDS has of a migration of databases, before anything is moved. */
export interface ManifestDatabases {
  /** Without a cluster it is an instance by itself. */
  readonly blue: { readonly cluster?: string; readonly instances: readonly string[] };
  readonly green: {
    /** Absent: RDS makes it later, or nothing is to be moved yet. Instances that the app makes name it themselves. */
    readonly cluster?: string;
    /** Custom endpoints that readers are led to. */
    readonly endpoints: readonly { readonly identifier: string; readonly host: string }[];
  };
  /** The instance on which tables are converted. */
  readonly converting?: string;
}

/** Parameter groups that are to be there before. */
export interface ManifestParameterGroup {
  readonly name: string;
  /** Of green, where the engine's version makes a difference. */
  readonly engineVersion?: string;
}

/** What a rehearsal may give its own value for: variables that the state `knows` assigns. */
export interface ManifestStandIns {
  /** A place of blue's binary log: `file` and `position`. */
  readonly binlogPosition?: string;
}

/** Where the agent runs. */
export interface ManifestHost {
  /** Logical id in the same template. */
  readonly instance: string;
  readonly roleArn: string;
  readonly securityGroup: string;
  /** Logical ids of Session Manager's documents in the same template. Absent: an earlier version made it. */
  readonly sessions?: {
    readonly shell: string;
    /** Of ports of an operator's machine, by the side that they lead to. */
    readonly ports: { readonly [side in Side]?: string };
  };
  /** Logical id of the document that lists who is connected. Absent: an earlier version made it. */
  readonly clients?: string;
}

/** Logical ids in the same template of what schedules executions. */
export interface ManifestSchedules {
  readonly group: string;
  /** EventBridge Scheduler's. */
  readonly role: string;
  /** What a schedule starts. */
  readonly stateMachine: string;
}

export interface MigrationManifest {
  readonly version: 1;
  readonly migration: string;
  readonly kind: MigrationKind;
  readonly parameters: ManifestParameters;
  /** ARN of the activity that the agent works on. */
  readonly activity: string;
  readonly host: ManifestHost;
  /** Names of the alarms that send clients back. */
  readonly alarms: readonly string[];
  readonly records: readonly ManifestRecord[];
  readonly parameterGroups: readonly ManifestParameterGroup[];
  readonly databases?: ManifestDatabases;
  /** ARNs of secrets without the six characters that AWS adds: the app knows no more of them. */
  readonly partialSecretArns: readonly string[];
  /** In the order in which a cutover, and a rollback, goes through them. */
  readonly phases: readonly ManifestPhase[];
  readonly errands: readonly ManifestErrand[];
  /** What deletes blue, and who is asked before. */
  readonly retire: readonly ManifestPhase[];
  readonly workloads: readonly ManifestWorkload[];
  readonly checks: readonly ManifestCheck[];
  readonly states: {
    /** Assigns `sides`, `workloads` and `checks`. */
    readonly knows: string;
    /** Where a cutover begins. Absent: there is nowhere to move to yet. */
    readonly cutover?: string;
    /** Where a rollback begins that an operator asks for. Absent: there is none. */
    readonly rollback?: string;
    /** Where an execution ends that could not put everything back. */
    readonly recoveryNeeded: string;
    /** Sends the watch back to another look, until so many seconds have passed. Absent: there is no alarm to look at. */
    readonly watch?: { readonly again: string; readonly seconds: number };
    /** Keep the lock, the journal and the agent's clock, whatever the phase. */
    readonly bookkeeping: readonly string[];
  };
  readonly standIns: ManifestStandIns;
  /** Absent: nobody may schedule. */
  readonly schedules?: ManifestSchedules;
}
