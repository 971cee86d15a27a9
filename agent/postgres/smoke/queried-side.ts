import type { Side } from '../../../contract/common';
import type { SmokeQuery } from '../../../contract/database';
import { AgentError } from '../../errors';
import type { ResolvedDatabase } from '../../sql/databases';
import { type Answer, AnswerDigest, failed } from '../../sql/smoke/answer';
import type { QueriedOptions } from '../../sql/smoke/queried';
import { hasPlan } from '../../sql/smoke/read-only-statement';
import { stateOf, wasEnded } from '../explain';
import { Session } from '../session';
import { planSteps } from './plan';

/** A query that clients wait for ends long before. */
const TIME_LIMIT_MS = 60_000;

/** A side as its readers' clients ask it: by the reader's endpoint, where it has one. */
export class QueriedSide {
  private readonly limitMs: number;
  private readonly called: string;

  constructor(
    private readonly side: Side,
    private readonly endpoint: ResolvedDatabase,
    { limitSeconds, called = 'smoke query' }: QueriedOptions = {},
  ) {
    this.limitMs = limitSeconds === undefined ? TIME_LIMIT_MS : Math.ceil(limitSeconds * 1000);
    this.called = called;
  }

  /** Runs a query as `ask` does, for who wants its rows. Gives the error's SQLSTATE where the server refused it. */
  async read(query: SmokeQuery, onRow: (row: readonly (string | null)[]) => void): Promise<string | undefined> {
    const session = await this.open(query);
    if (typeof session === 'string') return session;
    try {
      const refused = await this.attempt(query, () => session.stream(query.sql, onRow));
      return typeof refused === 'string' ? refused : undefined;
    } finally {
      await session.close();
    }
  }

  /**
   * Runs a query in a transaction that may not write. A query that the server refuses, or does not end, is an answer
   * too; a server that is gone is not.
   */
  async ask(query: SmokeQuery): Promise<Answer> {
    const opened = await this.open(query);
    if (typeof opened === 'string') return failed(opened, 0);
    try {
      const began = performance.now();
      const plan = hasPlan(query) ? await this.attempt(query, () => explained(opened, query.sql)) : undefined;
      if (typeof plan === 'string') return failed(plan, performance.now() - began);
      const asked = performance.now();
      const rows = await this.attempt(query, () => digest(opened, query.sql));
      const milliseconds = Math.round(performance.now() - asked);
      const steps = plan === undefined ? {} : { plan };
      return typeof rows === 'string'
        ? { ...failed(rows, milliseconds), ...steps }
        : { ...rows.result(), milliseconds, ...steps };
    } finally {
      await opened.close();
    }
  }

  private async open(query: SmokeQuery): Promise<Session | string> {
    const host = this.endpoint.readerHost ?? this.endpoint.host;
    const opened = await this.attempt(query, () =>
      Session.open(this.endpoint, 'smoke', { host, database: query.database }),
    );
    if (typeof opened === 'string') return opened;
    try {
      await opened.allow(this.limitMs);
      await opened.set("timezone = 'UTC'");
      return opened;
    } catch (error) {
      await opened.close();
      throw error;
    }
  }

  /** Gives the error's SQLSTATE where the server refused, and rejects where it is gone. */
  private async attempt<T>({ name }: SmokeQuery, work: () => Promise<T>): Promise<T | string> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AgentError)) throw error;
      if (error.name !== 'Agent.Unreachable' || wasEnded(error)) return `SQLSTATE ${stateOf(error) ?? 'unknown'}`;
      throw new AgentError(
        'Agent.Unreachable',
        `${this.side} was lost at the ${this.called} "${name}": ${error.message} If the engine died on it, keep clients off ${this.side}, and read its error log.`,
        { cause: error },
      );
    }
  }
}

async function explained(session: Session, sql: string) {
  const row = await session.row<{ 'QUERY PLAN': string }>(`EXPLAIN (FORMAT JSON) ${sql}`);
  return planSteps(row?.['QUERY PLAN'] ?? '[]');
}

/** Row by row: an answer may be larger than memory. */
async function digest(session: Session, sql: string): Promise<AnswerDigest> {
  const answer = new AnswerDigest();
  await session.stream(sql, (row) => answer.add(row));
  return answer;
}
