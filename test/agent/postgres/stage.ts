import { Client } from 'pg';
import { Credentials } from '../../../agent/credentials';
import { JsonLog } from '../../../agent/log';
import { Databases } from '../../../agent/sql/databases';
import type {
  DatabaseEndpoint,
  DatabaseMigrationConfiguration,
  QueryOfCheck,
  SmokeQuery,
} from '../../../contract/database';
import {
  type DatabaseOptions,
  type DatabaseServer,
  startDatabase,
} from '../../../rehearsal/engines/sql/database-server';
import { asRds, type MasterUser } from '../../../rehearsal/engines/sql/rds/as-rds';
import { AGENT_ROLE, agentRole } from '../../../rehearsal/engines/sql/rds/postgresql/agent-role';
import { signedIn } from '../../../rehearsal/engines/sql/rds/postgresql/signed-in';
import type { AwsEndpoint } from '../aws-endpoint';
import { configurationOf } from '../mysql/stage';

const AGENT_PASSWORD = 'secret-of-the-agent';

/** A server as RDS hands it over, with the agent's role. */
export interface RdsPostgres {
  readonly server: DatabaseServer;
  readonly master: MasterUser;
  readonly agentPassword: string;
}

/** Real PostgreSQL servers and their users for the tests of a file; `end` stops whatever was started. */
export class PostgresStage {
  private readonly users: Client[] = [];
  private readonly servers: DatabaseServer[] = [];

  constructor(private readonly aws: AwsEndpoint) {}

  async server(options: Omit<DatabaseOptions, 'engine'> = {}): Promise<RdsPostgres> {
    const server = await startDatabase({ engine: 'postgresql', ...options });
    this.servers.push(server);
    const master = await asRds(server);
    await signedIn(server, async (client) => {
      for (const statement of agentRole(AGENT_PASSWORD)) await client.query(statement);
    });
    return { server, master, agentPassword: AGENT_PASSWORD };
  }

  /** The master user's connection, who owns what the tests make. */
  owner({ server, master }: RdsPostgres, database = 'postgres'): Promise<Client> {
    return this.connect(server, database, master.user, master.password);
  }

  /** RDS's own superuser, who is no user to the agent. */
  root({ server }: RdsPostgres, database = 'postgres'): Promise<Client> {
    return this.connect(server, database, server.user, server.password);
  }

  /** An application's connection, as a role of its own that is made where it is not there yet. */
  async user(rds: RdsPostgres, name = 'shop', database = 'postgres'): Promise<Client> {
    const root = await this.root(rds);
    const known = await root.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
    if (known.rowCount === 0) await root.query(`CREATE ROLE ${name} LOGIN PASSWORD 'secret-of-${name}'`);
    return this.connect(rds.server, database, name, `secret-of-${name}`);
  }

  async databases(
    blue: RdsPostgres,
    green: RdsPostgres = blue,
    smokeQueries: readonly SmokeQuery[] = [],
    checkQueries: readonly QueryOfCheck[] = [],
  ): Promise<Databases> {
    const log = new JsonLog({ write: () => undefined });
    const props = {
      credentials: new Credentials((text) => log.conceal(text)),
      stateDirectory: '/nowhere',
      log,
    };
    return Databases.open(props, { ...this.configuration(blue, green, smokeQueries), checkQueries });
  }

  configuration(
    blue: RdsPostgres,
    green: RdsPostgres,
    smokeQueries: readonly SmokeQuery[] = [],
  ): DatabaseMigrationConfiguration {
    const more = { strategy: 'managedBlueGreen', smokeQueries } as const;
    return configurationOf(this.endpoint(blue), this.endpoint(green), more);
  }

  leave(): Promise<unknown> {
    return Promise.all(this.users.splice(0).map((user) => user.end().catch(() => undefined)));
  }

  async end(): Promise<void> {
    await this.leave();
    await Promise.all(this.servers.splice(0).map((server) => server.stop()));
  }

  private endpoint({ server, agentPassword }: RdsPostgres): DatabaseEndpoint {
    const secretArn = `arn:aws:secretsmanager:eu-central-1:111122223333:secret:agent-${server.port}`;
    this.aws.secrets.set(secretArn, JSON.stringify({ username: AGENT_ROLE, password: agentPassword }));
    const { host, port, version: engineVersion } = server;
    return { host, port, tls: false, secretArn, engine: 'postgres', engineVersion };
  }

  private async connect(
    { host, port }: DatabaseServer,
    database: string,
    user: string,
    password: string,
  ): Promise<Client> {
    const client = new Client({ host, port, database, user, password });
    // Being closed by the server is what many tests are about.
    client.on('error', () => undefined);
    await client.connect();
    this.users.push(client);
    return client;
  }
}
