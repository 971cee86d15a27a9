import { comparePositions } from '../../../agent/mysql/binlog-position';
import { dialectOf } from '../../../agent/mysql/dialect';
import { explainMysql } from '../../../agent/mysql/explain';

test.each([
  ['10.11.14-MariaDB-0+deb12u2-log', 'SHOW ALL SLAVES STATUS', 'SHOW MASTER STATUS'],
  ['5.7.44-log', 'SHOW SLAVE STATUS', 'SHOW MASTER STATUS'],
  ['8.0.21', 'SHOW SLAVE STATUS', 'SHOW MASTER STATUS'],
  ['8.0.22', 'SHOW REPLICA STATUS', 'SHOW MASTER STATUS'],
  ['8.0.39', 'SHOW REPLICA STATUS', 'SHOW MASTER STATUS'],
  ['8.4.0', 'SHOW REPLICA STATUS', 'SHOW BINARY LOG STATUS'],
  ['9.7.1', 'SHOW REPLICA STATUS', 'SHOW BINARY LOG STATUS'],
])('%s is asked in its own words', (version, replicaStatement, binlogStatement) => {
  expect(dialectOf(version)).toMatchObject({ replicaStatement, binlogStatement });
});

test.each([
  ['mysql-bin.000009', 900, 'mysql-bin.000010', 4],
  ['mysql-bin.999999', 4, 'mysql-bin.1000000', 4],
  ['mysql-bin.000001', 4, 'mysql-bin.000001', 5],
])('%s:%d stands before %s:%d', (file, position, laterFile, laterPosition) => {
  const [one, other] = [
    { file, position },
    { file: laterFile, position: laterPosition },
  ];
  expect(comparePositions(one, other)).toBeLessThan(0);
  expect(comparePositions(other, one)).toBeGreaterThan(0);
  expect(comparePositions(one, one)).toBe(0);
});

test('an error says neither the statement nor what the server quotes of it', () => {
  const error = Object.assign(new Error("You have an error in your SQL syntax near 'hunter2'' at line 1"), {
    code: 'ER_PARSE_ERROR',
    sql: "CALL mysql.rds_set_external_source('host', 3306, 'repl', 'hunter2')",
    sqlMessage: "near 'hunter2''",
  });
  const explained = explainMysql(error, 'blue:3306');
  expect(explained.name).toBe('Agent.CommandForbidden');
  expect(`${explained.message}${JSON.stringify(explained.cause)}${String(explained.cause)}`).not.toContain('hunter2');
});
