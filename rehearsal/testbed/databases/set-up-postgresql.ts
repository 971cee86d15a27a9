import { fillDatabase } from '../../clients/sql/data/fill-database';
import type { DatabaseServer } from '../../engines/sql/database-server';
import { findPostgresqlClients } from '../../engines/sql/postgresql-clients';
import { asRds } from '../../engines/sql/rds/as-rds';
import { AGENT_ROLE, agentRole } from '../../engines/sql/rds/postgresql/agent-role';
import { signedIn } from '../../engines/sql/rds/postgresql/signed-in';
import { type DatabasesOptions, type SetUp, secret } from './set-up';

/** Green is empty until RDS makes it of blue. What clients have on blue is the master user's, who is no superuser. */
export async function setUpPostgresql(
  blue: DatabaseServer,
  green: DatabaseServer,
  options: DatabasesOptions,
): Promise<SetUp> {
  // What has to be fetched is fetched before the clients come.
  await findPostgresqlClients(green.version);
  const master = await asRds(blue, { password: secret() });
  const agent = { username: AGENT_ROLE, password: secret() };
  await signedIn(blue, async (client) => {
    for (const statement of agentRole(agent.password)) await client.query(statement);
  });
  const application = { username: 'application', password: secret() };
  const { engine, host, port } = blue;
  const rows = await fillDatabase({ engine, host, port, ...master }, { ...options, application });
  return { rows, accounts: { master, application, agent } };
}
