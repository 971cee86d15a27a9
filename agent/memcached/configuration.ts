import { z } from 'zod';
import type { MemcachedMigrationConfiguration } from '../../contract/memcached';
import { address } from '../reach';

const cluster = address.extend({
  engine: z.literal('memcached'),
  engineVersion: z.string().regex(/^\d+(\.\d+)*$/),
});

export const memcachedConfiguration: z.ZodType<MemcachedMigrationConfiguration> = z.object({
  migrationName: z.string().min(1),
  kind: z.literal('memcached'),
  recordName: z.string().min(1),
  recordTtlSeconds: z.number().min(0),
  blue: cluster,
  green: cluster,
});
