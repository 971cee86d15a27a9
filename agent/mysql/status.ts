import type { ChainServer, DatabaseStatusResult, ReplicaStatus } from '../../contract/database';
import type { Databases } from '../sql/databases';
import type { Verb } from '../verb';
import { replicasOf } from './replicas';
import { withSession } from './session';

/** What replicates into either side, or into the converting replica between them, or is configured to. */
export const status: Verb<Databases, 'mysql.status'> = async (databases) => {
  const servers: readonly ChainServer[] = ['blue', ...(databases.converting ? (['converting'] as const) : []), 'green'];
  const all = await Promise.all(servers.map((server) => statusOf(databases, server)));
  return { replicas: all.flatMap(({ replicas }) => replicas) };
};

/** A server that replicates from nowhere has one line that says so. */
async function statusOf(databases: Databases, side: ChainServer): Promise<DatabaseStatusResult> {
  const replicas = await withSession(databases.server(side), 'status', (session) => replicasOf(session, side));
  return { replicas: replicas.length === 0 ? [none(side)] : replicas.map((replica) => replica.status) };
}

function none(side: ChainServer): ReplicaStatus {
  return { side, configured: false, channel: '', receiving: false, applying: false };
}
