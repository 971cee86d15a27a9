import Redis, { ReplyError } from 'ioredis';
import type { Resolver } from '../../../network/resolver';
import { KeptConnection, type Verdict, within } from '../../client/kept-connection';
import type { Random } from '../../random';
import type { CacheProcessSettings } from '../cache-protocol';
import { boundConnector } from './bound-connector';

/** Answers that mean "not here": a client of a replaced primary connects again. */
const ELSEWHERE = /^(READONLY|LOADING|MASTERDOWN|MOVED|CLUSTERDOWN|EXECABORT)/;

/** A connection to a cache, with one of its logical databases selected. */
export class Connection extends KeptConnection<Redis> {
  constructor(
    protected override readonly settings: CacheProcessSettings,
    private readonly database: number,
    resolver: Resolver,
    random: Random,
  ) {
    super(settings.recordName, settings, resolver, random);
  }

  protected override async open(address: string, target: string): Promise<Redis> {
    const { timing, credentials, clientName, port, localAddress, tls } = this.settings;
    const secured = tls && { ca: tls.authority, servername: tls.serverName ?? target };
    const redis = new Redis({
      Connector: boundConnector({
        host: address,
        port,
        ...(localAddress && { localAddress }),
        ...(secured && { tls: secured }),
      }),
      ...credentials,
      db: this.database,
      connectionName: clientName,
      disableClientInfo: true,
      // Servers older than 6.0 know no HELLO.
      protocol: 2,
      lazyConnect: true,
      enableReadyCheck: false,
      enableOfflineQueue: false,
      connectTimeout: timing.connectTimeoutMs,
      retryStrategy: () => null,
    });
    // The promise in hand only says that the connection is closed; this says why.
    let cause: Error | undefined;
    redis.on('error', (error: Error) => {
      cause ??= error;
    });
    try {
      await within(
        redis.connect().then(() => redis.ping()),
        timing.connectTimeoutMs,
      );
      return redis;
    } catch (error) {
      redis.disconnect();
      throw cause ?? error;
    }
  }

  protected override close(redis: Redis): void {
    redis.disconnect();
  }

  protected override async closed(redis: Redis): Promise<void> {
    // It may have broken since it answered; then `end` has been and gone.
    if (redis.status !== 'end') await new Promise<void>((resolve) => redis.once('end', resolve));
  }

  protected override judge(error: unknown): Verdict {
    const reason = reasonOf(error);
    if (error instanceof ReplyError) return { state: 'refused', reason, over: ELSEWHERE.test(reason) };
    return { state: 'unknown', reason, over: true };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ReplyError) return error.message.split(/[\s:]/, 1)[0] ?? 'error';
  const { code } = error as NodeJS.ErrnoException;
  return code ?? (error.name === 'Error' ? error.message.replace(/[.\s]+$/, '') : error.name);
}
