import type { ResultSetHeader } from 'mysql2/promise';
import { KeptConnection, type Verdict } from '../../client/kept-connection';
import type { Outcome } from '../../client/outcome';
import type { SqlProcessSettings } from '../protocol';
import { type Link, openLink, row } from './link';

/** Server errors after which a client connects anew, as a pool does whose server was demoted (MySQL error reference). */
const ELSEWHERE = new Set([
  1053, // ER_SERVER_SHUTDOWN
  1290, // ER_OPTION_PREVENTS_STATEMENT: --read-only
  1836, // ER_READ_ONLY_MODE
  1927, // ER_CONNECTION_KILLED (MariaDB)
  3169, // ER_SESSION_WAS_KILLED (MySQL)
]);

/** COMMIT came back with an error: whether it took effect is not known. */
class CommitFailed extends Error {}

/** What a transaction does before its COMMIT. */
export interface Work {
  row<T>(sql: string, values?: readonly unknown[]): Promise<T | undefined>;
  /** @returns rows matched, and the key the server made */
  change(sql: string, values?: readonly unknown[]): Promise<{ readonly rows: number; readonly key: number }>;
}

/** What a transaction did, and the `@@server_id` of who did it. */
export interface Done<T> {
  readonly value: T;
  readonly server: string;
}

/** A connection to a database. */
export class SqlConnection extends KeptConnection<Link> {
  declare protected readonly settings: SqlProcessSettings;

  /**
   * Runs a transaction.
   *
   * `unknown` is only what was lost at COMMIT: a connection that ends before takes its transaction along. What the work
   * gave until then is in `partial`, so that it is known what may stand.
   */
  async transact<T>(work: (work: Work) => Promise<T>): Promise<{ outcome: Outcome<Done<T>>; partial?: Done<T> }> {
    let partial: Done<T> | undefined;
    const outcome = await this.run(async (link) => {
      try {
        const identity = await row<{ id: number }>(link, 'SELECT @@server_id AS id');
        const value = await work(workOn(link));
        const done = { value, server: String(identity?.id) };
        partial = done;
        await link.mysql.query('COMMIT').catch((error: unknown) => {
          throw new CommitFailed(this.judge(error).reason);
        });
        return done;
      } catch (error) {
        if (partial === undefined && this.judge(error).state === 'refused') await link.mysql.query('ROLLBACK');
        throw error;
      }
    });
    // The closed connection lets nothing through any more: without COMMIT sent, none will be.
    if (outcome.state === 'unknown' && partial === undefined) {
      return { outcome: { state: 'refused', reason: outcome.reason } };
    }
    return partial === undefined ? { outcome } : { outcome, partial };
  }

  protected override open(address: string, target: string): Promise<Link> {
    return openLink(this.settings, address, target);
  }

  protected override close({ socket }: Link): void {
    socket.destroy();
  }

  protected override async closed({ socket }: Link): Promise<void> {
    if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  }

  protected override judge(error: unknown): Verdict {
    return verdictOn(error);
  }
}

/** @param error - of mysql2, whose server errors carry an SQL state, and whose network errors none */
export function verdictOn(error: unknown): Verdict {
  if (error instanceof CommitFailed) return { state: 'unknown', reason: `COMMIT: ${error.message}`, over: true };
  if (!(error instanceof Error)) return { state: 'unknown', reason: String(error), over: true };
  const { errno = 0, sqlState, code } = error as { errno?: number; sqlState?: string; code?: string };
  const reason = code ?? error.message.replace(/[.\s]+$/, '');
  return sqlState === undefined
    ? { state: 'unknown', reason, over: true }
    : { state: 'refused', reason, over: ELSEWHERE.has(errno) };
}

function workOn(link: Link): Work {
  return {
    row: (sql, values) => row(link, sql, values),
    change: async (sql, values = []) => {
      const [result] = await link.mysql.query<ResultSetHeader>(sql, [...values]);
      return { rows: result.affectedRows, key: result.insertId };
    },
  };
}
