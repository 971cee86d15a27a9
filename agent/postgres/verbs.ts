import type { PostgresVerbs } from '../../contract/postgres';
import { databaseArguments } from '../sql/arguments';
import type { Databases } from '../sql/databases';
import type { VerbEntry } from '../verb-entry';
import { alive } from './alive';
import { connections } from './connections';
import { evict } from './evict';
import { preflight } from './preflight';
import { smoke } from './smoke';
import { status } from './status';
import { verify } from './verify';

/** The verbs of PostgreSQL databases, in the order in which a cutover needs them. */
export const postgresVerbs: { readonly [V in keyof PostgresVerbs]: VerbEntry<V, Databases> } = {
  'postgres.preflight': {
    summary: 'Say what would go wrong, and change nothing',
    arguments: databaseArguments.preflight,
    run: preflight,
    begins: true,
  },
  'postgres.status': {
    summary: 'What replicates into either side, and whether it does',
    arguments: databaseArguments.status,
    run: status,
    begins: true,
  },
  'postgres.smoke': {
    summary: "Run the migration's own queries on both sides, and compare what they give",
    arguments: databaseArguments.smoke,
    run: smoke,
    begins: true,
  },
  'postgres.verify': {
    summary: 'Compare what is defined on the two sides, or their rows',
    arguments: databaseArguments.verify,
    run: verify,
  },
  'postgres.alive': {
    summary: 'Whether a side answers, and whether its engine has restarted',
    arguments: databaseArguments.alive,
    run: alive,
    begins: true,
  },
  'postgres.connections': {
    summary: 'Who is connected to a side, by user, host and database',
    arguments: databaseArguments.connections,
    run: connections,
    begins: true,
  },
  'postgres.evict': {
    summary: 'Close every connection to a side until nobody comes back',
    arguments: databaseArguments.evict,
    run: evict,
  },
};
