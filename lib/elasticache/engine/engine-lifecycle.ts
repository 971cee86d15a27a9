import { Token } from 'aws-cdk-lib';
import { compareVersions, majorOf, minorOf, patchOf } from './engine-version';

/** What is known of an engine here: CloudFormation's name, and the version. */
export interface EngineRelease {
  readonly name: string;
  readonly version: string;
}

/** When ElastiCache stops looking after a release. Days are `YYYY-MM-DD` and are the last day of support. */
export interface SupportEnd {
  readonly standard: string;
  /** Surcharged from the day after `standard` to here. Absent: there is none. */
  readonly extended?: string;
}

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

export function supportEndOf(release: EngineRelease): SupportEnd | undefined {
  if (release.name !== 'redis' || Token.isUnresolved(release.version)) return undefined;
  return REDIS_SUPPORT_ENDS.get(majorOf(release.version));
}

/**
 * The Redis OSS releases that a cache can still be created with. The list is closed: after 7.1 ElastiCache goes on
 * with Valkey, and 2.x, 3.x and 5.0.0 to 5.0.5 are withdrawn ("Supported engines and versions").
 */
const CREATABLE_REDIS = ['4.0.10', '5.0.6', '6.0', '6.2', '6.x', '7.0', '7.1'];

/**
 * From Redis 6 on, and for every Valkey, ElastiCache chooses the patch release and refuses a request for one.
 */
export function assertCreatable(release: EngineRelease): void {
  if (Token.isUnresolved(release.version)) return;
  if (release.name === 'redis' && !CREATABLE_REDIS.includes(release.version)) {
    throw new Error(
      `ElastiCache creates no cache with Redis ${release.version}. Accepted are ${CREATABLE_REDIS.join(', ')}. ` +
        `Take CacheEngine.valkey('8.1'), which reads what Redis up to 7.2 has written, or one of these.`,
    );
  }
  if (release.name === 'valkey' && (minorOf(release.version) === undefined || patchOf(release.version) !== undefined)) {
    throw new Error(
      `Got Valkey ${release.version}. ElastiCache chooses the patch release itself: accepted is major and minor ` +
        `version, such as '7.2', '8.1' or '9.0'.`,
    );
  }
}

/** Valkey was forked from Redis 7.2, and its first release is called so. */
export function assertValkeyExists(version: string): void {
  if (Token.isUnresolved(version) || compareVersions(version, '7.2') >= 0) return;
  throw new Error(
    `Got Valkey ${version}, which does not exist: Valkey begins at 7.2. For an older engine take CacheEngine.redis('${version}').`,
  );
}

/** The parameter group family of a release, or undefined where ElastiCache has none. */
export function parameterGroupFamilyOf(release: EngineRelease): string | undefined {
  if (Token.isUnresolved(release.version)) return undefined;
  const major = majorOf(release.version);
  if (release.name === 'valkey') return `valkey${major}`;
  if (major === 2) return minorOf(release.version) === 6 ? 'redis2.6' : 'redis2.8';
  return new Map([
    [3, 'redis3.2'],
    [4, 'redis4.0'],
    [5, 'redis5.0'],
    [6, 'redis6.x'],
    [7, 'redis7'],
  ]).get(major);
}
