import type { DatabaseServer } from '../../database-server';
import { connected } from '../connected';
import type { MysqlDialectName } from '../dialect';

/** Who the agent signs in as: reads everything, follows the log, closes connections and sets up replication. */
export const AGENT_USER = 'cutover_agent';

const READS = ['SELECT', 'SHOW VIEW', 'TRIGGER', 'EVENT', 'PROCESS', 'REPLICATION CLIENT', 'REPLICATION SLAVE'];
/** What shows routines, and what replicates: MariaDB and MySQL have words of their own. */
const BESIDES: Readonly<Record<MysqlDialectName, string>> = { mysql: 'SHOW_ROUTINE', mariadb: 'SLAVE MONITOR' };

/** As docs/databases.md has it. */
export function agentUser(dialect: MysqlDialectName, password: string): readonly string[] {
  return [
    `CREATE USER '${AGENT_USER}'@'%' IDENTIFIED BY '${password.replace(/[\\']/g, '\\$&')}'`,
    `GRANT ${[...READS, BESIDES[dialect]].join(', ')} ON *.* TO '${AGENT_USER}'@'%'`,
    `GRANT EXECUTE ON mysql.* TO '${AGENT_USER}'@'%'`,
  ];
}

/** What it may do besides where there is a converting replica: rebuild tables. */
export async function letAgentConvert(server: DatabaseServer): Promise<void> {
  await connected(server, async (database) => {
    await database.query('SET SESSION sql_log_bin = 0');
    await database.query(`GRANT ALTER, CREATE, INSERT, INDEX, DROP ON *.* TO '${AGENT_USER}'@'%'`);
  });
}

/** Makes the user on one server; nothing of it enters the binary log. */
export async function letAgentIn(server: DatabaseServer, password: string): Promise<void> {
  if (server.engine === 'postgresql') throw new Error('The user is for MySQL and MariaDB.');
  const statements = agentUser(server.engine, password);
  await connected(server, async (database) => {
    await database.query('SET SESSION sql_log_bin = 0');
    for (const statement of statements) await database.query(statement);
  });
}
