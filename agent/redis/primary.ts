import { AgentError } from '../errors';
import { type Client, withClient } from './client';
import { address, type ResolvedEndpoint } from './endpoint';

/**
 * Opens a client to a side as the one place where it can be written to. What is paused, proven or closed on one node
 * of a cluster says nothing of the others, and on a replica nothing of its primary.
 */
export async function withPrimary<T>(
  endpoint: ResolvedEndpoint,
  purpose: string,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  return withClient(endpoint, purpose, async (client) => {
    if ((await client.info('cluster')).text('cluster_enabled') === '1') {
      throw new AgentError(
        'Agent.ClusterMode',
        `${address(endpoint)} is a cluster, but a single node was promised: use a cache with cluster mode disabled.`,
      );
    }
    if ((await client.info('replication')).text('role') === 'slave') {
      throw new AgentError(
        'Agent.TargetReadOnly',
        `${address(endpoint)} is a read-only replica: point the configuration at the primary endpoint.`,
      );
    }
    return use(client);
  });
}
