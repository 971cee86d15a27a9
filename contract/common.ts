/**
 * What all kinds of migration have in common. The contract is types only: the state machine (lib), the program on the
 * migration host (agent) and the rehearsal compile against it.
 */

/** The two environments. Colour is a role: today's green is the next migration's blue. */
export type Side = 'blue' | 'green';

/** Where the agent signs in on a side, and with which secret. */
export interface Reach {
  readonly host: string;
  readonly readerHost?: string;
  readonly port: number;
  readonly tls: boolean;
  readonly serverName?: string;
  readonly secretArn?: string;
}

/** A request that the migration host sends, as a user would, to see whether an application is well. */
export interface HttpRequestOfCheck {
  /** The check that it belongs to. */
  readonly check: string;
  readonly method: string;
  /** `http:` or `https:`. */
  readonly url: string;
  /** Nothing secret: anyone who may read the host's user data sees them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The status that says that it is well. Absent: any from 200 to 299. */
  readonly status?: number;
  /** What must stand in the answer's body. */
  readonly contains?: string;
}

/** From where to where data flows. */
export interface Direction {
  readonly from: Side;
  readonly to: Side;
}

export type Severity = 'error' | 'warning' | 'info';

/** Something the preflight found. An `error` stops the migration before anything is changed. */
export interface Finding {
  /** Stable, e.g. `redis.target-not-empty`. */
  readonly id: string;
  readonly severity: Severity;
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

export interface HttpCheckArgs {
  /** Which of the host's requests. */
  readonly check: string;
  /** For the answer, its body and redirects with it. */
  readonly timeoutSeconds: number;
}

/** What a check has seen. */
export interface CheckResult {
  readonly passed: boolean;
  /** Part of a sentence, without anything of the answer's body. */
  readonly detail: string;
}

/** What a long verb reports with each heartbeat. */
export interface Progress {
  readonly phase: string;
  readonly done: number;
  readonly total?: number;
}

/**
 * The `error` of a failed activity task, so that a Catch can tell them apart. The cause is one sentence with the
 * reason and the remedy.
 */
export type AgentErrorName =
  | 'Agent.BadRequest'
  | 'Agent.Unreachable'
  | 'Agent.AccessDenied'
  | 'Agent.TargetNotEmpty'
  | 'Agent.TargetReadOnly'
  | 'Agent.TargetOutOfMemory'
  /** The target drops keys for want of memory, again and again: it does not hold what it was given. */
  | 'Agent.TargetEvicts'
  /** The source is a replica by now; what its new primary is told may never reach it. */
  | 'Agent.SourceDemoted'
  /** The source cuts the agent off from its events, and from nothing else: its buffer for pub/sub is too small. */
  | 'Agent.EventsCutOff'
  | 'Agent.ClusterMode'
  | 'Agent.CommandForbidden'
  | 'Agent.WritesContinue'
  | 'Agent.FreezeTooLong'
  | 'Agent.NotCaughtUp'
  | 'Agent.NotEmptied'
  /** The relay's switch was given up; clients are on the side that they were on. Worth a retry. */
  | 'Agent.NotHandedOver'
  /** What was asked for would overwrite the side that the relay's markers say serves. */
  | 'Agent.SideServes'
  /** The relay's markers do not tell who serves. */
  | 'Agent.ServingUnknown'
  /** The host's service was stopped before the verb had ended; nothing is wrong with either side. Worth a retry. */
  | 'Agent.Stopped'
  | 'Agent.Failed';
