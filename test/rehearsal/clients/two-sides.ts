import Redis from 'ioredis';
import type { GroupOptions } from '../../../rehearsal/clients/client-group';
import { CacheLoad, type CacheLoadOptions } from '../../../rehearsal/clients/redis/cache-load';
import type { Role } from '../../../rehearsal/clients/redis/cache-protocol';
import { findEngine } from '../../../rehearsal/engines/redis/find-engine';
import { type Server, startServer } from '../../../rehearsal/engines/redis/server';
import { DnsServer } from '../../../rehearsal/network/dns-server';
import { FirewalledEndpoint } from '../../../rehearsal/network/firewalled-endpoint';
import { claimLoopbackNetwork, type LoopbackNetwork } from '../../../rehearsal/network/loopback-network';
import type { Zone } from '../../../rehearsal/network/zone';
import { AllowList } from '../network/allow-list';

export type Side = 'blue' | 'green';
/** What the load's clients lock, and in which logical database. */
const LOCKS = { database: 2, keys: [0, 1, 2, 3].map((index) => `load:lock:${index}`) };
const RECORD = 'sessions.internal.example';

/** Two servers behind firewalls on one port, and a record that says which of them serves. Green follows blue. */
export class TwoSides {
  readonly rules = { blue: new AllowList(), green: new AllowList() };
  private readonly admins: Redis[] = [];
  private loads: CacheLoad[] = [];
  private serving: Side = 'blue';

  private constructor(
    readonly network: LoopbackNetwork,
    readonly servers: Readonly<Record<Side, Server>>,
  ) {}

  private endpoints?: Readonly<Record<Side, FirewalledEndpoint>>;
  private dns?: DnsServer;

  static async start(): Promise<TwoSides> {
    const engine = await findEngine('redis', '7.0');
    const network = await claimLoopbackNetwork();
    const blue = await startServer(engine);
    const green = await startServer(engine, { replicaOf: blue });
    const sides = new TwoSides(network, { blue, green });
    await sides.connect();
    return sides;
  }

  private async connect(): Promise<void> {
    const endpoint = (side: Side, host: number) => {
      this.rules[side].authorize({ cidr: this.network.cidr });
      const listen = { host: this.network.address(host), port: 6379 };
      return FirewalledEndpoint.start({ name: side, listen, target: this.servers[side], firewall: this.rules[side] });
    };
    this.endpoints = { blue: await endpoint('blue', 10), green: await endpoint('green', 11) };
    const zone: Zone = {
      apex: 'internal.example',
      recordSets: (name) =>
        name === RECORD ? [{ name, type: 'A', ttl: 1, values: [this.endpoint(this.serving).host] }] : [],
    };
    this.dns = await DnsServer.start({ zones: [zone] });
    while (!(await this.admin('green').info('replication')).includes('master_link_status:up')) await pause(20);
  }

  endpoint(side: Side): FirewalledEndpoint {
    if (!this.endpoints) throw new Error('not connected');
    return this.endpoints[side];
  }

  /** Past the firewall. */
  admin(side: Side): Redis {
    const { host, port } = this.servers[side];
    const redis = new Redis({ host, port });
    redis.on('error', () => undefined);
    this.admins.push(redis);
    return redis;
  }

  async load(groups: readonly GroupOptions<Role>[], options: Partial<CacheLoadOptions> = {}): Promise<CacheLoad> {
    if (!this.dns || !this.endpoints) throw new Error('not connected');
    // A machine under load is slow to answer; a side without client ingress never does.
    const timing = { connectTimeoutMs: 800, commandTimeoutMs: 10_000, backoffMs: [20, 200] as const };
    const load = await CacheLoad.start({
      recordName: RECORD,
      port: 6379,
      dns: this.dns,
      sides: this.endpoints,
      groups,
      seed: 'test',
      timing,
      ...options,
    });
    this.loads.push(load);
    return load;
  }

  pointTo(side: Side): void {
    this.serving = side;
  }

  /** Nobody new, and nobody who is there. */
  async fence(side: Side): Promise<void> {
    this.rules[side].revoke({ cidr: this.network.cidr });
    await this.hangUp(side, () => true);
  }

  /** Closes clients' connections by their names. */
  async hangUp(side: Side, whose: (name: string) => boolean): Promise<void> {
    const admin = this.admin(side);
    for (const line of String(await admin.client('LIST')).split('\n')) {
      const [id, name] = [/\bid=(\d+)/.exec(line)?.[1], /\bname=(\S+)/.exec(line)?.[1]];
      if (id && name && whose(name)) await admin.client('KILL', 'ID', id);
    }
  }

  /** Waits until green has all that blue has, and makes it a server of its own. */
  async promoteGreen(): Promise<void> {
    const [blue, green] = [this.admin('blue'), this.admin('green')];
    const offset = async (redis: Redis, field: string) =>
      new RegExp(`${field}:(\\d+)`).exec(await redis.info('replication'))?.[1];
    const wanted = Number(await offset(blue, 'master_repl_offset'));
    while (Number(await offset(green, 'slave_repl_offset')) < wanted) await pause(10);
    await green.call('REPLICAOF', 'NO', 'ONE');
  }

  /**
   * Waits until so many holders on either side have been seen at work while the same lock was given to another on the other
   * side: what blue answers before and after green is asked is the same. Locks of holders that were hung up, and copies of
   * locks that green had from blue, stay until they run out; as each holder counts once, these are no more than there are
   * locks.
   */
  async locksHeldOnBothSides(holders: number): Promise<void> {
    const [blue, green] = [this.admin('blue'), this.admin('green')];
    await Promise.all([blue.select(LOCKS.database), green.select(LOCKS.database)]);
    const [here, there] = [new Set<string>(), new Set<string>()];
    const wanted = holders + LOCKS.keys.length;
    for (let turn = 0; here.size < wanted || there.size < wanted; turn++) {
      const key = LOCKS.keys[turn % LOCKS.keys.length] ?? '';
      const [before, other] = [await blue.get(key), await green.get(key)];
      if (before === null || other === null || before === other || before !== (await blue.get(key))) continue;
      here.add(before);
      there.add(other);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.loads.map((load) => load.kill()));
    for (const admin of this.admins) admin.disconnect();
    if (this.endpoints) await Promise.all([this.endpoints.blue.stop(), this.endpoints.green.stop()]);
    await this.dns?.stop();
    await Promise.all([this.servers.blue.stop(), this.servers.green.stop()]);
    await this.network.release();
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
