import type { MemcachedMigrationConfiguration } from '../../contract/memcached';
import type { Engine } from '../engine';
import { memcachedConfiguration } from './configuration';
import { MemcachedSides } from './sides';
import { memcachedVerbs } from './verbs';

/** Memcached, ElastiCache's and self-managed ones. */
export const memcached = {
  name: 'memcached',
  sides: 'Memcached clusters',
  kind: 'memcached',
  configuration: memcachedConfiguration,
  speaks: ['memcached'],
  verbs: memcachedVerbs,
  checks: {},
  open: async (props, configuration) => new MemcachedSides(props, configuration),
} satisfies Engine<MemcachedSides, MemcachedMigrationConfiguration>;
