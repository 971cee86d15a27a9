import { setTimeout } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { Relay, type RelayOptions } from '../../../../../agent/redis/relay/relay';
import type { Side } from '../../../../../contract/common';
import type { EngineName } from '../../../../../rehearsal/engines/engine';
import type { Server } from '../../../../../rehearsal/engines/redis/server';
import type { ServerOptions, ServerTls } from '../../../../../rehearsal/engines/redis/server-configuration';
import { certificateFor } from '../../../certificate';
import { endpointOf, Stage } from '../../stage';
import { RawClient } from './raw-client';

export interface RelayedOptions {
  readonly blue?: readonly [EngineName, string];
  readonly green?: readonly [EngineName, string];
  readonly servers?: ServerOptions;
  readonly relay?: Partial<RelayOptions>;
  /** Clients connect to the relay by TLS, and it to the servers. */
  readonly tls?: boolean;
}

/** Two real servers, a relay before them, and clients of the relay. */
export class Relayed {
  private readonly clients: RawClient[] = [];

  private constructor(
    readonly stage: Stage,
    readonly servers: Readonly<Record<Side, Server>>,
    /** An operator's direct connection to each side. */
    readonly direct: Readonly<Record<Side, Redis>>,
    readonly relay: Relay,
    readonly log: string[],
    private readonly tls: ServerTls | undefined,
  ) {}

  static async start({
    blue = ['redis', '6.0'],
    green = ['valkey', '8.1'],
    servers = {},
    relay = {},
    tls: isEncrypted = false,
  }: RelayedOptions = {}) {
    const stage = new Stage();
    const tls = isEncrypted ? await certificateFor('cache.internal.example') : undefined;
    const options = { ...servers, ...(tls && { tls }) };
    const sides = { blue: await stage.server(...blue, options), green: await stage.server(...green, options) };
    const password = servers.password === undefined ? {} : { password: servers.password };
    const user = { ...password, ...(tls && { tls: { ca: tls.authority } }) };
    const direct = { blue: await stage.user(sides.blue, user), green: await stage.user(sides.green, user) };
    const endpoint = { ...password, ...(tls && { tls: true, ca: tls.authority }) };
    const log: string[] = [];
    const write = (event: string, fields?: object) => log.push(`${event} ${JSON.stringify(fields ?? {})}`);
    const opened = await Relay.open({
      listen: { host: '127.0.0.1', port: 0 },
      sides: { blue: endpointOf(sides.blue, endpoint), green: endpointOf(sides.green, endpoint) },
      serving: 'blue',
      recordName: 'cache.internal.example',
      ...(tls && { certificate: { chain: tls.certificate, privateKey: tls.key } }),
      logger: { info: write, warn: write },
      ...relay,
    });
    return new Relayed(stage, sides, direct, opened, log, tls);
  }

  client(): Promise<RawClient> {
    return this.clientOf(this.relay.port);
  }

  /** A client of the relay, or of a server itself. */
  async clientOf(port: number): Promise<RawClient> {
    const client = await RawClient.connect(port, this.tls?.authority);
    this.clients.push(client);
    return client;
  }

  /** The switch, with the data of the side before made that of the other one in the middle. */
  async switchTo(side: Side, withData = true): Promise<void> {
    const signal = AbortSignal.timeout(10_000);
    await this.relay.warm(side, signal);
    await this.relay.hold(signal);
    if (withData) await this.copy(side);
    await this.relay.prepare(side, signal);
    await this.relay.release(side);
  }

  /** Makes the data of a side that of the other one. */
  async copy(to: Side): Promise<void> {
    const [source, target] =
      to === 'green' ? [this.direct.blue, this.direct.green] : [this.direct.green, this.direct.blue];
    await target.flushall();
    for (const database of [0, 1, 2, 3]) {
      await source.select(database);
      await target.select(database);
      for (const key of await source.keys('*')) {
        const [type, ttl] = [await source.type(key), Math.max(0, await source.pttl(key))];
        await (COPY[type] ?? unknownType)(source, target, key);
        if (ttl > 0) await target.pexpire(key, ttl);
      }
    }
    await source.select(0);
    await target.select(0);
  }

  /** Connections of each server's clients that have the relay for their peer, beside its own. */
  async connections(side: Side): Promise<number> {
    const list = String(await this.direct[side].call('CLIENT', 'LIST'));
    const own = this.relay.upstreams(side);
    return list.split('\n').filter((line) => own.has(/addr=(\S+)/.exec(line)?.[1] ?? '')).length;
  }

  /** Resolves once all clients have gone and no connection of theirs is left on either side; a leak ends by the test's time-out. */
  async nothingLeft(): Promise<void> {
    for (;;) {
      const lists = [await this.direct.blue.call('CLIENT', 'LIST'), await this.direct.green.call('CLIENT', 'LIST')];
      const theirs = lists
        .flatMap((list) => String(list).trim().split('\n'))
        .filter((line) => !/cmd=client|name=cdk-cutover-agent/.test(line));
      if (theirs.length === 0 && this.relay.status().clients === 0) return;
      await setTimeout(10);
    }
  }

  async end(): Promise<void> {
    for (const client of this.clients) client.close();
    await this.relay.close();
    await this.stage.end();
  }
}

/** By type and not by DUMP, whose format an older side does not read. */
const COPY: Readonly<Record<string, (source: Redis, target: Redis, key: string) => Promise<unknown>>> = {
  string: async (source, target, key) => target.set(key, (await source.getBuffer(key)) ?? ''),
  list: async (source, target, key) => target.rpush(key, ...(await source.lrange(key, 0, -1))),
  set: async (source, target, key) => target.sadd(key, ...(await source.smembers(key))),
  hash: async (source, target, key) => target.hset(key, await source.hgetall(key)),
  zset: async (source, target, key) => {
    const flat = (await source.call('ZRANGE', key, '0', '-1', 'WITHSCORES')) as string[];
    const pairs = flat.flatMap((member, i) => (i % 2 === 0 ? [flat[i + 1] ?? '0', member] : []));
    return target.zadd(key, ...pairs);
  },
  stream: async (source, target, key) => {
    for (const [id, fields] of await source.xrange(key, '-', '+')) await target.xadd(key, id, ...fields);
    const groups = (await source.xinfo('GROUPS', key)) as string[][];
    for (const group of groups) await target.xgroup('CREATE', key, group[1] ?? '', group[7] ?? '0');
  },
};

async function unknownType(_source: Redis, _target: Redis, key: string): Promise<never> {
  throw new Error(`The test does not know how to copy ${key}.`);
}
