import type { RedisVerbs, RelayResult } from '../../contract/cache';
import type { MemcachedVerbs } from '../../contract/memcached';
import type { MysqlVerbs } from '../../contract/mysql';
import type { PostgresVerbs } from '../../contract/postgres';

/** What the agent answers to each verb when all is well. */
type Answers<Verbs extends { readonly [Verb in keyof Verbs]: { readonly result: unknown } }> = {
  readonly [Verb in keyof Verbs]: Verbs[Verb]['result'];
};

const RELAYED: RelayResult = {
  ...{ serving: 'blue', epoch: 1, port: 6379, clients: 1, blocked: 0, subscribed: 0, inTransaction: 0 },
  ...{ notCarried: [], unknownScripts: 0, refused: [] },
};

export const REDIS_WELL: Answers<RedisVerbs> = {
  'redis.preflight': { findings: [], errors: 0, keys: 3, usedMemoryBytes: 1000, databases: [0], keyspaceEvents: true },
  'redis.replicate': { keys: 3, bytes: 300, durationMs: 10, lagMs: 1, method: 'events' },
  'redis.status': { replications: [] },
  'redis.drain': { durationMs: 1, keysApplied: 0, conflicts: 0, silentWrites: {}, conflictSample: [] },
  'redis.verify': { keysCompared: 3, mismatches: 0, silentWrites: {}, sample: [], durationMs: 1 },
  'redis.freeze': { method: 'kill', clientsClosed: 1 },
  'redis.unfreeze': {},
  'redis.nowrites': { replicationOffset: 1, seconds: 1 },
  'redis.clients': { connections: 0, groups: [] },
  'redis.evict': { closed: 1, rounds: 1, returned: [] },
  'redis.reverse': { replications: [] },
  'redis.interpose': RELAYED,
  'redis.relay': RELAYED,
  'redis.handover': {
    ...{ from: 'blue', to: 'green', epoch: 2, pauseMs: 100, clients: 1, reissued: 0, strays: 0 },
    ...{ closed: 0, closedClients: [] },
  },
  'redis.withdraw': RELAYED,
  'redis.stop': { stopped: 1 },
};

const POSITION = { file: 'mysql-bin.000042', position: 154 };

export const MYSQL_WELL: Answers<MysqlVerbs> = {
  'mysql.preflight': { findings: [], errors: 0, tables: 3, bytes: 1000 },
  'mysql.status': { replicas: [] },
  'mysql.awaitlag': { lagSeconds: 0, waitedMs: 1 },
  'mysql.smoke': { queries: [], differences: 0, sinceMs: 1_700_000_000_000 },
  'mysql.alive': { startedAtMs: 1_700_000_000_000, restarted: false },
  'mysql.connections': { connections: 0, groups: [] },
  'mysql.fence': { closed: 1, rolledBack: 0, lastWrite: { position: POSITION, writes: {}, uptime: 1, atMs: 1 } },
  'mysql.nowrites': { position: POSITION, seconds: 1 },
  'mysql.drain': { position: POSITION, durationMs: 1 },
  'mysql.verify': { rowsCompared: 3, chunksCompared: 1, mismatches: 0, sample: [], notCovered: [], durationMs: 1 },
  'mysql.follow': { replicas: [], position: POSITION },
  'mysql.writable': { writable: true, waitedMs: 1 },
  'mysql.detach': { cleared: true },
  'mysql.conversions': { findings: [], errors: 0, steps: [], remaining: 0, freeBytesNeeded: 0 },
  'mysql.convert': { step: 'toInnoDb shop.orders', seconds: 1, lagSeconds: 1, replicating: false },
  'mysql.resumereplica': { replicating: true, lagSeconds: 0 },
  'mysql.evict': { closed: 1, rounds: 1, returned: [] },
};

export const POSTGRES_WELL: Answers<PostgresVerbs> = {
  'postgres.preflight': { findings: [], errors: 0, tables: 3, bytes: 1000 },
  'postgres.status': { replicas: [] },
  'postgres.smoke': { queries: [], differences: 0, sinceMs: 1_700_000_000_000 },
  'postgres.alive': { startedAtMs: 1_700_000_000_000, restarted: false },
  'postgres.connections': { connections: 0, groups: [] },
  'postgres.verify': { rowsCompared: 3, chunksCompared: 1, mismatches: 0, sample: [], notCovered: [], durationMs: 1 },
  'postgres.evict': { closed: 1, rounds: 1, returned: [] },
};

export const MEMCACHED_WELL: Answers<MemcachedVerbs> = {
  'memcached.preflight': { findings: [], errors: 0, items: 3, usedMemoryBytes: 1000 },
  'memcached.clients': { connections: 0, groups: [] },
  'memcached.left': { connections: 0, groups: [], waitedMs: 1 },
};
