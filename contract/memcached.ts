import type { Direction, Finding, Reach, Side } from './common';

/** A migration of Memcached: its configuration, and what the verbs of the agent take and give. */

/** A cluster, or a server of one's own, as the agent reaches it. Memcached asks for no password. */
export interface MemcachedEndpoint extends Omit<Reach, 'readerHost' | 'secretArn'> {
  readonly engine: 'memcached';
  /** As ElastiCache spells it, e.g. `1.4.34`. */
  readonly engineVersion: string;
}

/** The value (JSON) of the migration's configuration parameter. Nothing is ever copied: it is always COLD. */
export interface MemcachedMigrationConfiguration {
  readonly migrationName: string;
  readonly kind: 'memcached';
  /** Fully qualified, no trailing dot. */
  readonly recordName: string;
  readonly recordTtlSeconds: number;
  readonly blue: MemcachedEndpoint;
  readonly green: MemcachedEndpoint;
}

export interface MemcachedPreflightResult {
  readonly findings: readonly Finding[];
  /** How many of the findings are errors, so that a Choice state need not count. */
  readonly errors: number;
  /** On `from`, over all nodes. */
  readonly items: number;
  readonly usedMemoryBytes: number;
  /** Of reads since the nodes started, in percent; absent where there was none. */
  readonly hitPercent?: number;
}

/** Connections from one address. */
export interface MemcachedClientGroup {
  readonly address: string;
  readonly connections: number;
  /** Since the last command of the one that spoke last. */
  readonly idleSeconds: number;
}

export interface MemcachedClients {
  /** Connections that are neither the agent's own nor ElastiCache's, over all nodes. */
  readonly connections: number;
  /** The most numerous first; none where the version does not tell (before 1.4.18). */
  readonly groups: readonly MemcachedClientGroup[];
}

export interface LeftArgs {
  readonly side: Side;
  /** Nobody may be connected for this long before the side counts as left. */
  readonly quietSeconds: number;
  /** Then it is told who is left. */
  readonly timeoutSeconds: number;
}

export interface LeftResult extends MemcachedClients {
  readonly waitedMs: number;
}

/** The verbs of Memcached, with what each takes and gives. */
export interface MemcachedVerbs {
  /** Changes nothing: reads both sides and says what would go wrong. */
  'memcached.preflight': { args: Direction; result: MemcachedPreflightResult };
  'memcached.clients': { args: { readonly side: Side }; result: MemcachedClients };
  /** Waits until nobody is connected, and names who is after the time-out: Memcached closes nobody's connection. */
  'memcached.left': { args: LeftArgs; result: LeftResult };
}
