import type Redis from 'ioredis';
import type { Outcome } from '../../client/outcome';
import type { Reporting } from '../../client/reporter';
import { nowMs } from '../../clock';
import type { Random } from '../../random';
import type { Kind, Report } from '../cache-protocol';
import type { Connection } from './connection';

/** What every client works with. */
export interface Workplace {
  /** Unique over all clients there ever are. */
  readonly name: string;
  readonly connection: Connection;
  readonly reporter: Reporting<Report>;
  readonly random: Random;
}

/** One client: a user, a worker. It does one thing at a time. */
export abstract class LoadClient {
  private serial = 0;

  constructor(
    readonly kind: Kind,
    protected readonly at: Workplace,
  ) {}

  /** One turn of its work; it leaves nothing behind that the next turn must clean up. */
  abstract turn(): Promise<void>;

  /** A value nobody else writes, ever. */
  protected nextId(): string {
    return `${this.at.name}.${++this.serial}`;
  }

  /** Runs a command and counts it. */
  protected async run<T>(send: (redis: Redis) => Promise<T>, timeoutMs?: number): Promise<Outcome<T>> {
    const startedMs = nowMs();
    const outcome = await this.at.connection.run(send, timeoutMs);
    this.at.reporter.count(this.kind, startedMs, outcome);
    return outcome;
  }

  protected report(report: Report): void {
    this.at.reporter.report(report);
  }
}

/** The times and the server of an outcome, for a report; undefined where nothing can have happened. */
export function timesOf(
  outcome: Outcome<unknown>,
): { sentMs: number; ackedMs?: number; failedMs?: number; server: string } | undefined {
  if (outcome.state === 'done') return { sentMs: outcome.sentMs, ackedMs: outcome.ackedMs, server: outcome.server };
  if (outcome.state === 'unknown')
    return { sentMs: outcome.sentMs, failedMs: outcome.failedMs, server: outcome.server };
  return undefined;
}
