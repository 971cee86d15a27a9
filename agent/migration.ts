import type { CheckVerbs } from '../contract/agent';
import type { RedisVerbs } from '../contract/cache';
import type { MysqlVerbs } from '../contract/mysql';
import type { PostgresVerbs } from '../contract/postgres';
import { type ConfigurationSource, readConfiguration } from './configuration';
import type { Credentials } from './credentials';
import { AgentError } from './errors';
import type { Log } from './log';
import { Caches } from './redis/caches';
import { Databases } from './sql/databases';
import type { Verb } from './verb';

/** The two sides that the agent works on, for the life of the process. */
export type Migration = Caches | Databases;

export interface MigrationProps {
  readonly source: ConfigurationSource;
  readonly credentials: Credentials;
  /** It exists, where the verbs that keep state run. */
  readonly stateDirectory: string;
  readonly log: Log;
}

/** Rejects with an `AgentError`. */
export async function openMigration(props: MigrationProps): Promise<Migration> {
  const configuration = await readConfiguration(props.source);
  return configuration.kind === 'cache' ? Caches.open(props, configuration) : Databases.open(props, configuration);
}

/** The verb, refusing any migration but one of caches. */
export function onCaches<V extends keyof RedisVerbs | keyof CheckVerbs>(verb: Verb<Caches, V>): Verb<Migration, V> {
  return async (migration, args, report) => {
    if (!(migration instanceof Caches)) throw ofAnotherKind(migration, 'caches');
    return verb(migration, args, report);
  };
}

/** The verb, refusing any migration but one of databases, whatever they speak. */
export function onDatabases<V extends keyof CheckVerbs>(verb: Verb<Databases, V>): Verb<Migration, V> {
  return async (migration, args, report) => {
    if (!(migration instanceof Databases)) throw ofAnotherKind(migration, 'databases');
    return verb(migration, args, report);
  };
}

/** The verb, refusing any migration but one of MySQL databases: Aurora MySQL, RDS for MySQL, MariaDB. */
export function onMysql<V extends keyof MysqlVerbs>(verb: Verb<Databases, V>): Verb<Migration, V> {
  return async (migration, args, report) => {
    if (!(migration instanceof Databases && migration.family === 'mysql')) {
      throw ofAnotherKind(migration, 'MySQL databases');
    }
    return verb(migration.at(args), args, report);
  };
}

/** The verb, refusing any migration but one of PostgreSQL databases. */
export function onPostgres<V extends keyof PostgresVerbs>(verb: Verb<Databases, V>): Verb<Migration, V> {
  return async (migration, args, report) => {
    if (!(migration instanceof Databases && migration.family === 'postgres')) {
      throw ofAnotherKind(migration, 'PostgreSQL databases');
    }
    return verb(migration.at(args), args, report);
  };
}

const verbsOf = { cache: 'redis', mysql: 'mysql', postgres: 'postgres' } as const;

function ofAnotherKind(migration: Migration, wanted: string): AgentError {
  const kind = migration instanceof Caches ? 'cache' : migration.family;
  const engines = { cache: 'caches', mysql: 'MySQL databases', postgres: 'PostgreSQL databases' }[kind];
  return new AgentError(
    'Agent.BadRequest',
    `The verb works on ${wanted}, and the migration ${migration.migrationName} is one of ${engines}: ` +
      `use its ${verbsOf[kind]}.* verbs, or check CUTOVER_CONFIGURATION.`,
  );
}
