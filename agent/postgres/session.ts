import { Client, type ClientConfig, type Query, type QueryResultRow, types } from 'pg';
import type { ResolvedDatabase } from '../databases';
import { transportSecurity } from '../mysql/transport-security';
import { explainPostgres } from './explain';

const connectTimeoutMs = 5_000;
const replyTimeoutMs = 15_000;

/** Every server has it. */
const MAINTENANCE_DATABASE = 'postgres';

/** How the agent's own connections are told from users'. */
export const applicationName = 'cutover-agent';

export interface SessionOptions {
  /** @default postgres */
  readonly database?: string;
  /** @default - the writer */
  readonly host?: string;
}

/**
 * A connection to one database. It neither reconnects nor queues: a verb that lost its server must say so instead of
 * acting on whichever server answers next.
 */
export class Session {
  private constructor(
    readonly client: Client,
    /** `host:port`, for messages. */
    readonly where: string,
    readonly database: string,
    /** As a number, e.g. 150004 for 15.4. */
    readonly version: number,
  ) {}

  /** Connects and signs in, to the writer or else to the host that is given. Rejects with an `AgentError`. */
  static async open(endpoint: ResolvedDatabase, purpose: string, options: SessionOptions = {}): Promise<Session> {
    const { host = endpoint.host, database = MAINTENANCE_DATABASE } = options;
    const where = `${host}:${endpoint.port}`;
    const client = new Client(configurationOf(endpoint, purpose, host, database));
    // Reported by whichever query runs into it; without a listener it would end the process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ version: string }>(
        "SELECT current_setting('server_version_num') AS version",
      );
      return new Session(client, where, database, Number(rows[0]?.version ?? 0));
    } catch (error) {
      await closed(client);
      throw explainPostgres(error, where);
    }
  }

  /** Runs one statement; `$1` stands for a value. Rejects with an `AgentError`. */
  async query<R extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<readonly R[]> {
    try {
      return (await this.client.query<R>(sql, [...values])).rows;
    } catch (error) {
      throw explainPostgres(error, this.where);
    }
  }

  async row<R extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<R | undefined> {
    return (await this.query<R>(sql, values))[0];
  }

  /** Runs a statement whose rows are taken one by one, each as an array of texts. */
  async stream(query: Query, onRow: (row: (string | null)[]) => void): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        query.on('row', (row: unknown) => {
          if (Array.isArray(row)) onRow(row);
        });
        query.on('error', reject);
        query.on('end', () => resolve());
        this.client.query(query);
      });
    } catch (error) {
      throw explainPostgres(error, this.where);
    }
  }

  /** Lets a statement take longer than a reply of the server's own state may. */
  async allow(milliseconds: number): Promise<void> {
    await this.query(`SET statement_timeout = ${milliseconds}`);
  }

  close(): Promise<void> {
    return closed(this.client);
  }
}

/** Opens a session for as long as `use` runs. */
export async function withSession<T>(
  endpoint: ResolvedDatabase,
  purpose: string,
  use: (session: Session) => Promise<T>,
  options: SessionOptions = {},
): Promise<T> {
  const session = await Session.open(endpoint, purpose, options);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

/** The databases of users, by name: neither templates nor RDS's own. */
export async function databasesOf(session: Session): Promise<readonly string[]> {
  const rows = await session.query<{ name: string }>(
    "SELECT datname AS name FROM pg_database WHERE datallowconn AND NOT datistemplate AND datname <> 'rdsadmin' ORDER BY datname",
  );
  return rows.map(({ name }) => name);
}

export function configurationOf(
  endpoint: ResolvedDatabase,
  purpose: string,
  host: string,
  database: string,
): ClientConfig {
  const { port, username, password, tls, serverName = host } = endpoint;
  const { ca } = transportSecurity();
  return {
    ...{ host, port, database, password, user: username },
    application_name: `${applicationName}:${purpose}`,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: replyTimeoutMs,
    keepAlive: true,
    ...(tls ? { ssl: { rejectUnauthorized: true, servername: serverName, ...(ca === undefined ? {} : { ca }) } } : {}),
    // Texts as the server writes them: the client's own reading of dates and numbers loses digits.
    types: { getTypeParser: (id: number, format?: 'text' | 'binary') => parserOf(id, format) },
  };
}

const BOOLEAN = 16;
const SMALL_NUMBERS: readonly number[] = [21, 23, 26, 700, 701];

function parserOf(id: number, format: 'text' | 'binary' = 'text'): (value: string) => unknown {
  return id === BOOLEAN || SMALL_NUMBERS.includes(id) ? types.getTypeParser(id, format) : (value) => value;
}

async function closed(client: Client): Promise<void> {
  // A connection that is lost has nothing left to end.
  await client.end().catch(() => undefined);
}
