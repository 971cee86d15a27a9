import type { CacheMigrationConfiguration } from '../../contract/cache';
import type { Engine } from '../engine';
import { Caches } from './caches';
import { cacheConfiguration } from './configuration';
import { redisChecks, redisVerbs } from './verbs';

/** Redis and Valkey, ElastiCache's and self-managed ones. */
export const redis = {
  name: 'redis',
  sides: 'caches',
  kind: 'cache',
  configuration: cacheConfiguration,
  speaks: ['redis', 'valkey'],
  verbs: redisVerbs,
  checks: redisChecks,
  open: Caches.open,
} satisfies Engine<Caches, CacheMigrationConfiguration>;
