import { connect, type Socket } from 'node:net';
import { type Connection, type ConnectionOptions, createConnection } from 'mysql2/promise';
import type { ResolvedDatabase } from '../databases';
import { Stranger } from '../sql/stranger';
import { type Dialect, dialectOf } from './dialect';
import { explainMysql } from './explain';
import { type Row, text } from './row';
import { transportSecurity } from './transport-security';

const connectTimeoutMs = 5_000;
const replyTimeoutMs = 15_000;

export interface QueryOptions {
  /** How long the server may take to answer. The connection is of no use afterwards. @default 15 000 */
  readonly timeoutMs?: number;
}

/**
 * A connection to one database. It neither reconnects nor queues: a verb that lost its server must say so instead of
 * acting on whichever server answers next.
 */
export class Session {
  private constructor(
    private readonly connection: Connection,
    /** `host:port`, for messages. */
    readonly where: string,
    readonly dialect: Dialect,
    /** `user@host` as the server sees the agent: whatever else comes from there as this user is the agent as well. */
    readonly self: { readonly user: string; readonly host: string },
  ) {}

  /**
   * Connects and signs in, to the writer or else to the reader. Rejects with an `AgentError`.
   *
   * @param purpose told to the server, for whoever looks at its connections
   */
  static async open(endpoint: ResolvedDatabase, purpose: string, host: string = endpoint.host): Promise<Session> {
    const where = `${host}:${endpoint.port}`;
    const server = new Stranger();
    let connection: Connection | undefined;
    try {
      connection = await createConnection(optionsOf(endpoint, purpose, host, (socket) => server.watch(socket)));
      // Reported by whichever query runs into it; without a listener it would end the process.
      connection.on('error', () => undefined);
      // A server may have a character set of its own for whatever is asked (skip-character-set-client-handshake).
      await connection.query({ sql: 'SET NAMES utf8mb4', timeout: replyTimeoutMs });
      const [rows] = await connection.query({
        sql: 'SELECT VERSION() AS version, USER() AS self, @@sql_mode AS mode',
        timeout: replyTimeoutMs,
      });
      const [row] = rowsIn(rows);
      // The client escapes values with backslashes; in this mode they would end early, and the rest be a statement.
      if (text(row, 'mode').includes('NO_BACKSLASH_ESCAPES')) {
        await connection.query("SET SESSION sql_mode = REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', '')");
      }
      const self = text(row, 'self');
      const at = self.lastIndexOf('@');
      return new Session(connection, where, dialectOf(text(row, 'version')), {
        user: self.slice(0, at),
        host: self.slice(at + 1),
      });
    } catch (error) {
      connection?.destroy();
      server.hangUp();
      throw explainMysql(error, where);
    } finally {
      server.isKnown();
    }
  }

  /** Runs one statement; `?` stands for values. Rejects with an `AgentError` that has neither. */
  async query(sql: string, values: readonly unknown[] = [], options: QueryOptions = {}): Promise<readonly Row[]> {
    try {
      const timeout = options.timeoutMs ?? replyTimeoutMs;
      const [rows] = await this.connection.query({ sql, timeout, values: [...values] });
      return rowsIn(rows);
    } catch (error) {
      throw explainMysql(error, this.where);
    }
  }

  /** The first row of what a statement gives. */
  async row(sql: string, values: readonly unknown[] = [], options: QueryOptions = {}): Promise<Row | undefined> {
    return (await this.query(sql, values, options))[0];
  }

  /** Ends at once, whatever runs. */
  close(): void {
    this.connection.destroy();
  }
}

/** Opens a session with a side's writer for as long as `use` runs. */
export async function withSession<T>(
  endpoint: ResolvedDatabase,
  purpose: string,
  use: (session: Session) => Promise<T>,
  host = endpoint.host,
): Promise<T> {
  const session = await Session.open(endpoint, purpose, host);
  try {
    return await use(session);
  } finally {
    session.close();
  }
}

export function optionsOf(
  endpoint: ResolvedDatabase,
  purpose: string,
  host: string,
  onSocket: (socket: Socket) => void = () => undefined,
): ConnectionOptions {
  const { port, username, password, tls, serverName = host } = endpoint;
  return {
    // Of a connection over `stream` the client takes this for the name in the certificate, and for nothing else.
    host: serverName,
    stream: () => {
      const socket = connect({ host, port, noDelay: true, keepAlive: true });
      onSocket(socket);
      return socket;
    },
    port,
    user: username,
    password,
    connectTimeout: connectTimeoutMs,
    ...(tls ? { ssl: transportSecurity() } : {}),
    connectAttributes: { program_name: `cutover-agent:${purpose}` },
    dateStrings: true,
    supportBigNumbers: true,
  };
}

/** A CALL gives its result sets one after the other; the first is what it has to say. */
function rowsIn(result: unknown): readonly Row[] {
  if (!Array.isArray(result)) return [];
  const rows: readonly unknown[] = Array.isArray(result[0]) ? result[0] : result;
  return rows.filter(
    (row): row is Row => typeof row === 'object' && row !== null && row.constructor?.name !== 'ResultSetHeader',
  );
}
