import type { Consistency, Side } from '../contract';
import type { ResolvedEndpoint } from './endpoint';
import type { ReplicationRegistry } from './replication/registry';

/** Structured log lines. Neither credentials nor keys nor values may be passed. */
export interface Logger {
  info(message: string, fields?: Record<string, string | number | boolean>): void;
  warn(message: string, fields?: Record<string, string | number | boolean>): void;
}

/** What every Redis verb works on; made once for the life of the agent process. */
export interface RedisContext {
  readonly migrationName: string;
  readonly consistency: Consistency;
  readonly endpoints: Readonly<Record<Side, ResolvedEndpoint>>;
  /** The replications that run in the background of this process. */
  readonly replications: ReplicationRegistry;
  /** Directory (it exists) that outlives the process: which direction was being replicated. */
  readonly stateDirectory: string;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
