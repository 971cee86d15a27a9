import { SUPERUSER } from '../superuser';
import { DIALECTS, type Dialect, type MysqlDialectName } from './dialect';

/**
 * The `mysql.rds_*` procedures that replace what RDS's master user may not do itself: same names, same arguments in the
 * same order, doing the real thing with the rights of RDS's own superuser. Each is one statement.
 *
 * As on RDS, replication over an unencrypted connection cannot sign in as a user of `caching_sha2_password`.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/mysql-stored-proc-replicating.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/mysql-stored-proc-ending.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/mysql-stored-proc-configuring.html
 */
export function rdsProcedures(engine: MysqlDialectName): readonly string[] {
  const words = DIALECTS[engine];
  const gtids = engine === 'mysql' ? [setExternalSourceWithAutoPosition(words)] : [];
  return [
    ...CONFIGURATION,
    setExternalSource(words),
    ...gtids,
    resetExternalSource(words),
    startReplication(words),
    stopReplication(words),
    ending('rds_kill', 'thread', 'KILL'),
    ending('rds_kill_query', 'query', 'KILL QUERY'),
  ];
}

const header = (name: string, parameters: string) =>
  `CREATE DEFINER='${SUPERUSER}'@'%' PROCEDURE mysql.${name}(${parameters}) SQL SECURITY DEFINER`;

const AUTOCOMMIT_ONLY = `IF @@autocommit = 0 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'Autocommit must be enabled to run this procedure.';
  END IF;`;

/** The statement holds a password: it stays in the session no longer than it takes to run it. */
const RUN_STATEMENT = `PREPARE rds_statement FROM @rds_statement;
    SET @rds_statement = NULL;
    EXECUTE rds_statement;
    DEALLOCATE PREPARE rds_statement;`;

/** The rehearsal's endpoints are in no name server that this machine's servers ask: their names are looked up here. */
export const HOST_NAMES = 'mysql.rds_host_names';

const CHANGE = ({
  change,
  source,
}: Dialect) => `'${change} ${source}_HOST=', QUOTE(IFNULL((SELECT address FROM ${HOST_NAMES} WHERE name = host_name), host_name)),
      ', ${source}_PORT=', host_port,
      ', ${source}_USER=', QUOTE(replication_user_name),
      ', ${source}_PASSWORD=', QUOTE(replication_user_password),
      ', ${source}_SSL_VERIFY_SERVER_CERT=0, ${source}_SSL=', IFNULL(ssl_encryption, 0)`;

const SIGN_IN = `IN host_name VARCHAR(255), IN host_port INT,
  IN replication_user_name VARCHAR(128), IN replication_user_password VARCHAR(255)`;

const setExternalSource = (words: Dialect) => `${header(
  `rds_set_external_${words.source.toLowerCase()}`,
  `${SIGN_IN}, IN mysql_binary_log_file_name VARCHAR(255), IN mysql_binary_log_file_location BIGINT, IN ssl_encryption TINYINT`,
)}
BEGIN
  ${AUTOCOMMIT_ONLY}
  SET @rds_statement = CONCAT(
      ${CHANGE(words)},
      ', ${words.byPosition}, ${words.source}_LOG_FILE=', QUOTE(mysql_binary_log_file_name),
      ', ${words.source}_LOG_POS=', mysql_binary_log_file_location);
  ${RUN_STATEMENT}
END`;

const setExternalSourceWithAutoPosition = (words: Dialect) => `${header(
  `rds_set_external_${words.source.toLowerCase()}_with_auto_position`,
  `${SIGN_IN}, IN ssl_encryption TINYINT`,
)}
BEGIN
  ${AUTOCOMMIT_ONLY}
  SET @rds_statement = CONCAT(
      ${CHANGE(words)},
      ', ${words.source}_AUTO_POSITION=1');
  ${RUN_STATEMENT}
END`;

const resetExternalSource = ({
  source,
  replica,
}: Dialect) => `${header(`rds_reset_external_${source.toLowerCase()}`, '')}
BEGIN
  ${AUTOCOMMIT_ONLY}
  RESET ${replica} ALL;
  SELECT 'Slave has been reset' AS Message;
END`;

/** It waits a moment for the threads, whose failure is otherwise seen in the status only. */
const startReplication = ({ replica }: Dialect) => `${header('rds_start_replication', '')}
BEGIN
  DECLARE threads INT DEFAULT 0;
  DECLARE round INT DEFAULT 0;
  START ${replica};
  REPEAT
    DO SLEEP(0.05);
    SELECT COUNT(*) INTO threads FROM information_schema.processlist WHERE user = 'system user';
    SET round = round + 1;
  UNTIL threads >= 2 OR round >= 20 END REPEAT;
  IF threads >= 2 THEN
    SELECT 'Slave running normally.' AS Message;
  ELSE
    SELECT 'Slave has encountered an error. Run SHOW ${replica} STATUS to see the error.' AS Message;
  END IF;
END`;

const stopReplication = ({ replica }: Dialect) => `${header('rds_stop_replication', '')}
BEGIN
  STOP ${replica};
  SELECT 'Slave is down or disabled' AS Message;
END`;

/** Sessions of RDS itself are out of bounds. */
const ending = (
  name: string,
  parameter: string,
  statement: string,
) => `${header(name, `IN ${parameter} BIGINT UNSIGNED`)}
BEGIN
  DECLARE session_user_name VARCHAR(128) DEFAULT NULL;
  SELECT MAX(user) INTO session_user_name FROM information_schema.processlist WHERE id = ${parameter};
  IF session_user_name IN ('${SUPERUSER}', 'rdsrepladmin', 'event_scheduler', 'system user') THEN
    SELECT CONCAT('ERROR (RDS): CANNOT KILL ', UPPER(session_user_name), ' SESSION') AS Message;
  ELSE
    ${statement} ${parameter};
  END IF;
END`;

const MAX_RETENTION_HOURS = 2160;

const CONFIGURATION: readonly string[] = [
  `CREATE TABLE ${HOST_NAMES} (name VARCHAR(255) NOT NULL PRIMARY KEY, address VARCHAR(255) NOT NULL) ENGINE=InnoDB`,
  `CREATE TABLE mysql.rds_configuration (
    name VARCHAR(100) NOT NULL PRIMARY KEY, value VARCHAR(100) DEFAULT NULL, description VARCHAR(300) NOT NULL
  ) ENGINE=InnoDB`,
  `INSERT INTO mysql.rds_configuration VALUES ('binlog retention hours', NULL,
    'binlog retention hours specifies the duration in hours before binary logs are automatically deleted.')`,
  `${header('rds_show_configuration', '')}
  SELECT name, value, description FROM mysql.rds_configuration`,
  // Each server has its own: a replica does not take over its source's.
  `${header('rds_set_configuration', 'IN name VARCHAR(30), IN value INT')}
BEGIN
  DECLARE logged INT DEFAULT @@SESSION.sql_log_bin;
  IF name <> 'binlog retention hours' THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'Invalid configuration name. Accepted: binlog retention hours.';
  END IF;
  IF value < 1 OR value > ${MAX_RETENTION_HOURS} THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'For binlog retention hours the value must be between 1 and ${MAX_RETENTION_HOURS} or be NULL';
  END IF;
  SET SESSION sql_log_bin = 0;
  UPDATE mysql.rds_configuration c SET c.value = value WHERE c.name = 'binlog retention hours';
  SET SESSION sql_log_bin = logged;
END`,
];
