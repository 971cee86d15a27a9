import type { SqlDialect } from '../dialect';
import { MysqlComparable } from './mysql-comparable';
import { MysqlDatabase, openMysql } from './mysql-database';
import { MysqlFilling } from './mysql-filling';
import { mysqlVerdict, openMysqlLink } from './mysql-link';

/** MySQL and MariaDB. */
export const mysql: SqlDialect = {
  openLink: openMysqlLink,
  verdictOn: mysqlVerdict,
  open: async (address, schema) => new MysqlDatabase(await openMysql(address, schema)),
  beginFilling: async (address, application, tables) =>
    MysqlFilling.begin(await openMysql(address), application, tables),
  compare: async (address) => MysqlComparable.of(await openMysql(address)),
};
