import type { SqlDialect } from '../dialect';
import { PostgresqlComparable } from './postgresql-comparable';
import { openPostgresql, PostgresqlDatabase } from './postgresql-database';
import { PostgresqlFilling } from './postgresql-filling';
import { openPostgresqlLink, postgresqlVerdict } from './postgresql-link';

export const postgresql: SqlDialect = {
  openLink: openPostgresqlLink,
  verdictOn: postgresqlVerdict,
  open: async (address, schema) => new PostgresqlDatabase(await openPostgresql(address, schema)),
  beginFilling: (address, application) => PostgresqlFilling.begin(address, application),
  compare: (address) => PostgresqlComparable.of(address),
};
