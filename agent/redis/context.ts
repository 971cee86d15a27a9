import type { Consistency } from '../../contract/cache';
import type { RelayCertificate } from './relay/certificate';
import type { RelayRegistry } from './relay/switch/running-relay';
import type { ReplicationRegistry } from './replication/registry';
import type { ReplicatedCaches } from './replication/replication';

/** What every Redis verb works on; made once for the life of the agent process. */
export interface RedisContext extends ReplicatedCaches {
  readonly consistency: Consistency;
  /** What clients connect by. */
  readonly recordName: string;
  /** The replications that run in the background of this process. */
  readonly replications: ReplicationRegistry;
  /** The address of this host that is the relay's. @default - every one of them */
  readonly relayAddress?: string | undefined;
  /** What it shows clients that come by TLS, as the secret holds it now. @default - they come in clear text */
  readonly relayCertificate?: (() => Promise<RelayCertificate>) | undefined;
  /** The relay that clients connect to, if there is one. */
  readonly relays: RelayRegistry;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
