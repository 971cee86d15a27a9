import { connect } from 'node:net';
import { type Connection, type ConnectionOptions, createConnection } from 'mysql2/promise';
import type { ChainServer } from '../../contract/database';
import { AnswerLimit } from '../answer-limit';
import { AgentError } from '../errors';
import { placeOf, type ResolvedDatabase } from '../sql/databases';
import { transportSecurity } from '../sql/transport-security';
import { whileServerAnswers } from '../sql/while-server-answers';
import { type Dialect, dialectOf } from './dialect';
import { codeOf, explainMysql, hasNoConnectionLeft } from './explain';
import { heldLock } from './held-lock';
import { type Row, text } from './result-row';

const connectTimeoutMs = 5_000;
const replyTimeoutMs = 15_000;
/** A host that vanished closes nothing: the kernel finds out in this and ten seconds more. */
const keepAliveAfterMs = 10_000;
/** Clients may wait meanwhile: who keeps the agent from a lock for longer is named. */
const lockSeconds = 5;
/** The client gives up first; then the server ends what nobody waits for any more. */
const serverGraceMs = 1_000;

export interface QueryOptions {
  /** How long the server may take to answer. The connection is of no use afterwards. @default 15 000 */
  readonly timeoutMs?: number;
}

/**
 * A connection to one database. It neither reconnects nor queues: a verb that lost its server must say so instead of
 * acting on whichever server answers next.
 */
export class Session {
  /** `host:port`, for messages. */
  readonly where: string;
  /** `green (host:port)`, of which an error says what is wrong. */
  readonly place: string;
  readonly side: ChainServer;
  private limitMs = replyTimeoutMs;

  private constructor(
    private readonly connection: Connection,
    private readonly answer: AnswerLimit,
    private readonly endpoint: ResolvedDatabase,
    private readonly host: string,
    readonly dialect: Dialect,
    /** `user@host` as the server sees the agent: whatever else comes from there as this user is the agent as well. */
    readonly self: { readonly user: string; readonly host: string },
  ) {
    this.where = `${host}:${endpoint.port}`;
    this.place = placeOf(endpoint, host);
    this.side = endpoint.side;
  }

  /**
   * Connects and signs in, to the writer or else to the reader. Rejects with an `AgentError`.
   *
   * @param purpose told to the server, for anyone who looks at its connections
   */
  static async open(endpoint: ResolvedDatabase, purpose: string, host: string = endpoint.host): Promise<Session> {
    const answer = new AnswerLimit();
    let connection: Connection | undefined;
    try {
      connection = await createConnection(optionsOf(endpoint, purpose, host, answer));
      // Reported by whichever query runs into it; without a listener it would end the process.
      connection.on('error', () => undefined);
      // A server may have a character set of its own for whatever is asked (skip-character-set-client-handshake).
      await connection.query({ sql: 'SET NAMES utf8mb4', timeout: replyTimeoutMs });
      const [rows] = await connection.query({
        sql: 'SELECT VERSION() AS version, USER() AS self, @@sql_mode AS mode',
        timeout: replyTimeoutMs,
      });
      const [row] = rowsIn(rows);
      const self = text(row, 'self');
      const at = self.lastIndexOf('@');
      const dialect = dialectOf(text(row, 'version'));
      await connection.query({ sql: settingsOf(dialect, text(row, 'mode')), timeout: replyTimeoutMs });
      const itself = { user: self.slice(0, at), host: self.slice(at + 1) };
      return new Session(connection, answer, endpoint, host, dialect, itself);
    } catch (error) {
      connection?.destroy();
      answer.hangUp();
      throw explainMysql(error, placeOf(endpoint, host));
    }
  }

