import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { createConnection, type Connection as Mysql, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import { type Verdict, within } from '../../client/kept-connection';
import type { Link } from '../client/link';
import type { SqlProcessSettings } from '../protocol';

/** Server errors after which a client connects again, as a pool does whose server was demoted (MySQL error reference). */
const ELSEWHERE = new Set([
  1053, // ER_SERVER_SHUTDOWN
  1290, // ER_OPTION_PREVENTS_STATEMENT: --read-only
  1836, // ER_READ_ONLY_MODE
  1927, // ER_CONNECTION_KILLED (MariaDB)
  3169, // ER_SESSION_WAS_KILLED (MySQL)
]);

/** @param error - of mysql2, whose server errors carry an SQL state, and whose network errors none */
export function mysqlVerdict(error: unknown): Verdict {
  if (!(error instanceof Error)) return { state: 'unknown', reason: String(error), over: true };
  const { errno = 0, sqlState, code } = error as { errno?: number; sqlState?: string; code?: string };
  const reason = code ?? error.message.replace(/[.\s]+$/, '');
  return sqlState === undefined
    ? { state: 'unknown', reason, over: true }
    : { state: 'refused', reason, over: ELSEWHERE.has(errno) };
}

export async function openMysqlLink(settings: SqlProcessSettings, address: string, target: string): Promise<Link> {
  const { port, localAddress, tls, timing, credentials, schema } = settings;
  const where = { host: address, port, ...(localAddress && { localAddress }) };
  const socket = tls
    ? connectTls({ ...where, ca: tls.authority, servername: tls.serverName ?? target })
    : connect(where);
  let cause: Error | undefined;
  socket.on('error', (error: Error) => {
    cause ??= error;
  });
  try {
    const mysql = await within(
      createConnection({
        // Its own sockets are bound to no address, which is what security groups tell clients apart by.
        stream: socket,
        user: credentials?.username ?? '',
        password: credentials?.password ?? '',
        database: schema,
        supportBigNumbers: true,
      }),
      timing.connectTimeoutMs,
    );
    // Errors of an idle connection end it; `close` of the socket says so.
    mysql.on('error', () => undefined);
    await within(mysql.query('SET autocommit = 0'), timing.connectTimeoutMs);
    return new MysqlLink(mysql, socket);
  } catch (error) {
    socket.destroy();
    throw cause ?? error;
  }
}

class MysqlLink implements Link {
  constructor(
    private readonly mysql: Mysql,
    readonly socket: Socket,
  ) {}

  /** Its first statement begins it. */
  async begin(): Promise<string> {
    const identity = await this.row<{ id: number }>('SELECT @@server_id AS id');
    return String(identity?.id);
  }

  async row<T>(sql: string, values: readonly unknown[] = []): Promise<T | undefined> {
    const [rows] = await this.mysql.query<RowDataPacket[]>(sql, [...values]);
    return rows[0] as T | undefined;
  }

  async change(sql: string, values: readonly unknown[] = []): Promise<number> {
    const [result] = await this.mysql.query<ResultSetHeader>(sql, [...values]);
    return result.affectedRows;
  }

  async insert(sql: string, values: readonly unknown[]): Promise<number> {
    const [result] = await this.mysql.query<ResultSetHeader>(sql, [...values]);
    return result.insertId;
  }

  async commit(): Promise<void> {
    await this.mysql.query('COMMIT');
  }

  async rollback(): Promise<void> {
    await this.mysql.query('ROLLBACK');
  }
}
