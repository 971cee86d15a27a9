import { Token } from 'aws-cdk-lib';
import { assertStated } from '../cutover/validations/stated';
import { ValidationError } from '../validation-error';

/** The program that asks the database. The host has it of one of its `packages`. */
export enum BatchDatabaseClient {
  /** `mysql`, of MySQL or MariaDB, e.g. in the package mariadb105. A password comes as the variable MYSQL_PWD. */
  MYSQL = 'mysql',
  /** `psql`, e.g. in the package postgresql16. A password comes as the variable PGPASSWORD. */
  POSTGRESQL = 'psql',
}

/** Properties of a criterion that asks a database for something newer than the slot. */
export interface NewerThanSlotProps {
  /** The program that asks. */
  readonly client: BatchDatabaseClient;

  /**
   * Its options: where the database is, and as whom. Words for `/bin/sh`, with the job's environment and secrets.
   *
   * `ps` shows what they become: a password comes by its variable. e.g. `--host="$DB_HOST" --user="$DB_USER" shop`
   */
  readonly options: string;

  /**
   * A SELECT of one row with one time, e.g. `SELECT MAX(written_at) FROM sales`. It is compared in UTC: the session is in UTC, so
   * that MySQL's TIMESTAMP and PostgreSQL's timestamptz are right. What a DATETIME or a timestamp without time zone holds must be
   * UTC, or be converted here.
   */
  readonly newest: string;
}

/**
 * A command for /bin/sh that ends with 0 where it is of the slot's minute or later, and prints what it was. The statement is never
 * part of a text in double quotes: it is quoted, and comes from a variable.
 */
export function newerThanSlot(props: NewerThanSlotProps): string {
  const of = 'BatchCriterion.newerThanSlot';
  assertStated('NewerThanSlotProps', props, {
    client: 'the program that asks, e.g. BatchDatabaseClient.MYSQL',
    options: 'where the database is',
    newest: 'a SELECT of one time',
  });
  const { client, options, newest } = props;
  if (!Token.isUnresolved(newest) && !/^\s*(select|with)\b[^;]*$/i.test(newest)) {
    throw new ValidationError(
      `newest of ${of}: got '${newest.slice(0, 40)}'; accepted is one SELECT of a time, without a semicolon.`,
    );
  }
  return [
    `newest='${newest.replaceAll("'", `'\\''`)}'`,
    `found=$(${ASK[client](options)}) || exit`,
    `echo "The newest is of $${'{found#* }'}, and the slot of $CUTOVER_SLOT_AT UTC."`,
    `test "$${'{found%% *}'}" = 1`,
  ].join('\n');
}

/** In lines of its own, so that a comment at its end ends there. */
const COMPARED = `SELECT CONCAT(CASE WHEN newest >= '$CUTOVER_SLOT_AT' THEN 1 ELSE 0 END, ' ',
COALESCE(CAST(newest AS CHAR(19)), 'never')) FROM (SELECT (
$newest
) AS newest) AS found`;

/** Of each client: nothing but the value, in a session in UTC, and an error where the statement fails. */
const ASK: Readonly<Record<BatchDatabaseClient, (options: string) => string>> = {
  [BatchDatabaseClient.MYSQL]: (options) =>
    `mysql ${options} --batch --skip-column-names --init-command="SET time_zone = '+00:00'" --execute="${COMPARED}"`,
  [BatchDatabaseClient.POSTGRESQL]: (options) =>
    `PGTZ=UTC psql ${options} --no-psqlrc --tuples-only --no-align --set=ON_ERROR_STOP=1 --command="${COMPARED}"`,
};
