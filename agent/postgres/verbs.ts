import type { PostgresVerbs } from '../../contract/postgres';
import type { Databases } from '../sql/databases';
import { databaseVerbs } from '../sql/verbs';
import type { VerbEntry } from '../verb';
import { alive } from './alive';
import { connections } from './connections';
import { evict } from './evict';
import { preflight } from './preflight';
import { smoke } from './smoke';
import { status } from './status';
import { verify } from './verify';

/** The verbs of PostgreSQL databases, in the order in which a cutover needs them. */
export const postgresVerbs: { readonly [V in keyof PostgresVerbs]: VerbEntry<V, Databases> } = {
  'postgres.preflight': { ...databaseVerbs.preflight, run: preflight },
  'postgres.status': { ...databaseVerbs.status, run: status },
  'postgres.smoke': { ...databaseVerbs.smoke, run: smoke },
  'postgres.verify': { ...databaseVerbs.verify, run: verify },
  'postgres.alive': { ...databaseVerbs.alive, run: alive, begins: true },
  'postgres.connections': { ...databaseVerbs.connections, run: connections, begins: true },
  'postgres.evict': { ...databaseVerbs.evict, run: evict },
};
