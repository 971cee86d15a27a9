import type { Outcome } from '../../client/outcome';
import type { Reporting } from '../../client/reporter';
import type { Client } from '../../client/staff';
import { nowMs } from '../../clock';
import type { Random } from '../../random';
import type { SqlKind, SqlReport } from '../protocol';
import type { SqlConnection, Work } from './sql-connection';

/** What every client works with. */
export interface Workplace {
  /** Unique over all clients there ever are. */
  readonly name: string;
  readonly reporter: Reporting<SqlReport>;
  readonly random: Random;
}

/** What was committed, and when; without `ackedMs`, COMMIT was not answered. */
export interface Commit<T> {
  readonly value: T;
  readonly times: {
    readonly sentMs: number;
    readonly ackedMs?: number;
    readonly failedMs?: number;
    readonly server: string;
  };
}

/** A client that writes: one transaction at a time, each counted. */
export abstract class SqlClient implements Client {
  private serial = 0;

  constructor(
    readonly kind: SqlKind,
    protected readonly at: Workplace,
    private readonly connection: SqlConnection,
  ) {}

  abstract turn(): Promise<void>;

  /** A value nobody else writes, ever. */
  protected nextId(): string {
    return `${this.at.name}.${++this.serial}`;
  }

  /** @returns undefined where nothing can have been committed */
  protected async transact<T>(work: (work: Work) => Promise<T>): Promise<Commit<T> | undefined> {
    const startedMs = nowMs();
    const { outcome, partial } = await this.connection.transact(work);
    this.count(startedMs, outcome);
    if (outcome.state === 'done') {
      const { value, sentMs, ackedMs } = outcome;
      return { value: value.value, times: { sentMs, ackedMs, server: value.server } };
    }
    if (outcome.state !== 'unknown' || partial === undefined) return undefined;
    const { sentMs, failedMs } = outcome;
    return { value: partial.value, times: { sentMs, failedMs, server: partial.server } };
  }

  protected count(startedMs: number, outcome: Outcome<unknown>): void {
    this.at.reporter.count(this.kind, startedMs, outcome);
  }

  protected report(report: SqlReport): void {
    this.at.reporter.report(report);
  }
}
