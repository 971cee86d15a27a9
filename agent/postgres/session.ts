import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Query, type QueryArrayConfig, type QueryConfig, type QueryResultRow } from 'pg';
import { AnswerLimit } from '../answer-limit';
import { AgentError } from '../errors';
import { placeOf, type ResolvedDatabase } from '../sql/databases';
import { whileServerAnswers } from '../sql/while-server-answers';
import { explainPostgres, hasNoConnectionLeft, LOCK_NOT_AVAILABLE, stateOf } from './explain';
import { heldLock } from './held-lock';
import { configurationOf, replyTimeoutMs } from './session-configuration';

/** The server ends a statement first, and says so; the client gives up one that says nothing. */
const clientGraceMs = 2_000;
/** To say goodbye. */
const goodbyeMs = 500;
/** Every server has it. */
const MAINTENANCE_DATABASE = 'postgres';

/** Limits that newer versions have besides, by the first of them. */
const LATER_LIMITS: readonly (readonly [number, string])[] = [
  [140_000, 'idle_session_timeout = 0'],
  [170_000, 'transaction_timeout = 0'],
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
  /** `host:port`, for messages. */
  readonly where: string;
  /** `green (host:port)`, of which an error says what is wrong. */
  readonly place: string;
  private turn: Promise<void> = Promise.resolve();
  private limitMs = replyTimeoutMs;

  private constructor(
    private readonly client: Client,
    private readonly socket: Socket,
    private readonly answer: AnswerLimit,
    private readonly endpoint: ResolvedDatabase,
    private readonly host: string,
    readonly database: string,
    /** As a number, e.g. 150004 for 15.4. */
    readonly version: number,
  ) {
    this.where = `${host}:${endpoint.port}`;
    this.place = placeOf(endpoint, host);
  }

  /** Connects and signs in, to the writer or else to the host that is given. Rejects with an `AgentError`. */
  static async open(endpoint: ResolvedDatabase, purpose: string, options: SessionOptions = {}): Promise<Session> {
    const { host = endpoint.host, database = MAINTENANCE_DATABASE } = options;
    const place = placeOf(endpoint, host);
    const answer = new AnswerLimit();
    const socket = new Socket();
    const client = new Client({
      ...configurationOf(endpoint, purpose, host, database),
      stream: () => {
        answer.watch(socket);
        return socket;
      },
    });
    // Reported by whichever query runs into it; without a listener it would end the process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ version: string; search_path: string; row_security: string }>({
        text: `SELECT pg_catalog.current_setting('server_version_num') AS version,
           pg_catalog.current_setting('search_path') AS search_path, pg_catalog.current_setting('row_security') AS row_security`,
        ...givenUpAfter(replyTimeoutMs),
      });
      const { version = '0', search_path: path = '?', row_security: security = '?' } = rows[0] ?? {};
      if (path !== '' || security !== 'off') throw notProtected(place, path, security);
      const session = new Session(client, socket, answer, endpoint, host, database, Number(version));
      const limits = LATER_LIMITS.filter(([since]) => session.version >= since).map(([, limit]) => limit);
      if (limits.length > 0) await session.set(...limits);
      return session;
    } catch (error) {
      // A server that goes on talking, or says nothing, would not let the client end.
      answer.hangUp();
      await closed(client, socket);
      throw explainPostgres(error, place);
    }
  }

  /**
   * Runs one statement in a transaction that may not write, and takes back what it set: `$1` stands for a value. Rejects
   * with an `AgentError`.
   */
  async query<R extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<readonly R[]> {
    const { limitMs } = this;
    const asked: QueryConfig = { text: sql, values: [...values], ...ONE_STATEMENT, ...givenUpAfter(limitMs) };
    const { rows } = await this.reading(() => {
      const answer = this.client.query<R>(asked);
      return limitMs <= replyTimeoutMs ? answer : this.whileItAnswers(answer);
    });
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
      this.answer.begin();
      if (Array.isArray(row)) onRow(row);
    });
    await this.reading(() => {
      const ended = new Promise<void>((resolve, reject) => {
        query.on('error', reject);
        query.on('end', () => resolve());
        this.client.query(query);
      });
      return this.whileItAnswers(ended);
    });
  }

  /** Sets what holds for the whole session, e.g. `datestyle = 'ISO, YMD'`. */
  async set(...settings: readonly string[]): Promise<void> {
    await this.inTurn(() => this.say(settings.map((setting) => `SET SESSION ${setting}`).join('; ')));
  }

  /** How long a statement may take from now on. */
  async allow(milliseconds: number): Promise<void> {
    if (milliseconds === this.limitMs) return;
    await this.set(`statement_timeout = ${milliseconds}`);
    this.limitMs = milliseconds;
  }

  /** For how long a statement waits for a lock from now on. */
  waitForLocks(milliseconds: number): Promise<void> {
    return this.set(`lock_timeout = ${milliseconds}`);
  }

  private say(text: string): Promise<unknown> {
    return this.client.query({ text, ...givenUpAfter(replyTimeoutMs) });
  }

  /** Gives up what takes long once the server answers nobody else either. */
  private whileItAnswers<T>(work: Promise<T>): Promise<T> {
    return whileServerAnswers(this.place, work, () => this.answers());
  }

  /** Whether the server says anything to somebody who comes now. */
  private async answers(): Promise<boolean> {
    try {
      const other = await Session.open(this.endpoint, 'alive', { host: this.host, database: this.database });
      await other.close();
      return true;
    } catch (error) {
      return !(error instanceof AgentError && error.name === 'Agent.Unreachable') || hasNoConnectionLeft(error);
    }
  }

  /**
   * What runs in `ask` cannot leave this transaction: neither a function nor a second statement can end it, and a
   * transaction that has read cannot be made one that writes.
   *
   * @see https://www.postgresql.org/docs/current/sql-set-transaction.html
   */
  private reading<T>(ask: () => Promise<T>): Promise<T> {
    return this.inTurn(async () => {
      this.answer.begin();
      await this.say('BEGIN READ ONLY');
      const answered = await ask();
      await this.say('ROLLBACK');
      return answered;
    });
  }

  /** One after the other: what one verb asks at once must not fall into the transaction of another statement. */
  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work).catch(async (error: unknown) => {
      throw await this.explained(error);
    });
    this.turn = mine.then(
      () => undefined,
      () => undefined,
    );
    return mine;
  }

  private async explained(error: unknown): Promise<AgentError> {
    const explained = explainPostgres(error, this.place);
    if (stateOf(error) === undefined) {
      // It is not the server that says so: nothing comes from it any more, nor would the answer to a farewell.
      this.socket.destroy();
      return explained;
    }
    // A transaction that failed takes no statement but this one; a lost connection takes none.
    await this.say('ROLLBACK').catch(() => undefined);
    return stateOf(error) === LOCK_NOT_AVAILABLE ? heldLock(this.client, this.place, error) : explained;
  }

  close(): Promise<void> {
    return closed(this.client, this.socket);
  }
}

