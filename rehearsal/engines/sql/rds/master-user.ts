import type { MysqlDialectName } from './dialect';

const EVERYWHERE = [
  ...['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'RELOAD', 'PROCESS', 'REFERENCES', 'INDEX', 'ALTER'],
  ...['SHOW DATABASES', 'CREATE TEMPORARY TABLES', 'LOCK TABLES', 'EXECUTE', 'REPLICATION SLAVE'],
  ...['REPLICATION CLIENT', 'CREATE VIEW', 'SHOW VIEW', 'CREATE ROUTINE', 'ALTER ROUTINE', 'CREATE USER', 'EVENT'],
  'TRIGGER',
];

/**
 * What RDS gives its master user: neither SUPER nor CONNECTION_ADMIN, so that other users' sessions end by
 * `mysql.rds_kill` and replication is configured by the procedures only.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html
 */
const PRIVILEGES: Readonly<Record<MysqlDialectName, readonly string[]>> = {
  // SHOW SLAVE STATUS needs SLAVE MONITOR from MariaDB 10.5.9 on; in MySQL 5.7 REPLICATION CLIENT covers it.
  mariadb: [...EVERYWHERE, 'SLAVE MONITOR'],
  // SET_USER_ID became SET_ANY_DEFINER and ALLOW_NONEXISTENT_DEFINER in MySQL 8.4.
  mysql: [
    ...[...EVERYWHERE, 'CREATE ROLE', 'DROP ROLE', 'APPLICATION_PASSWORD_ADMIN', 'ROLE_ADMIN', 'XA_RECOVER_ADMIN'],
    ...['SET_ANY_DEFINER', 'ALLOW_NONEXISTENT_DEFINER', 'SHOW_ROUTINE'],
  ],
};

const quote = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;

export function mysqlMasterUser(dialect: MysqlDialectName, user: string, password: string): readonly string[] {
  const account = `${quote(user)}@'%'`;
  return [
    `CREATE USER ${account} IDENTIFIED BY ${quote(password)}`,
    `GRANT ${PRIVILEGES[dialect].join(', ')} ON *.* TO ${account} WITH GRANT OPTION`,
  ];
}

/** `rds_superuser` is a role without SUPERUSER. */
export function postgresqlMasterUser(user: string, password: string): readonly string[] {
  const role = `"${user.replaceAll('"', '""')}"`;
  return [
    'CREATE ROLE rds_replication NOLOGIN',
    'CREATE ROLE rds_superuser NOLOGIN IN ROLE pg_monitor, pg_signal_backend, rds_replication',
    `CREATE ROLE ${role} LOGIN CREATEDB CREATEROLE IN ROLE rds_superuser PASSWORD '${password.replaceAll("'", "''")}'`,
    `GRANT CREATE ON DATABASE postgres TO ${role}`,
    `GRANT ALL ON SCHEMA public TO ${role}`,
  ];
}
