import { ValidationError } from '../../validation-error';
import type { NodeFamily } from '../nodes/node-families';
import type { EngineLine } from './engine-line';
import { compareVersions } from './engine-version';
import { MEMCACHED_MEBIBYTES } from './memcached-sizes';

/** @see docs/aws-facts.md#elasticache-memcached-versions */
const VERSIONS = [
  '1.4.5',
  '1.4.14',
  '1.4.24',
  '1.4.33',
  '1.4.34',
  '1.5.10',
  '1.5.16',
  '1.6.6',
  '1.6.12',
  '1.6.17',
  '1.6.22',
];

/** Families with a later first version than the other current ones. @see docs/aws-facts.md#elasticache-memcached-nodes */
const FIRST_VERSIONS: Readonly<Record<string, string>> = { c7gn: '1.6.6', c8gn: '1.6.6', m8g: '1.6.6', r8g: '1.6.6' };
const FIRST_VERSION = '1.5.16';

/** @see docs/aws-facts.md#elasticache-memcached-memory */
const CONNECTIONS_OVERHEAD = 100;
const MEBIBYTE = 1024 ** 2;

/** Data tiering is the Redis protocol's alone. Of families that only live on nothing is known: what runs there, runs. */
function runsOn({ name, creatable }: NodeFamily, version: string): boolean {
  if (!creatable) return true;
  return name !== 'r6gd' && compareVersions(version, FIRST_VERSIONS[name] ?? FIRST_VERSION) >= 0;
}

export const MEMCACHED: EngineLine = {
  name: 'memcached',
  title: 'Memcached',
  carriesOn: [],
  versions: `'1.4.34', '1.5.16', '1.6.22'. Take EngineVersion from 'aws elasticache describe-cache-clusters', or the answer to the command version for a server of your own`,
  families: ['a version of Memcached from 1.4 to 1.6', 'memcached1.6'],
  runsFrom: 'Memcached 1.5.16 on, for the newest families from 1.6.6 on',
  recommended: "CacheEngine.memcached('1.6.22')",
  supportEnd: () => undefined,
  assertCreatable(version) {
    if (VERSIONS.includes(version) || compareVersions(version, '1.6.22') > 0) return;
    throw new ValidationError(
      `ElastiCache creates no cluster with Memcached ${version}. Accepted are ${VERSIONS.join(', ')} and later. Take CacheEngine.memcached('1.6.22').`,
    );
  },
  parameterGroupFamily: (version) => /^1\.[456]\b/.exec(version)?.[0].replace(/^/, 'memcached'),
  runsOn,
  memoryOf: ([name]) => {
    const mebibytes = MEMCACHED_MEBIBYTES.get(name);
    return mebibytes === undefined ? undefined : mebibytes * MEBIBYTE;
  },
  memoryFor: (dataBytes) => dataBytes + CONNECTIONS_OVERHEAD * MEBIBYTE,
};
