import { Token } from 'aws-cdk-lib';
import { assertTold } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import { parameterGroupFamilyOf, supportEndOf } from './engine-lifecycle';
import type { EngineLine } from './engine-line';
import { assertVersion, compareVersions } from './engine-version';
import { MEMCACHED } from './memcached-line';
import { REDIS, VALKEY } from './redis-lines';

/**
 * What cannot be told from an engine's version.
 */
export interface CacheEngineOptions {
  /**
   * The family of the cache parameter group, such as `valkey8`.
   *
   * @default - by the version: `redis2.8`, `redis3.2`, `redis4.0`, `redis5.0`, `redis6.x`, `redis7`, `valkey7`,
   * `valkey8`, …; it must be stated where the version is a token
   */
  readonly parameterGroupFamily?: string;
}

/**
 * A cache's engine and its version, of ElastiCache or of a server of your own.
 *
 *     CacheEngine.redis('2.8.24')
 *     CacheEngine.valkey('8.1')
 */
export class CacheEngine {
  /**
   * Redis OSS.
   *
   * @param version as ElastiCache or `INFO` spells it: `2.8.24`, `5.0.6`, `6.x`, `7.1`
   * @param options what the version does not tell
   * @throws if the version is not made of numbers and dots
   */
  public static redis(version: string, options: CacheEngineOptions = {}): CacheEngine {
    assertTold('CacheEngine.redis', { version, options });
    return new CacheEngine(REDIS, version, options);
  }

  /**
   * Valkey, which ElastiCache carries on where Redis OSS ended.
   *
   * @param version major and minor: `7.2`, `8.1`, `9.0`
   * @param options what the version does not tell
   * @throws if the version is not made of numbers and dots, or is below 7.2
   */
  public static valkey(version: string, options: CacheEngineOptions = {}): CacheEngine {
    assertTold('CacheEngine.valkey', { version, options });
    return new CacheEngine(VALKEY, version, options);
  }

  /**
   * Memcached.
   *
   * @param version as ElastiCache or the command `version` spells it: `1.4.34`, `1.6.22`
   * @param options what the version does not tell
   * @throws if the version is not made of numbers and dots
   */
  public static memcached(version: string, options: CacheEngineOptions = {}): CacheEngine {
    assertTold('CacheEngine.memcached', { version, options });
    return new CacheEngine(MEMCACHED, version, options);
  }

  /** CloudFormation's name of the engine: `redis`, `valkey` or `memcached`. */
  public readonly name: string;

  /** The version as it was given. */
  public readonly version: string;

  /** @internal */
  public readonly _line: EngineLine;

  private readonly options: CacheEngineOptions;

  private constructor(line: EngineLine, version: string, options: CacheEngineOptions) {
    assertVersion(line, version);
    if (!Token.isUnresolved(version)) line.assertExists?.(version);
    this.name = line.name;
    this._line = line;
    this.version = version;
    this.options = options;
  }

  /**
   * The family of the cache parameter group: `redis2.8`, `redis6.x`, `redis7`, `valkey8`, …
   *
   * @throws if it was not stated and ElastiCache has no family for the version, or the version is a token
   */
  public get parameterGroupFamily(): string {
    const family = this.options.parameterGroupFamily ?? parameterGroupFamilyOf(this);
    if (family !== undefined) return family;
    const [known, example] = this._line.families;
    throw new ValidationError(
      `The parameter group family of ${this} is not known. Accepted is ${known} as literal text; otherwise state it: ` +
        `CacheEngine.${this.name}(version, { parameterGroupFamily: '${example}' }).`,
    );
  }

  /**
   * The last day of ElastiCache's standard support, `YYYY-MM-DD`; undefined where none is announced. It says nothing
   * of servers of your own.
   */
  public get standardSupportEnd(): string | undefined {
    return supportEndOf(this)?.standard;
  }

  /**
   * Whether going from `other` to this engine loses features: a lower version of the same engine, or Redis after
   * Valkey. Redis to Valkey is an upgrade: Valkey is Redis 7.2 carried on. Versions are compared as far as both are
   * stated (`7.1` is not below `7.1.2`); a token is below nothing.
   *
   * @param other the engine in use now
   */
  public isDowngradeFrom(other: CacheEngine): boolean {
    assertTold('CacheEngine.isDowngradeFrom', { other });
    if (this.name !== other.name) return !this._line.carriesOn.includes(other.name);
    return compareVersions(this.version, other.version) < 0;
  }

  /** `Redis 2.8.24`, `Valkey 8.1`. */
  public toString(): string {
    return `${this._line.title} ${this.version}`;
  }
}
