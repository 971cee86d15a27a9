import { conversions } from '../../../../agent/mysql/conversions';
import { AGENT_USER } from '../../../../rehearsal/engines/sql/rds/mysql/agent-user';
import { useAws } from '../../aws';
import { listener } from '../../redis/stage';
import { DatabaseStage } from '../stage';
import { Chained } from './chained';

const aws = useAws();

describe.each([
  ['mariadb', 'log_slave_updates'],
  ['mysql', 'log_replica_updates'],
] as const)('a converting replica of %s', (engine, logUpdates) => {
  const stage = new DatabaseStage(aws);
  let chained: Chained;
  const replica = engine === 'mysql' ? 'REPLICA' : 'SLAVE';

  beforeAll(async () => {
    chained = await Chained.start(stage, engine, { [logUpdates]: 'OFF' });
    await chained.onBlue.query('CREATE DATABASE shop');
    await chained.onBlue.query('CREATE TABLE shop.orders (id INT PRIMARY KEY)');
    await chained.onBlue.query('CREATE EVENT shop.hourly ON SCHEDULE EVERY 1 HOUR DO DELETE FROM shop.orders');
    await chained.applied();
  });
  afterAll(() => stage.end());

  const found = async () => {
    const databases = await chained.databases([]);
    const { findings } = await conversions(databases, {}, listener());
    databases.stop();
    return findings.map(({ id, severity, message }) => `${severity} ${id}: ${message}`);
  };
  const quietly = async (...statements: readonly string[]) => {
    await chained.onMiddle.query('SET SESSION sql_log_bin = 0');
    for (const statement of statements) await chained.onMiddle.query(statement);
    await chained.onMiddle.query('SET SESSION sql_log_bin = 1');
  };
  const finding = (start: string) => expect.stringMatching(new RegExp(`^${start}`));

  test('that green could not follow is told so, and keeps no logs of its own', async () => {
    const all = await found();
    expect(all).toEqual([
      finding(
        `error mysql\\.${logUpdates.replaceAll('_', '-')}\\.converting: the converting replica \\(127\\.0\\.0\\.1:\\d+\\) has ${logUpdates} OFF: what it applies from blue would not come to green\\.`,
      ),
      finding('warning mysql\\.binlog-retention\\.converting: .* keeps its binary logs for no time of their own'),
    ]);
    await chained.onMiddle.query("CALL mysql.rds_set_configuration('binlog retention hours', 24)");
    await expect(found()).resolves.toHaveLength(1);
  });

  test('that is read-only, or logs no rows, is told so', async () => {
    // MySQL changes the format while nothing is applied.
    await chained.onMiddle.query(`STOP ${replica}`);
    await chained.onMiddle.query('SET GLOBAL read_only = ON');
    await chained.onMiddle.query("SET GLOBAL binlog_format = 'MIXED'");
    const all = await found();
    await chained.onMiddle.query('SET GLOBAL read_only = OFF');
    await chained.onMiddle.query("SET GLOBAL binlog_format = 'ROW'");
    await chained.onMiddle.query(`START ${replica}`);
    expect(all).toContainEqual(
      finding('error mysql\\.read-only\\.converting: .* has read_only ON: nothing could be converted'),
    );
    expect(all).toContainEqual(finding('error mysql\\.binlog-format\\.converting: .* has binlog_format MIXED'));
  });

  test('that does not let the agent change tables says which right it lacks', async () => {
    await quietly(`REVOKE ALTER, INDEX ON *.* FROM '${AGENT_USER}'@'%'`);
    const all = await found();
    await quietly(`GRANT ALTER ON shop.* TO '${AGENT_USER}'@'%'`);
    const granted = await found();
    await quietly(`GRANT ALTER, INDEX ON *.* TO '${AGENT_USER}'@'%'`);
    expect(all).toContainEqual(
      finding('error mysql\\.user-lacks\\.converting: .* lacks ALTER, INDEX: it could not convert'),
    );
    expect(granted).not.toContainEqual(finding('error mysql\\.user-lacks'));
  });

  test('that others use, or that writes by itself, is told so', async () => {
    const user = await stage.user(chained.middle, 'reports');
    await quietly('ALTER EVENT shop.hourly ENABLE');
    await chained.onMiddle.query('SET GLOBAL event_scheduler = ON');
    const all = await found();
    await chained.onMiddle.query('SET GLOBAL event_scheduler = OFF');
    user.destroy();
    expect(all).toContainEqual(
      finding('warning mysql\\.users\\.converting: Others are connected to .*reports@127\\.0\\.0\\.1'),
    );
    expect(all).toContainEqual(
      finding('error mysql\\.events-run\\.converting: .* runs scheduled events: `shop`\\.`hourly`'),
    );
  });

  test('whose definitions somebody has changed is told so, and of its rows by whom it was not', async () => {
    await chained.onMiddle.query('CREATE TABLE shop.theirs (id INT PRIMARY KEY)');
    expect(await found()).toContainEqual(
      finding('warning mysql\\.written-to\\.converting: .*1 statement was run there'),
    );
    await chained.onMiddle.query('INSERT INTO shop.theirs VALUES (1)');
    expect(await found()).toContainEqual(
      finding('error mysql\\.written-to\\.converting: .*rows of shop\\.theirs were changed there'),
    );
    // What is not in its log is not seen; green does not get it either.
    await chained.onMiddle.query('FLUSH BINARY LOGS');
    await quietly('INSERT INTO shop.orders VALUES (1)');
    expect((await found()).join()).not.toContain('shop.orders');
  });

  test('that follows nobody, or somebody else, is told so', async () => {
    await chained.onMiddle.query(`STOP ${replica}`);
    await chained.onMiddle.query(`RESET ${replica} ALL`);
    expect(await found()).toContainEqual(
      finding('error mysql\\.not-replicating\\.converting: .* does not replicate from blue'),
    );
    // MariaDB goes on showing the server that it had followed before.
    if (engine === 'mariadb') return;
    await chained.onMiddle.query(
      `CALL mysql.rds_set_external_source('192.0.2.7', 3306, 'repl', 'x', 'mysql-bin-changelog.000001', 4, 0)`,
    );
    expect(await found()).toContainEqual(
      finding('error mysql\\.external-replication\\.converting: .* from 192\\.0\\.2\\.7:3306, which is not blue'),
    );
  });
});
