import type { ChainServer } from '../../contract/database';
import { AgentError } from '../errors';
import type { Databases } from '../sql/databases';
import type { Verb } from '../verb';
import { procedureTimeoutMs, replicationProcedures } from './procedures';
import { replicasOf } from './replicas';
import { type Row, text } from './result-row';
import { type Session, withSession } from './session';

/** Stops a side's replication and clears its configuration: RDS's own switchover fails where one is left over. */
export const detach: Verb<Databases, 'mysql.detach'> = async (databases, { side }) =>
  withSession(databases.server(side), 'detach', async (session) => ({
    cleared: await clearReplication(session, side),
  }));

/** Whether there was one to clear. Rejects where one is there still. */
export async function clearReplication(session: Session, side: ChainServer): Promise<boolean> {
  const replicas = await replicasOf(session, side);
  if (replicas.length === 0) return false;
  const procedures = await replicationProcedures(session);
  const said: string[] = [];
  for (const { channel, status } of replicas) {
    // Stopping what stands is an error of its own. A thread that tries to connect neither runs nor stands.
    if (status.receiving || status.applying || status.error !== undefined) {
      said.push(...messagesIn(await call(session, procedures.stop(channel))));
    }
    said.push(...messagesIn(await call(session, procedures.reset(channel))));
  }
  const left = await replicasOf(session, side);
  if (left.length === 0) return true;
  // RDS's procedures answer with a message where they will not, and succeed.
  throw new AgentError(
    'Agent.Failed',
    `${side === 'converting' ? session.place : session.where} still replicates from ${left.map(({ sourceHost }) => sourceHost).join(', ')}` +
      `${said.length === 0 ? '' : ` (it said: ${said.join(' ')})`}: a replication that RDS itself set up ends by promoting or deleting the replica.`,
  );
}

function call(session: Session, statement: string): Promise<readonly Row[]> {
  return session.query(statement, [], { timeoutMs: procedureTimeoutMs });
}

function messagesIn(rows: readonly Row[]): readonly string[] {
  return rows.map((row) => text(row, 'Message', 'message')).filter((message) => message !== '');
}
