import type { Direction, Finding, Side } from './common';

/** A migration of caches: its configuration, and what the verbs of the agent take and give. */

/** What the clients of a cache can stand while it is replaced. */
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

/** The value (JSON) of the migration's configuration parameter, `/cdk-cutover/<migrationName>/configuration`. */
export interface CacheMigrationConfiguration {
  readonly migrationName: string;
  readonly kind: 'cache';
  readonly consistency: Consistency;
  /** Fully qualified, no trailing dot. */
  readonly recordName: string;
  readonly recordTtlSeconds: number;
  /** Where the relay listens, and what it connects to both sides from. Absent: every address of the host. */
  readonly relayAddress?: string;
  /**
   * Secrets Manager ARN of what the relay shows its clients: JSON with `certificate`, PEM of the chain with the relay's own
   * first, and `privateKey`, PEM. Absent: they come without TLS.
   */
  readonly relayCertificateArn?: string;
  /** Whether clients are moved through a relay: then its agent says so often that it is well. */
  readonly relays?: boolean;
  readonly blue: CacheEndpoint;
  readonly green: CacheEndpoint;
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
  /** LIVE: clients may write to `to` while the tail still runs; such keys are theirs and are not overwritten. */
  readonly overlap: boolean;
}

export interface ReverseArgs extends Direction {
  /** LIVE, while clients may be on `to`: what they write there from now on is theirs and is not overwritten. */
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

export interface NoWritesArgs {
  readonly side: Side;
  /** How long the replication offset and the write counters must not move. */
  readonly seconds: number;
  readonly timeoutSeconds: number;
}

export interface NoWritesResult {
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
  /** Closes one connection after the other, those first that ask for nothing. @default false */
  readonly oneByOne?: boolean;
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

export interface InterposeArgs {
  /** The side that clients are on, where no marker says so yet. */
  readonly serving: Side;
  /** Where clients connect to. */
  readonly port: number;
  /** The host that wrote the markers is shut out of both sides: this one goes on. */
  readonly takesOver: boolean;
}

/** A client of the relay that a switch closes, or has closed. */
export interface RelayClient {
  readonly address: string;
  readonly name: string;
  readonly reason: string;
}

export interface RelayResult {
  /** The side that clients of the relay are on. Absent: no relay runs, and none has left a marker. */
  readonly serving?: Side;
  /** Of the switch that brought them there. */
  readonly epoch?: number;
  /** Where the relay listens. Absent: none runs in this process. */
  readonly port?: number;
  readonly clients: number;
  readonly blocked: number;
  readonly subscribed: number;
  readonly inTransaction: number;
  /** Clients that a switch would close. */
  readonly notCarried: readonly { readonly reason: string; readonly clients: number }[];
  /** Scripts that are in use by digest alone, and that the other side may not know. */
  readonly unknownScripts: number;
  /** Connections that were not made, for the client does not accept the relay's certificate or speaks no TLS. */
  readonly refused: readonly { readonly reason: string; readonly times: number }[];
}

export interface WithdrawArgs {
  /**
   * Closes clients that are connected, each between two of its commands, and after so many seconds the others too.
   *
   * @default - refuses while anyone is connected
   */
  readonly closesWithinSeconds?: number;
}

export interface RelayHandoverArgs extends Direction {
  /** Clients wait no longer than this, or stay where they are. */
  readonly maxPauseMs: number;
  /** Closes clients that cannot be carried over, instead of refusing. */
  readonly closesOthers: boolean;
}

/** Clients are on `to`. */
export interface RelayHandoverResult extends Direction {
  readonly epoch: number;
  /** From the hold until the last client was released. */
  readonly pauseMs: number;
  readonly clients: number;
  /** Blocking commands that were issued again. */
  readonly reissued: number;
  readonly closed: number;
  readonly closedClients: readonly RelayClient[];
  /** Connections to `from` that do not come through the relay: they went round it. Absent: `from` did not say. */
  readonly strays?: number;
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
  'redis.nowrites': { args: NoWritesArgs; result: NoWritesResult };
  'redis.clients': { args: ClientsArgs; result: ClientsResult };
  /** Leaves the relay of the same process its connections: who has come through it stays. */
  'redis.evict': { args: EvictArgs; result: EvictResult };
  /**
   * Starts tailing the other way, `from` → `to`, where the two are already equal but for what clients wrote on
   * `from` in an overlap: no copy, only changes from now on and those. Stops a tail of the opposite direction first.
   * A key that was written on both sides keeps the value of `to` where clients may be on that side again.
   */
  'redis.reverse': { args: ReverseArgs; result: StatusResult };
  /** Starts the relay in the service. Idempotent. */
  'redis.interpose': { args: InterposeArgs; result: RelayResult };
  'redis.relay': { args: Record<string, never>; result: RelayResult };
  /** Moves all clients of the relay to the other side, without closing their connections; or fails, with all where they were. */
  'redis.handover': { args: RelayHandoverArgs; result: RelayHandoverResult };
  /** Ends the relay, once nobody is connected to it. Idempotent. */
  'redis.withdraw': { args: WithdrawArgs; result: RelayResult };
  /** Stops every replication of the migration. Idempotent. */
  'redis.stop': { args: Record<string, never>; result: StopResult };
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
