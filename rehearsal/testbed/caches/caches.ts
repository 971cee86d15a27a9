import { type CacheAddress, openCache } from '../../clients/redis/data/cache-address';
import { fillCache } from '../../clients/redis/data/fill-cache';
import { ENGINE_TITLE } from '../../engines/engine';
import { nearestEngine } from '../../engines/redis/find-engine';
import { type Server, startServer } from '../../engines/redis/server';
import type { Side } from '../../report/result';
import { certificateFor, type ServerCertificate } from '../certificate';
import type { CacheMigration } from '../migration';
import { CacheAccounts } from './accounts';

export interface CachesOptions {
  /** How many keys are generated. */
  readonly keys: number;
  readonly seed: string;
  /** An RDB file with the user's own data, instead of generated keys. */
  readonly dataset?: string;
}

/** Commands that ElastiCache takes away, and that the agent must do without here as well. */
const FORBIDDEN = [
  ...['DEBUG', 'MIGRATE', 'PSYNC', 'REPLICAOF', 'SLAVEOF', 'SAVE', 'BGSAVE', 'BGREWRITEAOF', 'SHUTDOWN', 'SYNC'],
  // Another account of this machine could have the server load code, or write files as its user.
  'MODULE',
];

/** Blue and green as real servers of the versions that come nearest to those of the migration; blue holds the data. */
export class Caches {
  static async start(migration: CacheMigration, options: CachesOptions): Promise<Caches> {
    const { configuration } = migration;
    const accounts = new CacheAccounts(migration);
    const tls = configuration.blue.tls ? await certificateFor(namesOf(migration)) : undefined;
    const relayTls = await certificateOfRelay(migration);
    const started: Server[] = [];
    try {
      for (const side of ['blue', 'green'] as const) {
        const { engine, engineVersion, clusterMode } = configuration[side];
        if (clusterMode) {
          throw new Error(
            `${side} uses cluster mode, which the rehearsal cannot stand in for yet. Rehearse without it.`,
          );
        }
        const stand = await nearestEngine(engine, engineVersion);
        started.push(
          await startServer(stand, {
            renamedCommands: { ...Object.fromEntries(FORBIDDEN.map((name) => [name, ''])), CONFIG: CONFIG_COMMAND },
            users: accounts.usersOn(side, stand),
            ...(tls !== undefined && { tls }),
            ...(side === 'green' && { notifyKeyspaceEvents: 'AKE' }),
            ...(side === 'blue' && options.dataset !== undefined && { rdbFile: options.dataset }),
          }),
        );
      }
      const [blue, green] = started;
      if (blue === undefined || green === undefined) throw new Error('Two servers were started and are not there.');
      const caches = new Caches(blue, green, migration, accounts, tls, relayTls);
      await caches.fill(options);
      return caches;
    } catch (error) {
      await Promise.all(started.map((server) => server.stop()));
      throw error;
    }
  }

  /** How many blue holds before anything begins. */
  keys = 0;

  private constructor(
    readonly blue: Server,
    readonly green: Server,
    private readonly migration: CacheMigration,
    readonly accounts: CacheAccounts,
    /** Of both servers. Undefined: they speak plain text. */
    readonly tls: ServerCertificate | undefined,
    private readonly relayTls: ServerCertificate | undefined,
  ) {}

  /** What each secret of the migration holds, by its ARN. */
  get secrets(): ReadonlyMap<string, string> {
    const { relayTls, accounts } = this;
    const { relayCertificateArn: arn } = this.migration.configuration;
    if (relayTls === undefined || arn === undefined) return accounts.secrets;
    const { certificate, key: privateKey } = relayTls;
    return new Map([...accounts.secrets, [arn, JSON.stringify({ certificate, privateKey })]]);
  }

  /** How clients connect, besides by which name. */
  get forClients(): Pick<CacheAddress, 'credentials' | 'tls'> {
    const { tls, relayTls, accounts } = this;
    return {
      ...(accounts.application && { credentials: accounts.application }),
      // Clients of a relay know who signed its certificate, too.
      ...(tls && { tls: { authority: [tls.authority, relayTls?.authority ?? ''].join('\n') } }),
    };
  }

  /** A side's server, past any firewall, for the one that may do everything. */
  address(side: Side): CacheAddress {
    const { host, port } = this[side];
    const { tls, accounts, migration } = this;
    const credentials = accounts.rehearsal;
    const serverName = migration.record.targets[side];
    return { host, port, credentials, ...(tls && { tls: { authority: tls.authority, serverName } }) };
  }

  /** e.g. `Redis 6.0.16`. */
  title(side: Side): string {
    const { engine, version } = this[side].engine;
    return `${ENGINE_TITLE[engine]} ${version}`;
  }

  /** What a parameter group does on ElastiCache. */
  async setParameter(side: Side, parameter: string, value: string): Promise<void> {
    const redis = await openCache(this.address(side));
    try {
      await redis.call(CONFIG_COMMAND, 'SET', parameter, value);
    } finally {
      redis.disconnect();
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.blue.stop(), this.green.stop()]);
  }

  private async fill({ dataset, keys, seed }: CachesOptions): Promise<void> {
    const filled = dataset === undefined ? (await fillCache(this.address('blue'), { keys, seed })).keys : undefined;
    this.keys = filled ?? (await this.countKeys());
  }

  private async countKeys(): Promise<number> {
    const redis = await openCache(this.address('blue'));
    try {
      const keyspace = await redis.info('keyspace');
      return [...keyspace.matchAll(/^db\d+:keys=(\d+)/gm)].reduce((sum, [, keys]) => sum + Number(keys), 0);
    } finally {
      redis.disconnect();
    }
  }
}

/** ElastiCache's users have no CONFIG; the stand-in for ElastiCache needs one. */
const CONFIG_COMMAND = 'REHEARSAL.CONFIG';

/** Of the record, which clients connect by, and of the name that leads to the host. */
async function certificateOfRelay({ record, configuration }: CacheMigration): Promise<ServerCertificate | undefined> {
  if (configuration.relayCertificateArn === undefined) return undefined;
  return certificateFor([record.name, ...(record.relay === undefined ? [] : [record.relay])]);
}

/** Of the endpoints, as ElastiCache's certificates have them, and of a server of one's own. */
function namesOf({ record, configuration: { blue, green } }: CacheMigration): readonly string[] {
  const own = [blue, green].flatMap(({ host, serverName = host }) => serverName);
  return [record.targets.blue, record.targets.green, ...own];
}
