import type { z } from 'zod';
import type { PostgresVerbs } from '../../contract/postgres';
import { mysqlArguments, verifyBothSides } from '../mysql/arguments';

/** As MySQL's, word for word: one state machine drives either. */
export const postgresArguments = {
  'postgres.preflight': mysqlArguments['mysql.preflight'],
  'postgres.status': mysqlArguments['mysql.status'],
  'postgres.smoke': mysqlArguments['mysql.smoke'],
  'postgres.verify': verifyBothSides,
  'postgres.alive': mysqlArguments['mysql.alive'].omit({ writableWithinSeconds: true }),
  'postgres.connections': mysqlArguments['mysql.connections'],
  'postgres.evict': mysqlArguments['mysql.evict'],
} satisfies { readonly [V in keyof PostgresVerbs]: z.ZodType<PostgresVerbs[V]['args']> };