/** Where a side answers: at its writer and, where it has one, at its reader. */
export function hostsOf({ host, readerHost }: ResolvedDatabase): readonly string[] {
  return readerHost === undefined || readerHost === host ? [host] : [host, readerHost];
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

/** The databases of applications, by name: neither templates nor RDS's own. */
export async function databasesOf(session: Session): Promise<readonly string[]> {
  const rows = await session.query<{ name: string }>(
    "SELECT datname AS name FROM pg_database WHERE datallowconn AND NOT datistemplate AND datname <> 'rdsadmin' ORDER BY datname",
  );
  return rows.map(({ name }) => name);
}

function givenUpAfter(limitMs: number): object {
  return { query_timeout: limitMs + clientGraceMs };
}

/** A connection that is lost has nothing left to end, and a server that hangs says no goodbye. */
async function closed(client: Client, socket: Socket): Promise<void> {
  const goodbye = new AbortController();
  const end = client.end().catch(() => undefined);
  await Promise.race([end, sleep(goodbyeMs, undefined, { signal: goodbye.signal }).catch(() => undefined)]);
  goodbye.abort();
  socket.destroy();
}

function notProtected(place: string, path: string, security: string): AgentError {
  return new AgentError(
    'Agent.BadRequest',
    `${place} runs the agent's session with search_path '${path}' and row_security ${security}, and was asked for '' and off. A proxy between them drops the options of a connection: state the database's own endpoint.`,
  );
}
