import { Client } from 'pg';
import type { Initialise } from './data-template';
import type { DatabaseEngine } from './database-engine';
import { mysqlConfiguration } from './mysql-configuration';
import { initialiseMysql } from './mysql-data';
import { POSTGRESQL_ACCESS, postgresqlConfiguration } from './postgresql-configuration';
import { initialisePostgresql } from './postgresql-data';
import { FILES, type Layout, type Settings } from './server-settings';
import { SUPERUSER } from './superuser';

/** What differs between the engines when one is started and stopped. */
export interface Dialect {
  /** The line of the log that says that it accepts connections. */
  readonly ready: RegExp;
  readonly stopInOrder: NodeJS.Signals;
  /** Where the data is of no use any more. */
  readonly stopAtOnce: NodeJS.Signals;
  readonly initialise: Initialise;
  /** File names to contents. */
  configuration(engine: DatabaseEngine, layout: Layout, settings: Settings): Readonly<Record<string, string>>;
  flags(configuration: string): readonly string[];
  /** SQL that makes the superuser while the server first starts. */
  firstStart?(password: string): string;
  firstStartSetting(file: string): Settings;
  /** Gives the superuser its password, once the server has first started. */
  afterFirstStart?(layout: Layout, password: string): Promise<void>;
}

export const MYSQL_DIALECT: Dialect = {
  ready: /ready for connections/,
  stopInOrder: 'SIGTERM',
  stopAtOnce: 'SIGKILL',
  initialise: initialiseMysql,
  configuration: (engine, layout, settings) => ({
    [FILES.configuration]: mysqlConfiguration(engine, layout, settings),
  }),
  flags: (configuration) => [`--defaults-file=${configuration}`],
  firstStart: (password) =>
    [
      // The binary log begins with the first statement of its users.
      'SET SESSION sql_log_bin = 0;',
      `CREATE USER '${SUPERUSER}'@'%' IDENTIFIED BY '${password.replace(/[\\']/g, '\\$&')}';`,
      `GRANT ALL PRIVILEGES ON *.* TO '${SUPERUSER}'@'%' WITH GRANT OPTION;`,
      '',
    ].join('\n'),
  firstStartSetting: (file) => ({ init_file: file }),
};

export const POSTGRESQL_DIALECT: Dialect = {
  ready: /database system is ready to accept connections/,
  // `fast`: SIGTERM would wait until the last client leaves.
  stopInOrder: 'SIGINT',
  // `immediate`: a killed postmaster's children live on for a moment, in a folder that is being removed.
  stopAtOnce: 'SIGQUIT',
  initialise: initialisePostgresql,
  configuration: (_engine, layout, settings) => ({
    [FILES.configuration]: postgresqlConfiguration(layout, settings),
    'pg_hba.conf': POSTGRESQL_ACCESS,
  }),
  flags: (configuration) => ['-c', `config_file=${configuration}`],
  firstStartSetting: () => ({}),
  afterFirstStart: async (layout, password) => {
    const client = new Client({ host: layout.folder, port: layout.port, user: SUPERUSER, database: 'postgres' });
    await client.connect();
    try {
      await client.query(`ALTER ROLE ${SUPERUSER} PASSWORD ${client.escapeLiteral(password)}`);
    } finally {
      await client.end();
    }
  },
};
