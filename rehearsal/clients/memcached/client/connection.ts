import type { Resolver } from '../../../network/resolver';
import { KeptConnection, type Verdict, within } from '../../client/kept-connection';
import { nowMs, sleep } from '../../clock';
import type { Random } from '../../random';
import type { MemcachedProcessSettings } from '../memcached-protocol';
import { Link, Refused } from './link';

/** Pools renew connections by age; those that do not would stay where they are. */
const OLDEST_MS = 5_000;

/** A connection to a cluster, renewed by age as pools do: nobody else ends it. */
export class Connection extends KeptConnection<Link> {
  private bornMs = 0;
  private readonly oldestMs: number;

  constructor(
    protected override readonly settings: MemcachedProcessSettings,
    resolver: Resolver,
    random: Random,
  ) {
    super(settings.recordName, settings, resolver, random);
    this.oldestMs = OLDEST_MS * (0.5 + random.next());
  }

  /** Between two commands. The old one is not handed out any more once this resolves. */
  async renewIfOld(): Promise<void> {
    if (!this.connected || nowMs() - this.bornMs < this.oldestMs) return;
    this.hangUp();
    while (this.connected) await sleep(1);
  }

  protected override async open(address: string): Promise<Link> {
    const { timing, port, localAddress } = this.settings;
    const where = { host: address, port, ...(localAddress && { localAddress }) };
    const link = await within(Link.open(where, timing.connectTimeoutMs), timing.connectTimeoutMs);
    this.bornMs = nowMs();
    return link;
  }

  protected override close(link: Link): void {
    link.close();
  }

  protected override closed(link: Link): Promise<void> {
    return link.closed();
  }

  protected override judge(error: unknown): Verdict {
    const reason = reasonOf(error);
    return error instanceof Refused
      ? { state: 'refused', reason, over: false }
      : { state: 'unknown', reason, over: true };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : error.message;
}
