import type { CacheMigrationConfiguration } from '../../contract/cache';
import type { Engine } from '../engine';
import { Caches } from './caches';
import { keysVerb } from './checks/verb';
import { cacheConfiguration } from './configuration';
import { redisVerbs } from './verbs';

/** Redis and Valkey, ElastiCache's and self-managed ones. */
export const redis = {
  name: 'redis',
  sides: 'caches',
  kind: 'cache',
  configuration: cacheConfiguration,
  speaks: ['redis', 'valkey'],
  verbs: redisVerbs,
  checks: { 'check.keys': keysVerb },
  open: Caches.open,
} satisfies Engine<Caches, CacheMigrationConfiguration>;
