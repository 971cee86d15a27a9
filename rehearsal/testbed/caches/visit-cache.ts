import Redis from 'ioredis';
import { within } from '../../clients/client/kept-connection';
import { boundConnector } from '../../clients/redis/client/bound-connector';
import type { CacheAddress } from '../../clients/redis/data/cache-address';
import type { Visit } from '../system-under-test';

const ANSWERED_WITHIN_MS = 2_000;
const SESSION_MS = 60_000;

/** Writes a session and reads it back, over a connection of its own. */
export async function visitCache(
  { address, target, port, localAddress, token }: Visit,
  { credentials, tls }: Pick<CacheAddress, 'credentials' | 'tls'>,
): Promise<void> {
  const secured = tls && { tls: { ca: tls.authority, servername: tls.serverName ?? target } };
  const redis = new Redis({
    Connector: boundConnector({ host: address, port, localAddress, ...secured }),
    ...credentials,
    disableClientInfo: true,
    // Servers older than 6.0 know no HELLO.
    protocol: 2,
    lazyConnect: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    connectTimeout: ANSWERED_WITHIN_MS,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  try {
    await within(redis.connect(), ANSWERED_WITHIN_MS);
    const key = `application:session:${token}`;
    await within(redis.set(key, token, 'PX', SESSION_MS), ANSWERED_WITHIN_MS);
    const found = await within(redis.get(key), ANSWERED_WITHIN_MS);
    if (found !== token) throw new Error('the session that was written is not there');
  } finally {
    redis.disconnect();
  }
}
