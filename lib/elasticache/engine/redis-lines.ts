import { ValidationError } from '../../validation-error';
import type { EngineLine, SupportEnd } from './engine-line';
import { compareVersions, majorOf, minorOf, patchOf } from './engine-version';

/**
 * ElastiCache keeps 25 % of `maxmemory` for itself (`reserved-memory-percent`): backups and replication need it. So a
 * peak of `used_memory` must fit into the other three quarters.
 */
const USABLE_SHARE = 0.75;

/** What Redis OSS and Valkey have in common on ElastiCache. */
const COMMON = {
  versions:
    `'2.8.24', '5.0.6', '6.x', '7.1', '8.1'. Take EngineVersion from 'aws elasticache describe-cache-clusters', ` +
    'or redis_version from INFO for a server of your own',
  families: ['a version of Redis up to 7 or of Valkey', 'valkey8'],
  runsFrom: 'Redis 5.0.6 on for Graviton, from 3.2.4 on for Intel',
  recommended: "CacheEngine.valkey('8.1')",
  memoryOf: ([, maxMemoryBytes]) => maxMemoryBytes,
  memoryFor: (dataBytes) => Math.ceil(dataBytes / USABLE_SHARE),
} satisfies Partial<EngineLine>;

/**
 * By major version of Redis OSS. Source: ElastiCache User Guide, "ElastiCache versions for Redis OSS end of life
 * schedule". No end is announced for 7, nor for any Valkey.
 */
const REDIS_SUPPORT_ENDS: ReadonlyMap<number, SupportEnd> = new Map([
  [2, { standard: '2023-01-13' }],
  [3, { standard: '2023-07-31' }],
  [4, { standard: '2026-01-31', extended: '2029-01-31' }],
  [5, { standard: '2026-01-31', extended: '2029-01-31' }],
  [6, { standard: '2027-01-31' }],
]);

/**
 * The Redis OSS releases that a cache can still be created with. The list is closed: after 7.1 ElastiCache goes on
 * with Valkey, and 2.x, 3.x and 5.0.0 to 5.0.5 are withdrawn ("Supported engines and versions").
 */
const CREATABLE_REDIS = ['4.0.10', '5.0.6', '6.0', '6.2', '6.x', '7.0', '7.1'];

const REDIS_FAMILIES: ReadonlyMap<number, string> = new Map([
  [3, 'redis3.2'],
  [4, 'redis4.0'],
  [5, 'redis5.0'],
  [6, 'redis6.x'],
  [7, 'redis7'],
]);

export const REDIS: EngineLine = {
  ...COMMON,
  name: 'redis',
  title: 'Redis',
  carriesOn: [],
  supportEnd: (version) => REDIS_SUPPORT_ENDS.get(majorOf(version)),
  assertCreatable(version) {
    if (CREATABLE_REDIS.includes(version)) return;
    throw new ValidationError(
      `ElastiCache creates no cache with Redis ${version}. Accepted are ${CREATABLE_REDIS.join(', ')}. ` +
        `Take CacheEngine.valkey('8.1'), which reads what Redis up to 7.2 has written, or one of these.`,
    );
  },
  parameterGroupFamily(version) {
    const major = majorOf(version);
    if (major === 2) return minorOf(version) === 6 ? 'redis2.6' : 'redis2.8';
    return REDIS_FAMILIES.get(major);
  },
  runsOn: ({ valkeyOnly, minimumRedis }, version) =>
    valkeyOnly !== true && (minimumRedis === undefined || compareVersions(version, minimumRedis) >= 0),
};

export const VALKEY: EngineLine = {
  ...COMMON,
  name: 'valkey',
  title: 'Valkey',
  carriesOn: ['redis'],
  /** Valkey was forked from Redis 7.2, and its first release is called so. */
  assertExists(version) {
    if (compareVersions(version, '7.2') >= 0) return;
    throw new ValidationError(
      `Got Valkey ${version}, which does not exist: Valkey begins at 7.2. For an older engine take CacheEngine.redis('${version}').`,
    );
  },
  supportEnd: () => undefined,
  /** From Redis 6 on, and for every Valkey, ElastiCache chooses the patch release and refuses a request for one. */
  assertCreatable(version) {
    if (minorOf(version) !== undefined && patchOf(version) === undefined) return;
    throw new ValidationError(
      `Got Valkey ${version}. ElastiCache chooses the patch release itself: accepted is major and minor ` +
        `version, such as '7.2', '8.1' or '9.0'.`,
    );
  },
  parameterGroupFamily: (version) => `valkey${majorOf(version)}`,
  runsOn: () => true,
};
