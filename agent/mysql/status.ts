import type { Side } from '../contract';
import type { DatabaseStatusResult, ReplicaStatus } from '../database-contract';
import type { Databases } from '../databases';
import type { Verb } from '../verb';
import { replicasOf } from './replicas';
import { withSession } from './session';

/** What replicates into either side, or is configured to. */
export const status: Verb<Databases, 'mysql.status'> = async (databases) => {
  const sides = await Promise.all([statusOf(databases, 'blue'), statusOf(databases, 'green')]);
  return { replicas: sides.flatMap(({ replicas }) => replicas) };
};

/** A side that replicates from nowhere has one line that says so. */
async function statusOf(databases: Databases, side: Side): Promise<DatabaseStatusResult> {
  const replicas = await withSession(databases.endpoints[side], 'status', (session) => replicasOf(session, side));
  return { replicas: replicas.length === 0 ? [none(side)] : replicas.map((replica) => replica.status) };
}

function none(side: Side): ReplicaStatus {
  return { side, configured: false, channel: '', receiving: false, applying: false };
}
