import type { Consistency } from '../../contract/cache';
import type { ReplicationRegistry } from './replication/registry';
import type { ReplicatedCaches } from './replication/replication';

/** What every Redis verb works on; made once for the life of the agent process. */
export interface RedisContext extends ReplicatedCaches {
  readonly consistency: Consistency;
  /** The replications that run in the background of this process. */
  readonly replications: ReplicationRegistry;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
