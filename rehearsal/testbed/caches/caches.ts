import { randomBytes } from 'node:crypto';
import { openCache } from '../../clients/redis/data/cache-address';
import { fillCache } from '../../clients/redis/data/fill-cache';
import { ENGINE_TITLE, type Engine, isOfLine } from '../../engines/engine';
import { nearestEngine } from '../../engines/redis/find-engine';
import { type Server, startServer } from '../../engines/redis/server';
import type { AclUser } from '../../engines/redis/server-configuration';
import type { Side } from '../../report/result';
import type { CacheMigration } from '../migration';

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
    const started: Server[] = [];
    try {
      for (const side of ['blue', 'green'] as const) {
        const { engine, engineVersion, tls, clusterMode, secretArn } = migration.configuration[side];
        if (tls || clusterMode || secretArn !== undefined) {
          const what = tls ? 'TLS' : clusterMode ? 'cluster mode' : 'AUTH';
          throw new Error(`${side} uses ${what}, which the rehearsal cannot stand in for yet. Rehearse without it.`);
        }
        const stand = await nearestEngine(engine, engineVersion);
        started.push(
          await startServer(stand, {
            renamedCommands: { ...Object.fromEntries(FORBIDDEN.map((name) => [name, ''])), CONFIG: CONFIG_COMMAND },
            users: [
              everyone(stand),
              { name: REHEARSAL_USER.username, password: REHEARSAL_USER.password, rules: '~* +@all' },
            ],
            ...(side === 'green' && { notifyKeyspaceEvents: 'AKE' }),
            ...(side === 'blue' && options.dataset !== undefined && { rdbFile: options.dataset }),
          }),
        );
      }
      const [blue, green] = started;
      if (blue === undefined || green === undefined) throw new Error('Two servers were started and are not there.');
      const keys = options.dataset === undefined ? await fill(blue, options) : await countKeys(blue);
      return new Caches(blue, green, keys);
    } catch (error) {
      await Promise.all(started.map((server) => server.stop()));
      throw error;
    }
  }

  private constructor(
    readonly blue: Server,
    readonly green: Server,
    readonly keys: number,
  ) {}

  /** e.g. `Redis 6.0.16`. */
  title(side: Side): string {
    const { engine, version } = this[side].engine;
    return `${ENGINE_TITLE[engine]} ${version}`;
  }

  /** What a parameter group does on ElastiCache. */
  async setParameter(side: Side, parameter: string, value: string): Promise<void> {
    const redis = await openCache({ ...this[side], credentials: REHEARSAL_USER });
    try {
      await redis.call(CONFIG_COMMAND, 'SET', parameter, value);
    } finally {
      redis.disconnect();
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.blue.stop(), this.green.stop()]);
  }
}

/** ElastiCache's users have no CONFIG; the stand-in for ElastiCache needs one. */
const CONFIG_COMMAND = 'REHEARSAL.CONFIG';
/** Who alone may call it: anybody on this machine can connect, and could have the server write files as its user. */
const REHEARSAL_USER = { username: 'rehearsal', password: randomBytes(16).toString('hex') };

/** Redis 6.0 knows no channels; from 7.0 on they are shut unless they are opened. */
const everyone = ({ version }: Engine): AclUser => ({
  name: 'default',
  rules: `~* ${isOfLine(version, '6.0') ? '' : '&* '}+@all -config -acl +acl|whoami`,
});

async function fill(server: Server, { keys, seed }: CachesOptions): Promise<number> {
  const filled = await fillCache(server, { keys, seed });
  return filled.keys;
}

async function countKeys(server: Server): Promise<number> {
  const redis = await openCache(server);
  try {
    const keyspace = await redis.info('keyspace');
    return [...keyspace.matchAll(/^db\d+:keys=(\d+)/gm)].reduce((sum, [, keys]) => sum + Number(keys), 0);
  } finally {
    redis.disconnect();
  }
}
