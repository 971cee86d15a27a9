import type { Connection } from '../sql/connection-groups';
import { codeOf } from './explain';
import { figure, hostOf, type Row, text } from './result-row';
import type { Session } from './session';

/** One line of the server's process list. */
export interface Connected extends Connection {
  readonly inTransaction: boolean;
}

/**
 * Who is connected: clients and replication, neither the agent itself nor what belongs to the engine or to RDS.
 *
 * The agent is told by its user and by the host it comes from. Nothing but the agent runs on the migration host, and
 * other sessions of its own, of other verbs, are otherwise hard to know.
 */
export async function connected(session: Session): Promise<readonly Connected[]> {
  const processes = await session.query('SHOW PROCESSLIST');
  const transactions = await session.query('SELECT trx_mysql_thread_id AS id FROM information_schema.innodb_trx');
  const inTransaction = new Set(transactions.map((row) => figure(row, 'id')));
  return processes.flatMap((row) => {
    const one = connectedOf(row, inTransaction);
    const self = one.user === session.self.user && one.host === session.self.host;
    return self || isOfTheEngine(row) ? [] : [one];
  });
}

/** Those that are clients: a side is left when none of them is there. */
export async function connectedClients(session: Session): Promise<readonly Connected[]> {
  return (await connected(session)).filter(({ kind }) => kind !== 'replication');
}

function connectedOf(row: Row, inTransaction: ReadonlySet<number | undefined>): Connected {
  const id = figure(row, 'Id') ?? 0;
  const command = text(row, 'Command');
  const user = text(row, 'User');
  const replication = /^(Binlog Dump|Slave_|Replica)/.test(command) || user === 'system user';
  const idle = command === 'Sleep' && !inTransaction.has(id);
  return {
    id,
    user,
    host: hostOf(row),
    database: text(row, 'db'),
    kind: replication ? 'replication' : idle ? 'sleeping' : 'active',
    seconds: Math.max(0, figure(row, 'Time') ?? 0),
    inTransaction: inTransaction.has(id),
  };
}

/** RDS's own users, the event scheduler, and threads that serve nobody. A killed connection is on its way out. */
function isOfTheEngine(row: Row): boolean {
  const user = text(row, 'User');
  if (/^(rdsadmin|rdsrepladmin|rdsproxyadmin|event_scheduler|mysql\.(session|sys|infoschema))$/.test(user)) return true;
  return ['Daemon', 'Killed'].includes(text(row, 'Command'));
}

/** Closes these connections. One that has gone by itself meanwhile is as good as closed. */
export async function closeConnections(session: Session, connections: readonly Pick<Connected, 'id'>[]): Promise<void> {
  for (const { id } of connections) {
    await session.query('CALL mysql.rds_kill(?)', [id]).catch((error: unknown) => {
      if (codeOf(error) !== 'ER_NO_SUCH_THREAD') throw error;
    });
  }
}
