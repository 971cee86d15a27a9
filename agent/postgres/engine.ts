import type { DatabaseMigrationConfiguration } from '../../contract/database';
import type { Engine } from '../engine';
import { queryCheck } from '../sql/checks/query';
import { databaseConfiguration } from '../sql/configuration';
import { Databases } from '../sql/databases';
import { QueriedSide } from './smoke/queried-side';
import { postgresVerbs } from './verbs';

/** Aurora PostgreSQL, RDS for PostgreSQL. */
export const postgres = {
  name: 'postgres',
  sides: 'PostgreSQL databases',
  kind: 'database',
  configuration: databaseConfiguration,
  speaks: ['postgres', 'aurora-postgresql'],
  verbs: postgresVerbs,
  checks: { 'check.query': queryCheck(async (...asked) => new QueriedSide(...asked)) },
  open: Databases.open,
} satisfies Engine<Databases, DatabaseMigrationConfiguration>;
