import { Socket } from 'node:net';
import { Client, DatabaseError } from 'pg';
import { type Verdict, within } from '../../client/kept-connection';
import type { Link } from '../client/link';
import type { SqlProcessSettings } from '../protocol';
import { TYPES } from './postgresql-types';

/** SQLSTATEs after which a client connects again, as a pool does whose server was demoted. */
const ELSEWHERE = new Set([
  '25006', // read_only_sql_transaction
  '57P01', // admin_shutdown: the connection was terminated
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
]);

/** What of a message names a thing or a statement, which are no causes of their own. */
const VARYING = /"[^"]*"|(?<=cannot execute ).*(?= in a)/g;

/** @param error - of pg, whose server errors are of a class of their own */
export function postgresqlVerdict(error: unknown): Verdict {
  if (error instanceof DatabaseError) {
    const { code = '', message } = error;
    return { state: 'refused', reason: `${code} ${message.replace(VARYING, '…')}`, over: ELSEWHERE.has(code) };
  }
  if (!(error instanceof Error)) return { state: 'unknown', reason: String(error), over: true };
  const { code } = error as { code?: string };
  return { state: 'unknown', reason: code ?? error.message.replace(/[.\s]+$/, ''), over: true };
}

export async function openPostgresqlLink(settings: SqlProcessSettings, address: string, target: string): Promise<Link> {
  const { port, localAddress, tls, timing, credentials, schema } = settings;
  const socket = new BoundSocket({ host: address, port, ...(localAddress && { localAddress }) });
  const client = new Client({
    stream: () => socket,
    // Of the name in the certificate; the socket knows where to go.
    host: tls?.serverName ?? target,
    user: credentials?.username ?? '',
    password: credentials?.password ?? '',
    database: schema,
    types: TYPES,
    ...(tls && { ssl: { ca: tls.authority } }),
  });
  // Errors of an idle connection end it; `close` of the socket says so.
  client.on('error', () => undefined);
  try {
    await within(client.connect(), timing.connectTimeoutMs);
    return new PostgresqlLink(client, socket);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Goes where it was made to go: the driver's own sockets are bound to no address, which is what security groups tell clients apart by. */
class BoundSocket extends Socket {
  constructor(
    private readonly where: { readonly host: string; readonly port: number; readonly localAddress?: string },
  ) {
    super();
  }

  override connect(): this {
    return super.connect(this.where);
  }
}

class PostgresqlLink implements Link {
  constructor(
    private readonly client: Client,
    readonly socket: Socket,
  ) {}

  /** Ports of running servers differ: the one that a server itself listens at says who it is. */
  async begin(): Promise<string> {
    await this.client.query('BEGIN');
    const identity = await this.row<{ id: number }>('SELECT inet_server_port() AS id');
    return String(identity?.id);
  }

  async row<T>(sql: string, values: readonly unknown[] = []): Promise<T | undefined> {
    const { rows } = await this.client.query(numbered(sql), [...values]);
    return rows[0] as T | undefined;
  }

  async change(sql: string, values: readonly unknown[] = []): Promise<number> {
    const { rowCount } = await this.client.query(numbered(sql), [...values]);
    return rowCount ?? 0;
  }

  async insert(sql: string, values: readonly unknown[]): Promise<number> {
    const made = await this.row<{ id: number }>(`${sql} RETURNING id`, values);
    return Number(made?.id);
  }

  /** @throws where the server rolled back instead, as it does once a statement has failed */
  async commit(): Promise<void> {
    const { command } = await this.client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error('rolled back');
  }

  async rollback(): Promise<void> {
    await this.client.query('ROLLBACK');
  }
}

/** `$1` where MySQL has `?`. */
function numbered(sql: string): string {
  let values = 0;
  return sql.replace(/\?/g, () => `$${++values}`);
}
