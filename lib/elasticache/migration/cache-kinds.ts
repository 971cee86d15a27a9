import type { KindScope } from '../../cutover/migration/kind';
import { ValidationError } from '../../validation-error';
import type { IBaseCache } from '../cache/base-cache';
import type { ICache } from '../cache/cache-base';
import { ofMemcached } from '../memcached/memcached-kind';
import { CacheKind } from './cache-kind';
import type { CacheMigrationKind } from './cache-migration-kind';
import type { CacheMigrationProps } from './cache-migration-props';
import { assertSides } from './sides-check';

/** By the engine of both sides. Those that move together have one kind. */
const KINDS: Readonly<Record<string, (within: KindScope, props: CacheMigrationProps) => CacheMigrationKind>> = {
  redis: ofRedis,
  valkey: ofRedis,
  memcached: ofMemcached,
};

/** What migrates such caches. @throws where clients of the one could not speak to the other */
export function cacheKindOf(within: KindScope, props: CacheMigrationProps): CacheMigrationKind {
  assertSides(props);
  const { blue, green } = props;
  const [kind, other] = [KINDS[blue.engine.name], KINDS[green.engine.name]];
  if (kind !== undefined && kind === other) return kind(within, props);
  throw new ValidationError(
    `blue and green: got ${blue.engine} and ${green.engine}; accepted are two caches that speak the same protocol, because a record does not change what clients speak. Make green of blue's own kind.`,
  );
}

function ofRedis(within: KindScope, props: CacheMigrationProps): CacheMigrationKind {
  const { blue, green } = props;
  if (!speaksRedis(blue) || !speaksRedis(green)) {
    throw new ValidationError(
      'blue and green: got a cache that does not say whether cluster mode is enabled; accepted are those of Cache.fromAttributes and ReplicationGroup.',
    );
  }
  return new CacheKind(within, { ...props, blue, green });
}

function speaksRedis(cache: IBaseCache): cache is ICache {
  return 'clusterMode' in cache;
}
