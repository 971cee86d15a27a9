import { Socket } from 'node:net';
import {
  Client,
  type ClientConfig,
  Query,
  type QueryArrayConfig,
  type QueryConfig,
  type QueryResultRow,
  types,
} from 'pg';
import type { ResolvedDatabase } from '../databases';
import { AgentError } from '../errors';
import { transportSecurity } from '../mysql/transport-security';
import { Stranger } from '../sql/stranger';
import { explainPostgres } from './explain';

const connectTimeoutMs = 5_000;
const replyTimeoutMs = 15_000;

/** Every server has it. */
const MAINTENANCE_DATABASE = 'postgres';

/** How the agent's own connections are told from users'. */
export const applicationName = 'cutover-agent';

/**
 * Whoever owns a table, a type or a database may make code run in the session of whoever reads it: functions and operators
 * of the same name, policies, settings of the database. These stand above what a role or a database has set.
 *
 * @see https://wiki.postgresql.org/wiki/A_Guide_to_CVE-2018-1058:_Protect_Your_Search_Path
 */
const PROTECTION: readonly string[] = [
  'search_path=',
  // A table whose rows a policy would hide, or whose policy would run, is refused.
  'row_security=off',
  'default_transaction_read_only=on',
  'standard_conforming_strings=on',
  'quote_all_identifiers=off',
];

/** By the extended protocol, the server takes one statement and no more. */
const ONE_STATEMENT = { queryMode: 'extended' } as const;

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
  private turn: Promise<void> = Promise.resolve();

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
    const server = new Stranger();
    const client = new Client({
      ...configurationOf(endpoint, purpose, host, database),
      stream: () => {
        const socket = new Socket();
        server.watch(socket);
        return socket;
      },
    });
    // Reported by whichever query runs into it; without a listener it would end the process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ version: string; search_path: string; row_security: string }>(
        `SELECT pg_catalog.current_setting('server_version_num') AS version,
           pg_catalog.current_setting('search_path') AS search_path, pg_catalog.current_setting('row_security') AS row_security`,
      );
      const { version = '0', search_path: path = '?', row_security: security = '?' } = rows[0] ?? {};
      if (path !== '' || security !== 'off') throw notProtected(where, path, security);
      return new Session(client, where, database, Number(version));
    } catch (error) {
      // A server that goes on talking would not let the client end.
      server.hangUp();
      await closed(client);
      throw explainPostgres(error, where);
    } finally {
      server.isKnown();
    }
  }

  /**
   * Runs one statement in a transaction that may not write, and takes back what it set: `$1` stands for a value. Rejects
   * with an `AgentError`.
   */
  async query<R extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<readonly R[]> {
    const asked: QueryConfig = { text: sql, values: [...values], ...ONE_STATEMENT };
    const { rows } = await this.reading(() => this.client.query<R>(asked));
    return rows;
  }

  async row<R extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<R | undefined> {
    return (await this.query<R>(sql, values))[0];
  }

  /** Like `query`; the rows are taken one by one, each as an array of texts. */
  async stream(sql: string, onRow: (row: (string | null)[]) => void): Promise<void> {
    const asked: QueryArrayConfig = { text: sql, rowMode: 'array', ...ONE_STATEMENT };
    const query = new Query(asked);
    query.on('row', (row: unknown) => {
      if (Array.isArray(row)) onRow(row);
    });
    await this.reading(
      () =>
        new Promise<void>((resolve, reject) => {
          query.on('error', reject);
          query.on('end', () => resolve());
          this.client.query(query);
        }),
    );
  }

  /** Sets what holds for the whole session, e.g. `datestyle = 'ISO, YMD'`. */
  async set(...settings: readonly string[]): Promise<void> {
    await this.inTurn(() => this.client.query(settings.map((setting) => `SET SESSION ${setting}`).join('; ')));
  }

  /** How long a statement may take from now on. */
  allow(milliseconds: number): Promise<void> {
    return this.set(`statement_timeout = ${milliseconds}`);
  }

  /**
   * What runs in `ask` cannot leave this transaction: neither a function nor a second statement can end it, and a
   * transaction that has read cannot be made one that writes.
   *
   * @see https://www.postgresql.org/docs/current/sql-set-transaction.html
   */
  private reading<T>(ask: () => Promise<T>): Promise<T> {
    return this.inTurn(async () => {
      await this.client.query('BEGIN READ ONLY');
      const answer = await ask();
      await this.client.query('ROLLBACK');
      return answer;
    });
  }

  /** One after the other: what one verb asks at once must not fall into the transaction of another statement. */
  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work).catch(async (error: unknown) => {
      // A transaction that failed takes no statement but this one; a lost connection takes none.
      await this.client.query('ROLLBACK').catch(() => undefined);
      throw explainPostgres(error, this.where);
    });
    this.turn = mine.then(
      () => undefined,
      () => undefined,
    );
    return mine;
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
    options: PROTECTION.map((setting) => `-c ${setting}`).join(' '),
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

function notProtected(where: string, path: string, security: string): AgentError {
  return new AgentError(
    'Agent.BadRequest',
    `${where} runs the agent's session with search_path '${path}' and row_security ${security}, and was asked for '' and off. A proxy between them drops the options of a connection: state the database's own endpoint.`,
  );
}
