import type { DatabaseEngineName } from '../../engines/sql/database-engine';
import type { DatabaseOptions } from '../../engines/sql/database-server';
import type { Side } from '../../report/result';
import type { DatabaseMigration } from '../migration';

type StandIn = Pick<DatabaseOptions, 'engine' | 'version'>;

/** The newest line of PostgreSQL that an older one stands in for, and what stands in for all later ones. */
const OLD_POSTGRESQL = '15';
const NEW_POSTGRESQL = '17';

/** Who stands in for each side. */
export function standInsOf({ configuration: { blue, green } }: DatabaseMigration): Readonly<Record<Side, StandIn>> {
  if (blue.engine.includes('postgres')) {
    return { blue: postgresqlFor(blue.engineVersion), green: postgresqlFor(green.engineVersion) };
  }
  const engine = mysqlFor(blue.engineVersion);
  return { blue: { engine }, green: { engine } };
}

/** Each follows the other over any distance of versions. */
function postgresqlFor(version: string): StandIn {
  const old = Number.parseInt(version, 10) <= Number(OLD_POSTGRESQL);
  return { engine: 'postgresql', version: old ? OLD_POSTGRESQL : NEW_POSTGRESQL };
}

/**
 * One engine for both: each side has to follow the other, and MySQL and MariaDB do not follow each other for long.
 * MariaDB speaks the dialect of MySQL 5.7 and Aurora MySQL 2.
 */
function mysqlFor(version: string): DatabaseEngineName {
  return /^5\./.test(version) ? 'mariadb' : 'mysql';
}
