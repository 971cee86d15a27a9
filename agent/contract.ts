import type { Conversion, MysqlVerbs, PostgresVerbs } from './database-contract';

/**
 * The one contract between the state machine (lib) and the program on the migration host (agent): the
 * migration's configuration, the verbs, their arguments and their results. Types only; both sides and the
 * rehearsal compile against it.
 */

/** The two environments. Colour is a role: today's green is the next migration's blue. */
export type Side = 'blue' | 'green';

/** What the users of a cache can stand while it is replaced. */
export type Consistency = 'COLD' | 'LIVE' | 'FENCED';

/** A cache as the agent reaches it. */
export interface CacheEndpoint {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** The name the server's certificate is verified against. Absent: `host`. */
  readonly serverName?: string;
  /**
   * Secrets Manager ARN of the credentials: either the bare AUTH token, or JSON with `password` and, for an ACL
   * user, `username`. Absent: no AUTH.
   */
  readonly secretArn?: string;
  readonly engine: 'redis' | 'valkey';
  /** As ElastiCache spells it, e.g. `2.8.24`, `7.1`, `8.1`. */
  readonly engineVersion: string;
  /** Cluster mode enabled: keys are spread over shards, and there is one logical database. */
  readonly clusterMode: boolean;
}

/** Where the agent signs in on a side, and with which secret. */
export interface Reach {
  readonly host: string;
  readonly readerHost?: string;
  readonly port: number;
  readonly tls: boolean;
  readonly serverName?: string;
  readonly secretArn?: string;
}

/**
 * What of a configuration only a deploy may say: a file (JSON) of the host, which comes with its user data. Whoever may
 * write parameters does not say whom the agent gives its passwords.
 */
export interface AgentReach {
  readonly migrationName: string;
  readonly blue: Reach;
  readonly green: Reach;
  /** The converting replica between the two. */
  readonly converting?: Reach;
  /** What is changed there. Absent: whoever may write the parameter says so. */
  readonly conversions?: readonly Conversion[];
  readonly replicationSecretArn?: string;
  /** The requests that it may send to see whether applications are well. @default - none */
  readonly requests?: readonly HttpRequestOfCheck[];
}

/** A request that the migration host sends, as a user would, to see whether an application is well. */
export interface HttpRequestOfCheck {
  /** The check that it belongs to. */
  readonly check: string;
  readonly method: string;
  /** `http:` or `https:`. */
  readonly url: string;
  /** Nothing secret: whoever may read the host's user data sees them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The status that says that it is well. Absent: any from 200 to 299. */
  readonly status?: number;
  /** What must stand in the answer's body. */
  readonly contains?: string;
}

/** The value (JSON) of the migration's configuration parameter, `/cdk-cutover/<migrationName>/configuration`. */
export interface CacheMigrationConfiguration {
  readonly migrationName: string;
  readonly kind: 'cache';
  readonly consistency: Consistency;
  /** Fully qualified, no trailing dot. */
  readonly recordName: string;
  readonly recordTtlSeconds: number;
  readonly blue: CacheEndpoint;
  readonly green: CacheEndpoint;
}

