import { z } from 'zod';
import type { DatabaseMigrationConfiguration, QueryOfCheck } from '../../contract/database';
import { address, conversion } from '../reach';

const database = address.extend({
  readerHost: z.string().min(1).optional(),
  secretArn: z.string().min(1),
  engine: z.enum(['mysql', 'aurora-mysql', 'postgres', 'aurora-postgresql']),
  engineVersion: z.string().regex(/^\d+(\.\w+)*$/),
});

const checkQuery: z.ZodType<QueryOfCheck> = z.object({
  check: z.string().min(1),
  sql: z.string().min(1),
  database: z.string().min(1),
  expect: z.strictObject({
    rowsAtLeast: z.int().min(1).optional(),
    rowsAtMost: z.int().min(0).optional(),
    valueIs: z.string().optional(),
    valueAtLeast: z.number().optional(),
    valueAtMost: z.number().optional(),
  }),
});

export const databaseConfiguration: z.ZodType<DatabaseMigrationConfiguration> = z.object({
  migrationName: z.string().min(1),
  kind: z.literal('database'),
  strategy: z.enum(['managedBlueGreen', 'promoteReplica', 'binlogReplica']),
  recordName: z.string().min(1).optional(),
  recordTtlSeconds: z.number().min(0),
  blue: database,
  green: database,
  smokeQueries: z.array(z.object({ name: z.string().min(1), sql: z.string().min(1), database: z.string().min(1) })),
  checkQueries: z.array(checkQuery).optional(),
  replicationSecretArn: z.string().min(1).optional(),
  converting: z
    .object({
      endpoint: database.extend({ engine: z.literal('mysql') }),
      conversions: z.array(conversion),
      maxLagSeconds: z.number().positive(),
    })
    .optional(),
});
