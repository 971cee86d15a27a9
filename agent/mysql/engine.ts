import type { DatabaseMigrationConfiguration } from '../../contract/database';
import type { Engine } from '../engine';
import { queryCheck } from '../sql/checks/query';
import { databaseConfiguration } from '../sql/configuration';
import { Databases } from '../sql/databases';
import { QueriedSide } from './smoke/queried-side';
import { mysqlVerbs } from './verbs';

/** Aurora MySQL, RDS for MySQL, MariaDB. */
export const mysql = {
  name: 'mysql',
  sides: 'MySQL databases',
  kind: 'database',
  configuration: databaseConfiguration,
  speaks: ['mysql', 'aurora-mysql'],
  verbs: mysqlVerbs,
  checks: { 'check.query': queryCheck(QueriedSide.open) },
  open: Databases.open,
} satisfies Engine<Databases, DatabaseMigrationConfiguration>;