  /** Runs one statement; `?` stands for values. Rejects with an `AgentError` that has neither. */
  async query(sql: string, values: readonly unknown[] = [], options: QueryOptions = {}): Promise<readonly Row[]> {
    const timeout = Math.ceil(options.timeoutMs ?? replyTimeoutMs);
    try {
      const asked = this.limited(sql, values, timeout);
      return rowsIn(await (timeout <= replyTimeoutMs ? asked : this.whileItAnswers(asked)));
    } catch (error) {
      if (codeOf(error) === 'ER_LOCK_WAIT_TIMEOUT') throw await heldLock(this, error);
      throw explainMysql(error, this.place);
    }
  }

  /** Gives up what goes on with this server once it no longer answers. Rejects with an `AgentError`. */
  whileItAnswers<T>(work: Promise<T>): Promise<T> {
    return whileServerAnswers(this.place, work, () => this.answers());
  }

  /** For how long a statement waits for a lock from now on. */
  async waitForLocks(seconds: number): Promise<void> {
    await this.query(`SET ${locksOf(seconds)}`);
  }

  /** The server's own limit goes with the client's. Both statements are sent in one go, so that no other comes between. */
  private async limited(sql: string, values: readonly unknown[], timeout: number): Promise<unknown> {
    const limits: Promise<unknown>[] = [];
    this.answer.begin();
    if (timeout !== this.limitMs) {
      this.limitMs = timeout;
      limits.push(this.connection.query({ sql: `SET ${limitOf(this.dialect, timeout)}`, timeout: replyTimeoutMs }));
    }
    const [[rows]] = await Promise.all([this.connection.query({ sql, timeout, values: [...values] }), ...limits]);
    return rows;
  }

  /** Whether the server says anything to somebody who comes now. */
  private async answers(): Promise<boolean> {
    try {
      const other = await Session.open(this.endpoint, 'alive', this.host);
      other.close();
      return true;
    } catch (error) {
      return !(error instanceof AgentError && error.name === 'Agent.Unreachable') || hasNoConnectionLeft(error);
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
  answer: AnswerLimit,
): ConnectionOptions {
  const { port, username, password, tls, serverName = host } = endpoint;
  return {
    // Of a connection over `stream` the client takes this for the name in the certificate, and for nothing else.
    host: serverName,
    stream: () => {
      const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveAfterMs });
      answer.watch(socket);
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

/**
 * What holds for the agent whatever the server's parameter group says: a transaction that nobody commits would hold locks
 * on all it has read, and a limit of rows would make two sides look equal.
 *
 * @param mode its `sql_mode`: the client escapes values with backslashes, and with NO_BACKSLASH_ESCAPES they would end
 * early, and the rest be a statement
 */
function settingsOf(dialect: Dialect, mode: string): string {
  const settings = [
    ...['autocommit = 1', 'sql_select_limit = 18446744073709551615', 'sql_big_selects = 1', 'wait_timeout = 28800'],
    // Rows as they were long ago, on either side, would be equal.
    ...(dialect.mariadb && dialect.atLeast(10, 3, 4) ? ['system_versioning_asof = DEFAULT'] : []),
    ...(mode.includes('NO_BACKSLASH_ESCAPES') ? ["sql_mode = REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', '')"] : []),
  ].map((setting) => `SESSION ${setting}`);
  return `SET ${[...settings, locksOf(lockSeconds), limitOf(dialect, replyTimeoutMs)].join(', ')}`;
}

function locksOf(seconds: number): string {
  return `SESSION lock_wait_timeout = ${seconds}, SESSION innodb_lock_wait_timeout = ${seconds}`;
}

function limitOf({ mariadb }: Dialect, timeoutMs: number): string {
  const milliseconds = timeoutMs + serverGraceMs;
  return mariadb
    ? `SESSION max_statement_time = ${milliseconds / 1000}`
    : `SESSION max_execution_time = ${milliseconds}`;
}

/** A CALL gives its result sets one after the other; the first is what it has to say. */
function rowsIn(result: unknown): readonly Row[] {
  if (!Array.isArray(result)) return [];
  const rows: readonly unknown[] = Array.isArray(result[0]) ? result[0] : result;
  return rows.filter(
    (row): row is Row => typeof row === 'object' && row !== null && row.constructor?.name !== 'ResultSetHeader',
  );
}
