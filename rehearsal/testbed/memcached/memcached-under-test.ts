import { ElastiCache } from '../../aws/elasticache/elasticache';
import type { AwsEnvironment } from '../../aws/environment';
import type { AwsService } from '../../aws/service';
import { Link } from '../../clients/memcached/client/link';
import { pageKey, pageOf, TTL_SECONDS } from '../../clients/memcached/client/page-client';
import { nearestMemcached } from '../../engines/memcached/find-memcached';
import { MemcachedServer } from '../../engines/memcached/memcached-server';
import type { Zone } from '../../network/zone';
import type { Side } from '../../report/result';
import { count } from '../../report/units';
import { endpointZones } from '../endpoint-zones';
import type { MemcachedMigration } from '../migration';
import type { SystemOptions } from '../rehearsable';
import type {
  Comparison,
  JudgedLoad,
  LoadSettings,
  SystemUnderTest,
  Visit,
  WeighedRecords,
} from '../system-under-test';
import type { TestbedNetwork } from '../testbed-network';
import { startClients } from './start-clients';

const ANSWERED_WITHIN_MS = 2_000;
const VISIT_SECONDS = 60;
/** A cluster of Memcached that is replaced: each side one server, whatever its number of nodes. */
export class MemcachedUnderTest implements SystemUnderTest {
  static async start(migration: MemcachedMigration, { keys }: SystemOptions): Promise<MemcachedUnderTest> {
    const started: MemcachedServer[] = [];
    try {
      for (const side of ['blue', 'green'] as const) {
        const { engineVersion, tls } = migration.configuration[side];
        if (tls) throw new Error(`${side} uses TLS, which the rehearsal cannot stand in for yet. Rehearse without it.`);
        started.push(await MemcachedServer.start(await nearestMemcached(engineVersion)));
      }
      const [blue, green] = started;
      if (blue === undefined || green === undefined) throw new Error('Two servers were started and are not there.');
      await fill(blue, keys);
      return new MemcachedUnderTest(migration, { blue, green }, keys);
    } catch (error) {
      await Promise.all(started.map((server) => server.stop()));
      throw error;
    }
  }

  readonly compares = 'keys';
  readonly namesEndpoints = false;
  readonly faults = {};

  private constructor(
    private readonly migration: MemcachedMigration,
    readonly servers: Readonly<Record<Side, MemcachedServer>>,
    private readonly pages: number,
  ) {}

  get contents(): string {
    return `${count(this.pages)} pages`;
  }

  /** With what it stands in for. */
  title(side: Side): string {
    return `Memcached ${this.servers[side].engine.version} for ${this.migration.configuration[side].engineVersion}`;
  }

  shell(side: Side): string {
    const { host, port } = this.servers[side];
    return `telnet ${host} ${port}`;
  }

  services(environment: AwsEnvironment): readonly AwsService[] {
    return [new ElastiCache({ environment })];
  }

  configuration(addressOf: (side: Side) => string): string {
    const { configuration } = this.migration;
    const side = (name: Side) => ({
      ...configuration[name],
      host: addressOf(name),
      engineVersion: this.servers[name].engine.version,
    });
    return JSON.stringify({ ...configuration, blue: side('blue'), green: side('green') });
  }

  async startClients(network: TestbedNetwork, options: LoadSettings): Promise<JudgedLoad> {
    const clients = await startClients(this.migration, network, { ...options, pages: this.pages });
    return { clients, judge: async () => clients.judge() };
  }

  /** A page that is rendered and kept is there. */
  async visit({ address, port, localAddress, token }: Visit): Promise<void> {
    const link = await Link.open({ host: address, port, localAddress }, ANSWERED_WITHIN_MS);
    try {
      await link.set(`visit:${token}`, token, VISIT_SECONDS);
      if ((await link.get(`visit:${token}`)) !== token) throw new Error('the page that was kept is not there');
    } finally {
      link.close();
    }
  }

  endpointZones(addressOf: (side: Side) => string): readonly Zone[] {
    return endpointZones([this.migration.record], addressOf);
  }

  weights(account: WeighedRecords): Readonly<Record<Side, number>> {
    return account.weights(this.migration.record);
  }

  readersOn(): undefined {
    return undefined;
  }

  observe(): Readonly<Record<string, string>> {
    return {};
  }

  async answers(side: Side): Promise<boolean> {
    try {
      (await Link.open(this.servers[side], ANSWERED_WITHIN_MS)).close();
      return true;
    } catch {
      return false;
    }
  }

  async follows(): Promise<boolean> {
    return false;
  }

  async compare(): Promise<Comparison> {
    return { compared: 0, mismatches: 0 };
  }

  async kill(side: Side): Promise<void> {
    await this.servers[side].kill();
  }

  async stop(): Promise<void> {
    await Promise.all([this.servers.blue.stop(), this.servers.green.stop()]);
  }
}

async function fill(server: MemcachedServer, pages: number): Promise<void> {
  const [least, most] = TTL_SECONDS;
  const link = await Link.open(server, ANSWERED_WITHIN_MS);
  try {
    // As it is in the middle of a day: pages expire all the while, and are rendered again.
    for (let page = 0; page < pages; page++)
      await link.set(pageKey(page), pageOf(page), least + (page % (most - least)));
  } finally {
    link.close();
  }
}
