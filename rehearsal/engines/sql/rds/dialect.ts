import type { DatabaseEngineName } from '../database-engine';

export type MysqlDialectName = Exclude<DatabaseEngineName, 'postgresql'>;

/** The words that changed between Aurora MySQL 2 and 3. */
export interface Dialect {
  /** Configures what is followed. */
  readonly change: string;
  /** The prefix of the options of `change` (`MASTER_HOST`); the columns of a status and RDS's procedures have it too. */
  readonly source: 'MASTER' | 'SOURCE';
  readonly replica: 'SLAVE' | 'REPLICA';
  /** The option of `change` that counts positions by file and offset. */
  readonly byPosition: string;
  /** Shows where the server's own log stands. */
  readonly logPosition: string;
}

export const DIALECTS: Readonly<Record<MysqlDialectName, Dialect>> = {
  mariadb: {
    change: 'CHANGE MASTER TO',
    source: 'MASTER',
    replica: 'SLAVE',
    byPosition: 'MASTER_USE_GTID=no',
    logPosition: 'SHOW MASTER STATUS',
  },
  mysql: {
    change: 'CHANGE REPLICATION SOURCE TO',
    source: 'SOURCE',
    replica: 'REPLICA',
    byPosition: 'SOURCE_AUTO_POSITION=0',
    logPosition: 'SHOW BINARY LOG STATUS',
  },
};
