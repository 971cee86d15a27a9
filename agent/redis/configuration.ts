import { z } from 'zod';
import type { CacheMigrationConfiguration } from '../../contract/cache';
import { address } from '../reach';

const cache = address.extend({
  secretArn: z.string().min(1).optional(),
  engine: z.enum(['redis', 'valkey']),
  engineVersion: z.string().regex(/^\d+(\.\d+)*$/),
  clusterMode: z.boolean(),
});

export const cacheConfiguration: z.ZodType<CacheMigrationConfiguration> = z.object({
  migrationName: z.string().min(1),
  kind: z.literal('cache'),
  consistency: z.enum(['COLD', 'LIVE', 'FENCED']),
  recordName: z.string().min(1),
  recordTtlSeconds: z.number().min(0),
  relayAddress: z.ipv4().optional(),
  relayCertificateArn: z.string().min(1).optional(),
  relays: z.boolean().optional(),
  blue: cache,
  green: cache,
});
