import Redis from 'ioredis';
import type { Credentials, Tls } from '../../protocol';
import { boundConnector } from '../client/bound-connector';

/** Where and how a cache is reached. */
export interface CacheAddress {
  readonly host: string;
  readonly port: number;
  readonly credentials?: Credentials;
  readonly tls?: Tls;
}

/**
 * One connection, made once: what breaks it is the caller's to know.
 *
 * @throws saying why it cannot be made
 */
export async function openCache({ host, port, credentials, tls }: CacheAddress): Promise<Redis> {
  const secured = tls && { ca: tls.authority, servername: tls.serverName ?? host };
  const redis = new Redis({
    Connector: boundConnector({ host, port, ...(secured && { tls: secured }) }),
    ...credentials,
    // Servers older than 6.0 know no HELLO.
    protocol: 2,
    disableClientInfo: true,
    lazyConnect: true,
    retryStrategy: () => null,
  });
  // A rejected command only says that the connection is closed; this says why.
  let cause: Error | undefined;
  redis.on('error', (error: Error) => {
    cause ??= error;
  });
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    throw new Error(`Cannot connect to the cache at ${host}:${port}: ${(cause ?? (error as Error)).message}.`);
  }
  return redis;
}
