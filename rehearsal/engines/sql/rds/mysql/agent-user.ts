import type { DatabaseServer } from '../../database-server';
import { connected } from '../connected';
import type { MysqlDialectName } from '../dialect';

/** Who the agent signs in as: reads everything, follows the log, closes connections and sets up replication. */
export const AGENT_USER = 'cutover_agent';
/** Who it signs in as on a converting replica, and nowhere else. */
export const CONVERTING_USER = 'cutover_converter';

const READS = ['SELECT', 'SHOW VIEW', 'TRIGGER', 'EVENT', 'PROCESS', 'REPLICATION CLIENT', 'REPLICATION SLAVE'];
/** What shows routines, and what replicates: MariaDB and MySQL have words of their own. */
const BESIDES: Readonly<Record<MysqlDialectName, string>> = { mysql: 'SHOW_ROUTINE', mariadb: 'SLAVE MONITOR' };

/** As docs/databases.md has it. */
export function agentUser(dialect: MysqlDialectName, password: string, user: string = AGENT_USER): readonly string[] {
  return [
    `CREATE USER '${user}'@'%' IDENTIFIED BY '${password.replace(/[\\']/g, '\\$&')}'`,
    `GRANT ${[...READS, BESIDES[dialect]].join(', ')} ON *.* TO '${user}'@'%'`,
    `GRANT EXECUTE ON mysql.* TO '${user}'@'%'`,
  ];
}

/** The same of the user of a converting replica, who may rebuild tables besides. */
export function convertingUser(dialect: MysqlDialectName, password: string): readonly string[] {
  return [
    ...agentUser(dialect, password, CONVERTING_USER),
    `GRANT ALTER, CREATE, INSERT, INDEX ON *.* TO '${CONVERTING_USER}'@'%'`,
  ];
}

/** Makes the user on one server; nothing of it enters the binary log. */
export async function letAgentIn(server: DatabaseServer, password: string): Promise<void> {
  await grant(server, agentUser(dialectOf(server), password), 'unlogged');
}

/** Gives who may convert there: as on RDS, where nobody can turn the log off, its log has it. */
export async function letAgentConvert(
  server: DatabaseServer,
  password: string,
): Promise<{ readonly username: string; readonly password: string }> {
  await grant(server, convertingUser(dialectOf(server), password));
  return { username: CONVERTING_USER, password };
}

function dialectOf({ engine }: DatabaseServer): MysqlDialectName {
  if (engine === 'postgresql') throw new Error('The user is for MySQL and MariaDB.');
  return engine;
}

async function grant(server: DatabaseServer, statements: readonly string[], log?: 'unlogged'): Promise<void> {
  await connected(server, async (database) => {
    if (log === 'unlogged') await database.query('SET SESSION sql_log_bin = 0');
    for (const statement of statements) await database.query(statement);
  });
}
