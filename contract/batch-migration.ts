import type { Moment, SlotMinute } from './batch-handover';
import type { Side } from './common';

/** What the migration of a batch host writes down: a parameter a job, and what it consists of. */

/** How far it is known of a job whether it does on green what it is for. */
export type JobState =
  /** Nobody has moved it. */
  | 'undecided'
  /** It is on green, and no run has been looked at. */
  | 'moved'
  /** It is on green, and runs that prove it are to come. */
  | 'proving'
  /** Enough runs have succeeded on green. */
  | 'proved'
  /** It was on green, and is on blue again. */
  | 'returned'
  /** Nobody needs it: it stands on blue and does not run. */
  | 'paused'
  /** It was paused for a cycle, and its line is taken off. */
  | 'retired';

/** What a stopped execution was at. `settled`: nothing is left to do. */
export type JobPhase =
  | 'settled'
  /** Blue is told that slots after the cut are not its own. */
  | 'guarding'
  /** Blue has said so; green is told that they are. */
  | 'enabling'
  /** Green makes up for slots that passed meanwhile. */
  | 'owing'
  /** Green is told that slots after the cut are not its own. */
  | 'closing'
  /** Green did not say so in time: it is told that they are its own again. */
  | 'reopening'
  /** Blue is told that they are its own again. */
  | 'returning'
  /** The line is taken off blue. */
  | 'retiring';

export type JobGoal = 'cutover' | 'rollback' | 'sendBack' | 'retire';

/** The value of a job's parameter, in JSON. */
export interface JobJournal {
  readonly version: 1;
  readonly job: string;
  readonly phase: JobPhase;
  readonly state: JobState;
  /** Whose slots are now; `none` of one that is paused. Of a phase that is not settled, whose they were before. */
  readonly side: Side | 'none';
  /** What the execution that is to be finished wants: a failed `cutover` ends on blue, and a `sendBack` is a rollback by itself. */
  readonly goal?: JobGoal;
  /** Counts the decisions about the job. */
  readonly epoch: number;
  /** Of the epoch. */
  readonly cut?: Moment;
  /** The cut since which green has run it, or nobody. */
  readonly movedAt?: Moment;
  /** SHA-256 of blue's line as it was told. */
  readonly sha256?: string;
  /** The first slot that may be owed; to green, that blue's ledger is complete from, and what blue has started since. */
  readonly since?: SlotMinute;
  readonly started?: readonly SlotMinute[];
  /** What green left of its slots. */
  readonly left?: readonly SlotMinute[];
  /** How many of its slots green told as missed when it was left. */
  readonly missed?: number;
  /** Why it was sent back, or is. */
  readonly cause?: string;
  /** Until when nothing that proves it is due. */
  readonly provingUntil?: string;
  /** When it is looked at next. */
  readonly lookAt?: Moment;
  /** Whether its line is taken off blue. */
  readonly lineRetired?: boolean;
  /** ARN of the execution that wrote it. */
  readonly execution: string;
  readonly at: Moment;
}

/** The key of a template's metadata that the manifest stands under, on the state machine of jobs. */
export type BatchManifestKey = 'cdk-cutover:batch-manifest';

export interface BatchManifestJob {
  readonly name: string;
  readonly decision: 'moved' | 'retired';
  /** Who answers for it, and what it is for. Absent: not stated, or an earlier version deployed it. */
  readonly owner?: string;
  readonly purpose?: string;
  /** As cron reads it. Absent: an earlier version deployed it. */
  readonly schedule?: string;
  readonly file: string;
  readonly sha256: string;
  readonly user: string;
  readonly after: readonly string[];
  readonly provedBy: number;
}

/** What a migration of a batch host consists of. Names and ids alone. */
export interface BatchManifest {
  readonly version: 1;
  readonly migration: string;
  /** How blue is found: its ID, or its tags. */
  readonly blue: { readonly instance?: string; readonly tags: Readonly<Record<string, string>> };
  readonly green: {
    readonly hostName: string;
    /** Logical id. */
    readonly instance: string;
  };
  /** Names of the SSM documents that hosts are told by. */
  readonly documents: { readonly blue: string; readonly green: string };
  /** Names of the state machines: of one job, of several, and of what looks. */
  readonly stateMachines: { readonly job: string; readonly jobs: string; readonly look: string };
  /** The folder of the parameters, a job each. */
  readonly journals: string;
  readonly jobs: readonly BatchManifestJob[];
  /** Names of states of the state machine of one job, by what they do. */
  readonly states: BatchManifestStates;
}

export interface BatchManifestStates {
  /** Write the journal, by the phase that they write. */
  readonly journal: Readonly<Record<JobPhase, readonly string[]>>;
  /** Send a command, by side and what it says. */
  readonly commands: Readonly<Record<string, string>>;
  /** Where an execution ends. */
  readonly endings: readonly string[];
  readonly recoveryNeeded: string;
}
