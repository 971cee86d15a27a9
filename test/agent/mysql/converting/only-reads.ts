/** What of a general log changes nothing on the server. */
const READS =
  /^(Query|Execute|Prepare) (SELECT|SHOW|SET NAMES|SET SESSION|SET @|START TRANSACTION|COMMIT)\b|^(Query SET @|Binlog Dump)/;

/** Statements, each with the command that it came by, that may have changed something. */
export function beyondReading(statements: readonly string[]): readonly string[] {
  return statements.filter((statement) => !READS.test(statement.replace(/^(\w+(?: Dump)?) \s*/, '$1 ')));
}
