import { ElastiCache } from '../../aws/elasticache/elasticache';
import type { AwsEnvironment } from '../../aws/environment';
import type { AwsService } from '../../aws/service';
import { openCache } from '../../clients/redis/data/cache-address';
import { compareCaches } from '../../clients/redis/data/compare-caches';
import type { Overlap } from '../../clients/redis/ledger/lost-write';
import type { Zone } from '../../network/zone';
import type { PhaseRun, Side } from '../../report/result';
import { count } from '../../report/units';
import { endpointZones } from '../endpoint-zones';
import type { CacheMigration } from '../migration';
import { isOf } from '../parts-of-phases';
import { secretsOf } from '../secrets-of-migration';
import type {
  Comparison,
  JudgedLoad,
  LoadSettings,
  SystemUnderTest,
  Visit,
  WeighedRecords,
} from '../system-under-test';
import type { ServerName, TestbedNetwork } from '../testbed-network';
import { timesBothAreOpen } from './both-open';
import { Caches, type CachesOptions } from './caches';
import { startClients } from './start-clients';
import { visitCache } from './visit-cache';

/** A cache that is replaced. */
export class CacheUnderTest implements SystemUnderTest {
  static async start(migration: CacheMigration, options: CachesOptions): Promise<CacheUnderTest> {
    return new CacheUnderTest(migration, await Caches.start(migration, options));
  }

  readonly compares = 'keys';
  private elasticache?: ElastiCache;

  private constructor(
    private readonly migration: CacheMigration,
    readonly servers: Caches,
  ) {}

  get authority(): string | undefined {
    return this.servers.tls?.authority;
  }

  get contents(): string {
    return `${count(this.servers.keys)} keys`;
  }

  /** With what it stands in for. */
  title(side: Side): string {
    const { engine, engineVersion } = this.migration.configuration[side];
    return `${this.servers.title(side)} for ${engine} ${engineVersion}`;
  }

  shell(side: Side): string {
    const { host, port, authorityFile } = this.servers[side];
    const { application } = this.servers.accounts;
    // The password by the environment: what is on a command line, every user of this machine can read.
    return [
      ...(application === undefined ? [] : [`REDISCLI_AUTH=${application.password}`]),
      `redis-cli -h ${host} -p ${port}`,
      ...(application === undefined ? [] : [`--user ${application.username}`]),
      ...(authorityFile === undefined ? [] : [`--tls --cacert ${authorityFile}`]),
    ].join(' ');
  }

  services(environment: AwsEnvironment): readonly AwsService[] {
    const elasticache = new ElastiCache({ environment });
    this.elasticache = elasticache;
    for (const name of this.migration.parameterGroups) elasticache.parameterGroups.add(name, 'redis6.x');
    elasticache.parameterGroups.onChange((_group, parameter, value) => {
      void this.servers.setParameter('blue', parameter, value);
    });
    return [elasticache, secretsOf(this.migration, environment, this.servers.secrets)];
  }

  /** Endpoints by address; certificates are made out to the endpoints' names. */
  configuration(addressOf: (server: ServerName) => string): string {
    const { configuration } = this.migration;
    const side = (name: Side) => {
      const { host, tls, serverName = host } = configuration[name];
      const { engine, version } = this.servers[name].engine;
      return {
        ...configuration[name],
        ...{ host: addressOf(name), engine, engineVersion: version, ...(tls && { serverName }) },
      };
    };
    return JSON.stringify({
      ...configuration,
      ...(this.migration.record.relay !== undefined && { relayAddress: addressOf('relayHost') }),
      ...{ blue: side('blue'), green: side('green') },
    });
  }

  async startClients(network: TestbedNetwork, options: LoadSettings): Promise<JudgedLoad> {
    const { servers } = this;
    const clients = await startClients(this.migration, servers, network, options);
    return {
      clients,
      judge: (serving, phases, startedAt) =>
        clients.check({ serving, server: servers.address(serving), overlaps: this.overlapsIn(phases, startedAt) }),
    };
  }

  /** What LIVE gives up is counted apart. */
  private overlapsIn(phases: readonly PhaseRun[], startedAt: number): readonly Overlap[] {
    if (this.migration.configuration.consistency !== 'LIVE') return [];
    return timesBothAreOpen(phases).map(({ fromMs, toMs, stands }) => ({
      ...{ fromMs: startedAt + fromMs, toMs: startedAt + toMs, stands },
    }));
  }

  /** A log-in: the session that is written is there. */
  visit(visit: Visit): Promise<void> {
    return visitCache(visit, this.servers.forClients);
  }

  endpointZones(addressOf: (side: Side) => string): readonly Zone[] {
    return endpointZones([this.migration.record], addressOf);
  }

  weights(account: WeighedRecords): Readonly<Record<Side, number>> {
    return account.weights(this.migration.record);
  }

  observe(): Readonly<Record<string, string>> {
    const value = (group: string) => this.elasticache?.parameterGroups.valueOf(group, 'notify-keyspace-events') ?? '';
    return Object.fromEntries(
      this.migration.parameterGroups.map((group) => [`Keyspace events of ${group}`, value(group)]),
    );
  }

  async answers(side: Side): Promise<boolean> {
    try {
      const redis = await openCache(this.servers.address(side));
      redis.disconnect();
      return true;
    } catch {
      return false;
    }
  }

  async follows(_other: Side, phases: readonly PhaseRun[]): Promise<boolean> {
    const ends = (of: PhaseRun['of']) => isOf(of, 'after') || (of?.part === 'undo' && of.role === 'replicate');
    // The switch of a relay has the other side follow by itself.
    const turns = this.migration.record.relay === undefined ? 'reverse' : 'switch';
    const last = phases.findLast(({ of }) => isOf(of, turns) || ends(of));
    return isOf(last?.of, turns);
  }

  async compare(): Promise<Comparison> {
    const { servers } = this;
    const {
      keys: compared,
      mismatches,
      sample,
    } = await compareCaches(servers.address('blue'), servers.address('green'));
    const [first] = sample;
    return {
      ...{ compared, mismatches },
      ...(first && { example: `in database ${first.database}: ${first.difference}` }),
    };
  }

  async kill(side: Side): Promise<void> {
    await this.servers[side].kill();
  }

  async stop(): Promise<void> {
    await this.servers.stop();
  }
}
