import { type Connection, createConnection } from 'mysql2';
import type { Side } from '../../../contract/common';
import type { SmokeQuery } from '../../../contract/database';
import { AnswerLimit } from '../../answer-limit';
import { AgentError } from '../../errors';
import type { ResolvedDatabase } from '../../sql/databases';
import { type Answer, AnswerDigest, failed, type PlanStep } from '../../sql/smoke/answer';
import type { QueriedOptions } from '../../sql/smoke/queried';
import { hasPlan } from '../../sql/smoke/read-only-statement';
import { codeOf, explainMysql } from '../explain';
import { text } from '../result-row';
import { optionsOf, Session } from '../session';
import { identifier } from '../verification/quoting';

/** A query that clients wait for ends long before. */
const TIME_LIMIT_SECONDS = 60;
/** The server's own limit comes first. */
const CLIENT_GRACE_SECONDS = 15;
const REPLY_MS = 15_000;
/** A table that somebody has locked for longer is an answer, and the other side's is another. */
const LOCK_SECONDS = 5;

interface Opened {
  readonly connection: Connection;
  readonly answer: AnswerLimit;
}

/** A side as its readers' clients ask it: by the reader's endpoint, where it has one. */
export class QueriedSide {
  private constructor(
    readonly side: Side,
    private readonly endpoint: ResolvedDatabase,
    private readonly where: string,
    private readonly mariadb: boolean,
    private readonly limitSeconds: number,
    private readonly called: string,
  ) {}

  static async open(
    side: Side,
    endpoint: ResolvedDatabase,
    { limitSeconds = TIME_LIMIT_SECONDS, called = 'smoke query' }: QueriedOptions = {},
  ): Promise<QueriedSide> {
    const host = endpoint.readerHost ?? endpoint.host;
    const session = await Session.open(endpoint, 'smoke', host);
    session.close();
    const { where, dialect } = session;
    return new QueriedSide(side, { ...endpoint, host }, where, dialect.mariadb, limitSeconds, called);
  }

  /**
   * Runs a query as `ask` does, for who wants its rows. Gives the name of the error where the server refused it, or did not
   * end it.
   */
  async read(
    query: SmokeQuery,
    onRow: (row: readonly (string | null)[]) => void,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const opened = await this.connect(query);
    const { connection } = opened;
    const hangUp = () => connection.destroy();
    signal.addEventListener('abort', hangUp);
    try {
      const failure = await this.prepare(connection, query);
      if (failure !== undefined) return failure;
      const refused = await this.attempt(query, () => this.stream(opened, query.sql, (row) => onRow(row.map(utf8))));
      return typeof refused === 'string' ? refused : undefined;
    } finally {
      signal.removeEventListener('abort', hangUp);
      connection.destroy();
    }
  }

  /**
   * Runs a query in a transaction that may not write. A query that the server refuses, or does not end, is an answer
   * too; a server that is gone is not.
   */
  async ask(query: SmokeQuery): Promise<Answer> {
    const opened = await this.connect(query);
    const { connection } = opened;
    try {
      const began = performance.now();
      const failure = await this.prepare(connection, query);
      if (failure !== undefined) return failed(failure, performance.now() - began);
      const plan = hasPlan(query) ? await this.plan(connection, query) : undefined;
      const asked = performance.now();
      const rows = await this.rows(opened, query);
      const milliseconds = performance.now() - asked;
      const steps = plan === undefined ? {} : { plan };
      return typeof rows === 'string'
        ? { ...failed(rows, milliseconds), ...steps }
        : { ...rows.result(), milliseconds: Math.round(milliseconds), ...steps };
    } finally {
      connection.destroy();
    }
  }

  private async connect({ name }: SmokeQuery): Promise<Opened> {
    try {
      const answer = new AnswerLimit();
      const connection = createConnection(optionsOf(this.endpoint, 'smoke', this.endpoint.host, answer));
      // Reported by whichever query runs into it; without a listener it would end the process.
      connection.on('error', () => undefined);
      await connection.promise().connect();
      answer.begin();
      return { connection, answer };
    } catch (error) {
      throw this.explained(error, `before the ${this.called} "${name}" could be asked`);
    }
  }

