import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { createConnection, type Connection as Mysql, type RowDataPacket } from 'mysql2/promise';
import { within } from '../../client/kept-connection';
import type { SqlProcessSettings } from '../protocol';

/** A connection that was signed in on, and has answered once. */
export interface Link {
  readonly mysql: Mysql;
  readonly socket: Socket;
}

/** @throws where it does not answer in time; nothing is left open then */
export async function openLink(settings: SqlProcessSettings, address: string, target: string): Promise<Link> {
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
    return { mysql, socket };
  } catch (error) {
    socket.destroy();
    throw cause ?? error;
  }
}

/** One row; undefined where there is none. */
export async function row<T>({ mysql }: Link, sql: string, values: readonly unknown[] = []): Promise<T | undefined> {
  const [rows] = await mysql.query<RowDataPacket[]>(sql, [...values]);
  return rows[0] as T | undefined;
}
