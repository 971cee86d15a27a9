import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { Credentials } from '../../../agent/credentials';
import { JsonLog } from '../../../agent/log';
import { Migration } from '../../../agent/migration';
import type { SidesProps } from '../../../agent/sides';
import { Databases } from '../../../agent/sql/databases';
import type { DatabaseEndpoint, DatabaseMigrationConfiguration } from '../../../contract/database';
import {
  type DatabaseOptions,
  type DatabaseServer,
  startDatabase,
} from '../../../rehearsal/engines/sql/database-server';
import { asRds, type MasterUser } from '../../../rehearsal/engines/sql/rds/as-rds';
import { AGENT_USER, letAgentIn } from '../../../rehearsal/engines/sql/rds/mysql/agent-user';
import type { AwsEndpoint } from '../aws-endpoint';

/** A server as RDS hands it over. */
export interface RdsDatabase {
  readonly server: DatabaseServer;
  readonly master: MasterUser;
  /** Password of the agent's own user. */
  readonly agentPassword: string;
}

/** Real databases and their users for the tests of a file; `end` stops whatever was started. */
export class DatabaseStage {
  /** What the agent logged. */
  readonly logged: string[] = [];
  private readonly log = new JsonLog({ write: (line) => this.logged.push(line) });
  private readonly users: Connection[] = [];
  private readonly servers: DatabaseServer[] = [];
  private readonly folders: string[] = [];

  constructor(private readonly aws: AwsEndpoint) {}

  async database(options: DatabaseOptions): Promise<RdsDatabase> {
    const server = await startDatabase(options);
    this.servers.push(server);
    const agentPassword = 'secret-of-the-agent';
    const master = await asRds(server);
    await letAgentIn(server, agentPassword);
    return { server, master, agentPassword };
  }

  /** A copy of it at this instant, as a clone of a cluster is. */
  async clone({ server, ...users }: RdsDatabase): Promise<RdsDatabase> {
    const copy = await server.clone();
    this.servers.push(copy);
    return { server: copy, ...users };
  }

  /** Another server with the same port and users, at an address of its own. */
  async reader(
    { server, master, agentPassword }: RdsDatabase,
    engine: DatabaseOptions['engine'],
  ): Promise<RdsDatabase> {
    const host = '127.0.0.2';
    const { port, password } = server;
    const reader = await startDatabase({ engine, port, password, settings: { bind_address: host } });
    this.servers.push(reader);
    const there: DatabaseServer = Object.create(reader, { host: { value: host }, password: { value: password } });
    await asRds(there, master);
    await letAgentIn(there, agentPassword);
    return { server: there, master, agentPassword };
  }

  /** An application's connection, as a user of its own that is made where it is not there yet. */
  async user({ server }: RdsDatabase, name = 'shop', database?: string): Promise<Connection> {
    const { host, port } = server;
    const root = await createConnection({ host, port, user: server.user, password: server.password });
    await root.query('SET SESSION sql_log_bin = 0');
    await root.query(`CREATE USER IF NOT EXISTS '${name}'@'%' IDENTIFIED BY 'secret-of-${name}'`);
    // Not all of them: on RDS nobody has SYSTEM_USER, whose sessions rds_kill could not end.
    await root.query(`GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX ON *.* TO '${name}'@'%'`);
    root.destroy();
    return this.connect({ host, port, user: name, password: `secret-of-${name}`, database });
  }

  /** RDS's own superuser, who is no user to the agent. */
  root({ server }: RdsDatabase): Promise<Connection> {
    const { host, port, user, password } = server;
    return this.connect({ host, port, user, password });
  }

  /** The two sides as the agent has them. */
  async databases(
    blue: DatabaseEndpoint,
    green: DatabaseEndpoint = blue,
    more: Partial<DatabaseMigrationConfiguration> = {},
  ): Promise<Databases> {
    return Databases.open(await this.props(), configurationOf(blue, green, more));
  }

  /** The same as the agent opens them: their configuration is in a file. */
  async migration(blue: DatabaseEndpoint, green: DatabaseEndpoint = blue): Promise<Migration> {
    const props = await this.props();
    const file = join(props.stateDirectory, 'configuration.json');
    await writeFile(file, JSON.stringify(configurationOf(blue, green)));
    return Migration.open({ ...props, source: { file } });
  }

  private async props(): Promise<SidesProps> {
    const { log } = this;
    const credentials = new Credentials((text) => log.conceal(text));
    const stateDirectory = await mkdtemp(join(tmpdir(), 'agent-state-'));
    this.folders.push(stateDirectory);
    return { credentials, stateDirectory, log };
  }

  /** The endpoint of a server, the secret of the agent's own user in Secrets Manager. */
  endpoint({ server, agentPassword }: RdsDatabase, more: Partial<DatabaseEndpoint> = {}): DatabaseEndpoint {
    const secretArn = this.secret(`agent-${server.port}`, AGENT_USER, agentPassword);
    const { host, port, version: engineVersion } = server;
    return { host, port, tls: false, secretArn, engine: 'mysql', engineVersion, ...more };
  }

  secret(name: string, username: string, password: string): string {
    const arn = `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}`;
    this.aws.secrets.set(arn, JSON.stringify({ username, password }));
    return arn;
  }

  /** Lets the users of a test go. */
  leave(): void {
    for (const user of this.users.splice(0)) user.destroy();
  }

  /** Resolves once the server, too, has noticed that its users have gone. */
  async left(database: RdsDatabase): Promise<void> {
    const root = await this.root(database);
    for (;;) {
      const [rows] = await root.query<RowDataPacket[]>(
        "SELECT COUNT(*) AS users FROM information_schema.processlist WHERE user NOT IN ('rdsadmin', 'event_scheduler', 'system user')",
      );
      if (rows[0]?.users === 0) break;
      await sleep(20);
    }
    this.leave();
  }

  async end(): Promise<void> {
    this.leave();
    await Promise.all(this.servers.splice(0).map((server) => server.stop()));
    for (const folder of this.folders.splice(0)) await rm(folder, { recursive: true, force: true });
  }

  private async connect(options: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly database?: string | undefined;
  }): Promise<Connection> {
    const { database, ...rest } = options;
    const user = await createConnection({ ...rest, ...(database === undefined ? {} : { database }) });
    // Being closed by the server is what many tests are about.
    user.on('error', () => undefined);
    this.users.push(user);
    return user;
  }
}

export function configurationOf(
  blue: DatabaseEndpoint,
  green: DatabaseEndpoint,
  more: Partial<DatabaseMigrationConfiguration> = {},
): DatabaseMigrationConfiguration {
  return {
    migrationName: 'orders',
    kind: 'database',
    strategy: 'binlogReplica',
    recordName: 'orders.internal.example',
    recordTtlSeconds: 5,
    blue,
    green,
    smokeQueries: [],
    ...more,
  };
}