  private async prepare(connection: Connection, query: SmokeQuery): Promise<string | undefined> {
    const limit = this.mariadb
      ? `max_statement_time = ${this.limitSeconds}`
      : `max_execution_time = ${Math.ceil(this.limitSeconds * 1000)}`;
    for (const statement of [
      `SET SESSION time_zone = '+00:00', SESSION lock_wait_timeout = ${LOCK_SECONDS}, SESSION ${limit}`,
      `USE ${identifier(query.database)}`,
      'START TRANSACTION READ ONLY',
    ]) {
      const failure = await this.attempt(query, () =>
        connection.promise().query({ sql: statement, timeout: REPLY_MS }),
      );
      if (typeof failure === 'string') return failure;
    }
    return undefined;
  }

  private async plan(connection: Connection, query: SmokeQuery): Promise<readonly PlanStep[] | undefined> {
    const explain = this.mariadb ? 'EXPLAIN' : 'EXPLAIN FORMAT=TRADITIONAL';
    const answer = await this.attempt(query, () =>
      connection.promise().query({ sql: `${explain} ${query.sql}`, timeout: this.clientLimitMs }),
    );
    if (typeof answer === 'string') return undefined;
    const [rows] = answer;
    if (!Array.isArray(rows)) return undefined;
    return rows.map((row) => {
      const step = Object.fromEntries(Object.entries(row));
      return { table: text(step, 'table'), access: text(step, 'type'), key: text(step, 'key') };
    });
  }

  private async rows(opened: Opened, query: SmokeQuery): Promise<AnswerDigest | string> {
    const digest = new AnswerDigest();
    const failure = await this.attempt(query, () => this.stream(opened, query.sql, (row) => digest.add(row)));
    return typeof failure === 'string' ? failure : digest;
  }

  /** Gives the name of the error where the server refused, and rejects where it is gone. */
  private async attempt<T>({ name }: SmokeQuery, work: () => Promise<T>): Promise<T | string> {
    try {
      return await work();
    } catch (error) {
      const explained = this.explained(error, `at the ${this.called} "${name}"`);
      if (explained.name === 'Agent.Unreachable') throw explained;
      return codeOf(error) ?? explained.message;
    }
  }

  private get clientLimitMs(): number {
    return (this.limitSeconds + CLIENT_GRACE_SECONDS) * 1000;
  }

  /** Row by row: an answer may be larger than memory. Byte by byte: both sides are asked in one character set. */
  private stream({ connection, answer }: Opened, sql: string, onRow: (row: (string | null)[]) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`did not answer within ${this.limitSeconds} s`)),
        this.clientLimitMs,
      );
      const fail = (error: unknown): void => {
        clearTimeout(timer);
        reject(error);
      };
      // A lost connection is said to it, and not to a query that is read row by row.
      connection.once('error', fail);
      const typeCast = (field: { buffer(): Buffer | null }): string | null =>
        field.buffer()?.toString('latin1') ?? null;
      const asked = connection.query({ sql, rowsAsArray: true, typeCast });
      answer.begin();
      asked.on('result', (row: unknown) => {
        answer.begin();
        if (Array.isArray(row)) onRow(row);
      });
      asked.on('error', fail);
      asked.on('end', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private explained(error: unknown, when: string): AgentError {
    const explained = explainMysql(error, this.where);
    if (explained.name !== 'Agent.Unreachable') return explained;
    return new AgentError(
      'Agent.Unreachable',
      `${this.side} was lost ${when}: ${explained.message} If the engine died on it, keep clients off ${this.side}, and read its error log.`,
      { cause: error },
    );
  }
}

const utf8 = (bytes: string | null) => (bytes === null ? null : Buffer.from(bytes, 'latin1').toString('utf8'));
