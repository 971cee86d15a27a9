import type { Log } from '../../log';

/** One who connects and is gone without a word so often does not accept the certificate. */
const SILENT = 3;
const TOLD_EVERY_MS = 10_000;
const LEFT = 'left within or after the handshake without a command, as one does that does not accept the certificate';

/** Connections by TLS that clients tried and did not get. */
export class Refusals {
  private readonly times = new Map<string, number>();
  private readonly toldAt = new Map<string, number>();

  constructor(private readonly logger: Pick<Log, 'warn'>) {}

  /** A handshake that came to nothing. Says whether TLS itself says why. */
  failed({ code = '', reason = code }: Error & { code?: string; reason?: string }, client: string): boolean {
    if (!code.startsWith('ERR_SSL_')) return false;
    const why = `${whatItMeans(code)} (${reason})`;
    this.count(why);
    this.tell(why, client);
    return true;
  }

  /** Some libraries hang up once they have seen the certificate. */
  leftUnsaid(client: string): void {
    this.count(LEFT);
    this.tell(LEFT, client);
  }

  /** Why clients are not served, and how often. */
  get counted(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.times].filter(([why, times]) => why !== LEFT || times >= SILENT));
  }

  private count(why: string): void {
    this.times.set(why, (this.times.get(why) ?? 0) + 1);
  }

  /** A client that is refused tries again at once. */
  private tell(reason: string, client: string): void {
    const now = performance.now();
    if (now - (this.toldAt.get(reason) ?? -TOLD_EVERY_MS) < TOLD_EVERY_MS) return;
    this.toldAt.set(reason, now);
    this.logger.warn('relay.client-refused', { client, reason });
  }
}

function whatItMeans(code: string): string {
  if (/WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH|RECORD_LAYER/.test(code)) return 'speaks no TLS';
  return /ALERT/.test(code) ? 'does not accept the certificate, or the handshake' : 'cannot be agreed with on TLS';
}
