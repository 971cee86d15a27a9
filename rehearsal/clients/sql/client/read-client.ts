import type { Outcome } from '../../client/outcome';
import type { Client } from '../../client/staff';
import { nowMs } from '../../clock';
import { ACCOUNTS, CUSTOMERS, REPORT_QUERY } from '../data/tables';
import type { Link } from './link';
import type { Workplace } from './sql-client';

/** So many pages are the report: it reads much, and is the kind of query that small copies never show to be bad. */
const REPORT_SHARE = 0.05;

/** Runs one query and says who answered, in whatever way it connects. */
export abstract class ReadClient implements Client {
  readonly kind = 'read';

  constructor(protected readonly at: Workplace) {}

  async turn(): Promise<void> {
    const startedMs = nowMs();
    const outcome = await this.read((link) => this.query(link));
    this.at.reporter.count(this.kind, startedMs, outcome);
    const answered = outcome.state === 'done';
    const server = answered ? outcome.value : this.asked();
    this.at.reporter.report({ type: 'read', atMs: nowMs(), answered, server });
  }

  protected abstract read(query: (link: Link) => Promise<string>): Promise<Outcome<string>>;
  /** `host:port` of who was asked last. */
  protected abstract asked(): string;

  /** @returns the identity of the server */
  private async query(link: Link): Promise<string> {
    const { random } = this.at;
    const server = await link.begin();
    if (random.chance(REPORT_SHARE)) await link.row(REPORT_QUERY);
    else if (random.chance(0.5)) {
      await link.row('SELECT balance FROM accounts WHERE id = ?', [random.between(1, ACCOUNTS)]);
    } else {
      await link.row('SELECT COUNT(*), SUM(seconds) FROM visits WHERE customer = ?', [random.between(1, CUSTOMERS)]);
    }
    // Without it, the next query would see the data of the first one's time.
    await link.commit();
    return server;
  }
}
