import { type FillOptions, fillDatabase } from '../../clients/sql/data/fill-database';
import { withMysql } from '../../clients/sql/mysql/mysql-database';
import type { DatabaseServer } from '../../engines/sql/database-server';
import { asRds, type MasterUser } from '../../engines/sql/rds/as-rds';
import { AGENT_USER, letAgentConvert, letAgentIn } from '../../engines/sql/rds/mysql/agent-user';
import { followAsReplica } from './replication';
import { type DatabaseAccount, type DatabasesOptions, type SetUp, secret } from './set-up';

/** Hours. Less than the default would purge what the rollback needs; RDS itself has none. */
const RETENTION_HOURS = 24;

/**
 * Green follows blue since before the data was there, as CloudFormation has made it.
 *
 * @param converting - follows blue in its place, may be written to, and is followed by green. Absent: there is none
 */
export async function setUpMysql(
  blue: DatabaseServer,
  green: DatabaseServer,
  options: DatabasesOptions,
  converting?: DatabaseServer,
): Promise<SetUp> {
  const agent = newAgent();
  const master = await lookAsOnRds(blue, agent);
  await lookAsOnRds(green, agent, master);
  if (converting === undefined) {
    await followAsReplica(green, blue);
    return fill(blue, { master, agent }, options);
  }
  await lookAsOnRds(converting, agent, master);
  await followAsReplica(converting, blue, 'writable');
  await followAsReplica(green, converting);
  const converter = await letAgentConvert(converting, secret());
  return fill(blue, { master, agent, converter }, { ...options, tables: 'old' });
}

/** Blue alone: green is to be copied from it. */
export async function setUpBlue(blue: DatabaseServer, options: DatabasesOptions): Promise<SetUp> {
  const agent = newAgent();
  return fill(blue, { master: await lookAsOnRds(blue, agent), agent }, options);
}

async function fill(
  blue: DatabaseServer,
  administrators: Pick<SetUp['accounts'], 'master' | 'agent' | 'converter'>,
  options: DatabasesOptions & Pick<FillOptions, 'tables'>,
): Promise<SetUp> {
  const application = { username: 'application', password: secret() };
  const rows = await fillDatabase(blue, { ...options, application });
  const replication = { username: 'replication', password: secret() };
  await addReplicationAccount(blue, replication);
  return { rows, accounts: { ...administrators, application, replication } };
}

function newAgent(): DatabaseAccount {
  return { username: AGENT_USER, password: secret() };
}

async function lookAsOnRds(
  server: DatabaseServer,
  agent: DatabaseAccount,
  as: Partial<MasterUser> = {},
): Promise<MasterUser> {
  const master = await asRds(server, { password: secret(), ...as });
  await letAgentIn(server, agent.password);
  await withMysql(server, (database) =>
    database.query("CALL mysql.rds_set_configuration('binlog retention hours', ?)", [RETENTION_HOURS]),
  );
  return master;
}

async function addReplicationAccount(blue: DatabaseServer, { username, password }: DatabaseAccount): Promise<void> {
  await withMysql(blue, async (database) => {
    await database.query(`CREATE USER ?@'%' IDENTIFIED BY ?`, [username, password]);
    await database.query(`GRANT REPLICATION SLAVE ON *.* TO ?@'%'`, [username]);
  });
}
