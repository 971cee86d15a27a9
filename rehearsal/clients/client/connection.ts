import Redis, { ReplyError } from 'ioredis';
import type { Resolver } from '../../network/resolver';
import { nowMs, sleep } from '../clock';
import type { ProcessSettings } from '../protocol';
import type { Random } from '../random';
import { boundConnector } from './bound-connector';
import type { Outcome } from './outcome';

/** Answers that mean "not here": a client of a replaced primary connects anew. */
const ELSEWHERE = /^(READONLY|LOADING|MASTERDOWN|MOVED|CLUSTERDOWN|EXECABORT)/;

/**
 * One connection of a pool: it is kept until it breaks; then the name is resolved again (from the cache while its TTL
 * runs) and a new one is made, with growing pauses in between. A command that is not answered in time breaks it, as
 * what comes later cannot be told from the next command's answer by most clients.
 */
export class Connection {
  private redis?: Redis;
  private server = '';
  private stopped = false;
  private waiting: (() => void)[] = [];
  private lastFailure = 'not connected yet';

  constructor(
    private readonly settings: ProcessSettings,
    private readonly database: number,
    private readonly resolver: Resolver,
    private readonly random: Random,
  ) {}

  /** Connects, and connects again, until `stop`. */
  async keep(): Promise<void> {
    const [first, highest] = this.settings.timing.backoffMs;
    let pause = first;
    while (!this.stopped) {
      const redis = await this.attempt();
      if (redis) {
        pause = first;
        await this.use(redis);
      }
      if (this.stopped) return;
      // Clients that lost a server together must not come back together.
      await sleep(pause * (0.5 + this.random.next()));
      pause = Math.min(pause * 2, highest);
    }
  }

  stop(): void {
    this.stopped = true;
    this.redis?.disconnect();
    for (const wake of this.waiting.splice(0)) wake();
  }

  /** Whether it can be used at once. */
  get connected(): boolean {
    return this.redis !== undefined;
  }

  /** Sends one command, or several that belong together; waits for a connection as long as for an answer. */
  async run<T>(
    send: (redis: Redis) => Promise<T>,
    timeoutMs = this.settings.timing.commandTimeoutMs,
  ): Promise<Outcome<T>> {
    const redis = await this.ready(timeoutMs);
    if (!redis) return { state: 'unsent', reason: this.lastFailure };
    const server = this.server;
    const sentMs = nowMs();
    try {
      const value = await within(send(redis), timeoutMs);
      return { state: 'done', value, sentMs, ackedMs: nowMs(), server };
    } catch (error) {
      const failedMs = nowMs();
      const reason = reasonOf(error);
      if (error instanceof ReplyError) {
        if (ELSEWHERE.test(reason)) redis.disconnect();
        return { state: 'refused', reason };
      }
      redis.disconnect();
      return { state: 'unknown', reason, sentMs, failedMs, server };
    }
  }

  private async ready(timeoutMs: number): Promise<Redis | undefined> {
    if (this.redis || this.stopped) return this.redis;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      timer = setTimeout(() => {
        this.waiting = this.waiting.filter((waiting) => waiting !== resolve);
        resolve();
      }, timeoutMs);
    });
    clearTimeout(timer);
    return this.redis;
  }

  /** Hands the connection out until it breaks. */
  private async use(redis: Redis): Promise<void> {
    const ended = new Promise<void>((resolve) => redis.once('end', resolve));
    if (this.stopped) redis.disconnect();
    // It may have broken since it answered; then `end` has been and gone.
    if (redis.status !== 'ready') return;
    this.redis = redis;
    for (const wake of this.waiting.splice(0)) wake();
    await ended;
    this.redis = undefined;
    this.lastFailure = 'connection lost';
  }

  /** A connection that has answered once: one that is accepted and then silent is not let in. */
  private async attempt(): Promise<Redis | undefined> {
    const { timing, credentials, clientName, port, localAddress, tls } = this.settings;
    let redis: Redis | undefined;
    let cause: Error | undefined;
    try {
      const { address, target } = await this.resolver.resolve(this.settings.recordName);
      const secured = tls && { ca: tls.authority, servername: tls.serverName ?? target };
      redis = new Redis({
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
      redis.on('error', (error: Error) => {
        cause ??= error;
      });
      const connecting = redis;
      await within(
        connecting.connect().then(() => connecting.ping()),
        timing.connectTimeoutMs,
      );
      this.server = `${address}:${port}`;
      return redis;
    } catch (error) {
      redis?.disconnect();
      this.lastFailure = `cannot connect: ${reasonOf(cause ?? error)}`;
      return undefined;
    }
  }
}

class TimedOut extends Error {}

async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOut('timed out')), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    // Once it is late, nobody waits for how it ends.
    promise.catch(() => undefined);
  }
}

/** Short and the same for the same cause, so that causes can be counted; no address, no key. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof TimedOut) return 'timed out';
  if (error instanceof ReplyError) return error.message.split(/[\s:]/, 1)[0] ?? 'error';
  const { code } = error as NodeJS.ErrnoException;
  return code ?? (error.name === 'Error' ? error.message.replace(/[.\s]+$/, '') : error.name);
}