/** What an activity task carries: `{ "verb": "redis.replicate", "args": {…} }`. */
export interface AgentRequest<V extends VerbName = VerbName> {
  readonly verb: V;
  readonly args: Verbs[V]['args'];
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

export interface PreflightArgs extends Direction {
  /** Whether keys already on `to` are this migration's own (an earlier run filled it). */
  readonly targetIsOurs: boolean;
}
export interface PreflightResult {
  readonly findings: readonly Finding[];
  /** How many of the findings are errors, so that a Choice state need not count. */
  readonly errors: number;
  readonly keys: number;
  readonly usedMemoryBytes: number;
  /** Logical databases in use on `from`. */
  readonly databases: readonly number[];
  /** Whether keyspace events can be had on `from`; without them the freeze pays for difference passes. */
  readonly keyspaceEvents: boolean;
}

export interface ReplicateArgs extends Direction {
  /** Keys already on `to` are this migration's own: make it equal to `from`, deleting what `from` lacks. */
  readonly targetIsOurs: boolean;
  /** LIVE: users may write to `to` while the tail still runs; such keys are theirs and are not overwritten. */
  readonly overlap: boolean;
}
export interface ReverseArgs extends Direction {
  /** LIVE, while users may be on `to`: what they write there from now on is theirs and is not overwritten. */
  readonly overlap: boolean;
}
export interface ReplicateResult {
  readonly keys: number;
  readonly bytes: number;
  readonly durationMs: number;
  /** How long the oldest change not yet on `to` had waited when the copy was declared caught up. */
  readonly lagMs: number;
  /** `events` tails keyspace events; `passes` repeats difference passes. */
  readonly method: 'events' | 'passes';
}

export interface ReplicationStatus extends Direction {
  readonly state: 'copying' | 'tailing' | 'resyncing' | 'stopped' | 'failed';
  readonly method: 'events' | 'passes';
  readonly lagMs: number;
  /** Keys known to differ and not applied yet. */
  readonly dirtyKeys: number;
  readonly keysApplied: number;
  /** LIVE: keys that were written on both sides in the overlap; `to`'s write stood. */
  readonly conflicts: number;
  readonly resyncs: number;
  /**
   * Calls, since replication began, of commands that `from` announces to nobody, by command. What they changed is looked
   * for on both sides, at once and again by drain and delta.
   */
  readonly silentWrites: Readonly<Record<string, number>>;
  /** How long drain would take if `from` were fenced now, in seconds: by what is to do, and what that took before. */
  readonly drainSeconds: number;
  /** How long the delta after it would take, in seconds. */
  readonly deltaSeconds: number;
  /** Why it failed; or, while it tries to come back, why it lost its servers. */
  readonly error?: string;
}
export interface StatusArgs {
  /** Answers only once a freeze would be short, while nobody is stopped. @default - at once */
  readonly settled?: SettledArgs;
}
export interface SettledArgs extends Direction {
  /** Drain and the delta after it may take so long together. */
  readonly freezeSeconds: number;
  readonly timeoutSeconds: number;
}
export interface StatusResult {
  readonly replications: readonly ReplicationStatus[];
}

export interface DrainArgs extends Direction {
  readonly timeoutSeconds: number;
}
/** Everything that was on `from` when drain began is on `to`. `from` must be fenced, or be about to be. */
export interface DrainResult {
  readonly durationMs: number;
  readonly keysApplied: number;
  readonly conflicts: number;
  /** Calls of commands that `from` announces to nobody, which drain had to look for on both sides. */
  readonly silentWrites: Readonly<Record<string, number>>;
  /** SHA-256 prefixes of some conflicting keys; never their names. */
  readonly conflictSample: readonly string[];
}

export interface VerifyArgs extends Direction {
  /** `full` compares every key, live; `delta` only the keys changed since the last `full` began. */
  readonly mode: 'full' | 'delta';
}
export interface VerifyResult {
  readonly keysCompared: number;
  readonly mismatches: number;
  /** `delta`: calls of commands that `from` announces to nobody, since the comparison before; what they changed is in it. */
  readonly silentWrites: Readonly<Record<string, number>>;
  /** SHA-256 prefixes of some differing keys, with what differs; never their names. */
  readonly sample: readonly { readonly keyHash: string; readonly database: number; readonly difference: string }[];
  readonly durationMs: number;
}

export interface FreezeArgs {
  readonly side: Side;
  /** The pause ends by itself after this, should nobody lift it. */
  readonly seconds: number;
}
export interface FreezeResult {
  /** `pause`: CLIENT PAUSE … WRITE (6.2 and later). `kill`: connections closed; the fence keeps them out. */
  readonly method: 'pause' | 'kill';
  readonly clientsClosed: number;
}
export interface UnfreezeArgs {
  readonly side: Side;
}

export interface ProveStillArgs {
  readonly side: Side;
  /** How long the replication offset and the write counters must not move. */
  readonly seconds: number;
  readonly timeoutSeconds: number;
}
export interface ProveStillResult {
  readonly replicationOffset: number;
  readonly seconds: number;
}

export interface ClientsArgs {
  readonly side: Side;
}
export interface ClientGroup {
  readonly address: string;
  readonly name: string;
  readonly database: number;
  readonly lastCommand: string;
  readonly connections: number;
  readonly oldestSeconds: number;
}
export interface ClientsResult {
  /** Connections that are neither the agent's own nor replication. */
  readonly connections: number;
  readonly groups: readonly ClientGroup[];
}

export interface EvictArgs {
  readonly side: Side;
  /** Nobody may be connected for this long before the side counts as left. */
  readonly quietSeconds: number;
  readonly timeoutSeconds: number;
}
export interface EvictResult {
  readonly closed: number;
  readonly rounds: number;
  /** Who came back after being closed. */
  readonly returned: readonly ClientGroup[];
}

export interface StopResult {
  readonly stopped: number;
}

/** The verbs of a cache, with what each takes and gives. */
export interface RedisVerbs {
  /** Changes nothing: reads both sides and says what would go wrong. */
  'redis.preflight': { args: PreflightArgs; result: PreflightResult };
  /** Copies `from` to `to` and keeps tailing after it has returned, until `redis.stop`. */
  'redis.replicate': { args: ReplicateArgs; result: ReplicateResult };
  'redis.status': { args: StatusArgs; result: StatusResult };
  /** Waits until nothing is left to apply; resynchronises first where no tail runs (the host was replaced). */
  'redis.drain': { args: DrainArgs; result: DrainResult };
  'redis.verify': { args: VerifyArgs; result: VerifyResult };
  'redis.freeze': { args: FreezeArgs; result: FreezeResult };
  'redis.unfreeze': { args: UnfreezeArgs; result: Record<string, never> };
  'redis.provestill': { args: ProveStillArgs; result: ProveStillResult };
  'redis.clients': { args: ClientsArgs; result: ClientsResult };
  'redis.evict': { args: EvictArgs; result: EvictResult };
  /**
   * Starts tailing the other way, `from` → `to`, where the two are already equal but for what users wrote on
   * `from` in an overlap: no copy, only changes from now on and those. Stops a tail of the opposite direction first.
   * A key that was written on both sides keeps the value of `to` where users may be on that side again.
   */
  'redis.reverse': { args: ReverseArgs; result: StatusResult };
  /** Stops every replication of the migration. Idempotent. */
  'redis.stop': { args: Record<string, never>; result: StopResult };
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

export interface KeysCheckArgs {
  /** The side that serves. */
  readonly side: Side;
  /** As SCAN's MATCH takes it. */
  readonly pattern: string;
  readonly database: number;
  readonly atLeast: number;
  /** Keys that are there at the first look count too; otherwise those that appear from then on. */
  readonly existing: boolean;
  /** For how long they may be waited for. */
  readonly withinSeconds: number;
}

export interface QueryCheckArgs {
  /** The side that serves. */
  readonly side: Side;
  /** Which of the configuration's queries. */
  readonly check: string;
  readonly timeoutSeconds: number;
}

/** What is asked of the applications and of the side that serves them. */
export interface CheckVerbs {
  /** Sends one of the requests that the deploy gave this host, resolving names anew as clients do. */
  'check.http': { args: HttpCheckArgs; result: CheckResult };
  /** Waits until keys that match a pattern appear in a cache. Names and values stay there. */
  'check.keys': { args: KeysCheckArgs; result: CheckResult };
  /** Asks one of the configuration's queries of a database. */
  'check.query': { args: QueryCheckArgs; result: CheckResult };
}

/** Every verb of the agent. One runs where the migration is of its kind; `check.http` does in any. */
export interface Verbs extends RedisVerbs, MysqlVerbs, PostgresVerbs, CheckVerbs {}

export type VerbName = keyof Verbs;

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
  | 'Agent.NotStill'
  | 'Agent.FreezeTooLong'
  | 'Agent.NotCaughtUp'
  | 'Agent.NotEmptied'
  /** The host's service was stopped before the verb had ended; nothing is wrong with either side. Worth a retry. */
  | 'Agent.Stopped'
  | 'Agent.Failed';
