import type { Outcome } from '../../client/outcome';
import type { Reporting } from '../../client/reporter';
import type { Client } from '../../client/staff';
import { nowMs } from '../../clock';
import type { Random } from '../../random';
import type { MemcachedReport } from '../memcached-protocol';
import type { Connection } from './connection';
import type { Link } from './link';

/** Of each page, so that clients write all the while. */
export const TTL_SECONDS = [2, 30] as const;

export function pageKey(page: number): string {
  return `page:${page}`;
}

export function pageOf(page: number): string {
  return `content-${page}|${'p'.repeat(200)}`;
}

export interface PageWorkplace {
  readonly connection: Connection;
  readonly reporter: Reporting<MemcachedReport>;
  readonly random: Random;
  readonly pages: number;
}

/** An application that keeps rendered pages: what is not there is rendered, and kept for some seconds. */
export class PageClient implements Client {
  readonly kind = 'page';

  constructor(private readonly at: PageWorkplace) {}

  async turn(): Promise<void> {
    const { connection, random, pages } = this.at;
    await connection.renewIfOld();
    const page = random.integer(pages);
    const read = await this.run((link) => link.get(pageKey(page)));
    if (read.state !== 'done') return;
    this.report('read', read, read.value !== null);
    if (read.value !== null) return;
    const ttlSeconds = Math.round(random.between(...TTL_SECONDS));
    const write = await this.run((link) => link.set(pageKey(page), pageOf(page), ttlSeconds));
    if (write.state === 'done') this.report('write', write);
  }

  private report(
    type: MemcachedReport['type'],
    { sentMs, ackedMs, server }: { readonly sentMs: number; readonly ackedMs: number; readonly server: string },
    hit?: boolean,
  ): void {
    this.at.reporter.report({ type, ...(hit !== undefined && { hit }), sentMs, ackedMs, server });
  }

  private async run<T>(send: (link: Link) => Promise<T>): Promise<Outcome<T>> {
    const startedMs = nowMs();
    const outcome = await this.at.connection.run(send);
    this.at.reporter.count(this.kind, startedMs, outcome);
    return outcome;
  }
}
