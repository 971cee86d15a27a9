import type { KeysCheckArgs, RedisVerbs } from './cache';
import type { CheckResult, HttpCheckArgs, HttpRequestOfCheck, Reach } from './common';
import type { Conversion, QueryCheckArgs } from './database';
import type { MemcachedVerbs } from './memcached';
import type { MysqlVerbs } from './mysql';
import type { PostgresVerbs } from './postgres';

/** What the agent is asked and told, over all engines. */

/** NODE_OPTIONS of its process. A copy makes garbage all the time: what is young is collected before it has grown. */
export const AGENT_NODE_OPTIONS = '--max-semi-space-size=8';

/**
 * What of a configuration only a deploy may say: a file (JSON) of the host, which comes with its user data. Anyone who may
 * write parameters does not say whom the agent gives its passwords.
 */
export interface AgentReach {
  readonly migrationName: string;
  readonly blue: Reach;
  readonly green: Reach;
  /** The converting replica between the two. */
  readonly converting?: Reach;
  /** What is changed there. Absent: anyone who may write the parameter says so. */
  readonly conversions?: readonly Conversion[];
  readonly replicationSecretArn?: string;
  /** The requests that it may send to see whether applications are well. @default - none */
  readonly requests?: readonly HttpRequestOfCheck[];
}

/** What an activity task carries: `{ "verb": "redis.replicate", "args": {…} }`. */
export interface AgentRequest<V extends VerbName = VerbName> {
  readonly verb: V;
  readonly args: Verbs[V]['args'];
}

/** What is asked of the applications and of the side that serves them. */
export interface CheckVerbs {
  /** Sends one of the requests that the deploy gave this host, resolving names again as clients do. */
  'check.http': { args: HttpCheckArgs; result: CheckResult };
  /** Waits until keys that match a pattern appear in a cache. Names and values stay there. */
  'check.keys': { args: KeysCheckArgs; result: CheckResult };
  /** Asks one of the configuration's queries of a database. */
  'check.query': { args: QueryCheckArgs; result: CheckResult };
}

/** Every verb of the agent. One runs where the migration is of its kind; `check.http` does in any. */
export interface Verbs extends RedisVerbs, MysqlVerbs, PostgresVerbs, MemcachedVerbs, CheckVerbs {}

export type VerbName = keyof Verbs;
