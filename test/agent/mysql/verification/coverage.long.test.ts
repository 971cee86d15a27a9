import type { Connection } from 'mysql2/promise';
import { preflight } from '../../../../agent/mysql/preflight';
import { smoke } from '../../../../agent/mysql/smoke';
import { Comparison } from '../../../../agent/mysql/verification/comparison';
import type { TablePair } from '../../../../agent/mysql/verification/table-pair';
import { Verifications } from '../../../../agent/mysql/verification/verifications';
import { verify } from '../../../../agent/mysql/verify';
import type { Databases } from '../../../../agent/sql/databases';
import type { Side } from '../../../../contract/common';
import { useAws } from '../../aws';
import { listener } from '../../redis/stage';
import { DatabaseStage, type RdsDatabase } from '../stage';

const aws = useAws();
const there = { from: 'blue', to: 'green' } as const;
const ROWS = 60_000;
const LABELS = Array.from({ length: 64 }, (_, index) => `'l${index}'`).join(', ');

describe.each(['mysql', 'mariadb'] as const)('what a verification of %s has not compared, it says', (engine) => {
  const stage = new DatabaseStage(aws);
  let sides: Record<Side, RdsDatabase>;
  let roots: Record<Side, Connection>;
  let databases: Databases;

  beforeAll(async () => {
    const [blue, green] = await Promise.all([
      stage.database({ engine, settings: { binlog_ignore_db: 'unlogged' } }),
      stage.database({ engine }),
    ]);
    sides = { blue, green };
    roots = { blue: await stage.root(blue), green: await stage.root(green) };
    databases = await stage.databases(stage.endpoint(blue), stage.endpoint(green));
    await onBoth('CREATE DATABASE shop');
    await onBoth('USE shop');
    await onBoth('CREATE TABLE t (id INT PRIMARY KEY, v INT)');
    await onBoth('INSERT INTO t VALUES (1, 1), (2, 2)');
  });
  afterAll(async () => {
    databases.keep(Verifications).stop();
    await stage.end();
  });

  const onBoth = (statement: string) => Promise.all([roots.blue.query(statement), roots.green.query(statement)]);
  const compare = (mode: 'full' | 'delta', report = listener()) => verify(databases, { ...there, mode }, report);

  test('of tables that are odd, all is compared or named', async () => {
    const hidden = engine === 'mysql' ? 'INVISIBLE' : 'IGNORED';
    await onBoth(
      `CREATE TABLE by_hidden (code VARCHAR(10) NOT NULL, n INT NOT NULL, v INT, UNIQUE KEY z (code), UNIQUE KEY a (n) ${hidden})`,
    );
    await onBoth("INSERT INTO by_hidden VALUES ('a', 1, 1), ('b', 2, 2)");
    // No comparison with a number finds the last of the labels.
    await onBoth(`CREATE TABLE by_set (s SET(${LABELS}) PRIMARY KEY, v INT)`);
    await onBoth('INSERT INTO by_set VALUES (1, 1), (9223372036854775808, 2), (9223372036854775809, 3)');
    await onBoth('CREATE TABLE unreadable (id INT PRIMARY KEY) ENGINE = MERGE UNION = (nowhere)');
    await onBoth('CREATE TABLE wide (id INT PRIMARY KEY, v VARCHAR(9000)) CHARACTER SET latin1');
    await onBoth("INSERT INTO wide VALUES (1, REPEAT('x', 9000)), (2, 'x')");

    await roots.green.query('UPDATE by_hidden SET v = 9 WHERE n = 2');
    await roots.green.query('UPDATE by_set SET v = 9 WHERE v = 3');
    await roots.green.query("UPDATE wide SET v = CONCAT(REPEAT('x', 8999), 'y') WHERE id = 1");
    await onBoth('SET GLOBAL max_allowed_packet = 16384');
    const found = await compare('full');
    await onBoth('SET GLOBAL max_allowed_packet = 67108864');
    expect(found.mismatches).toBe(2);
    expect(found.sample).toEqual(
      expect.arrayContaining([
        { object: 'shop.by_hidden', difference: expect.stringMatching(/^row \w+ differs in v$/) },
        { object: 'shop.by_set', difference: 'the same number of rows on both sides (3), with other values' },
      ]),
    );
    expect(found.notCovered).toHaveLength(2);
    expect(found.notCovered).toEqual(
      expect.arrayContaining([
        { object: 'shop.unreadable', reason: expect.stringContaining('(ER_WRONG_MRG_TABLE)'), holdsRows: true },
        { object: 'shop.wide', reason: expect.stringContaining('max_allowed_packet'), holdsRows: true },
      ]),
    );
    // Neither is forgotten: the one can be compared now.
    const again = await compare('delta');
    expect(again.mismatches).toBe(3);
    expect(again.notCovered).toEqual([expect.objectContaining({ object: 'shop.unreadable', holdsRows: true })]);
    // A canary is warmed up by the same indexes.
    await smoke(databases, { ...there, warmUp: true }, listener());
    await onBoth('DROP TABLE by_hidden, by_set, unreadable');
    expect((await compare('full')).sample).toEqual([
      { object: 'shop.wide', difference: expect.stringContaining('differs in v') },
    ]);
    // Another process does not know which rows differed.
    databases.keep(Verifications).stop();
    expect(await compare('delta')).toMatchObject({ mismatches: 1 });
    await onBoth('DROP TABLE wide');
  });

  if (engine === 'mysql') {
    test('JSON documents that are compared by their text alone are named, whenever they came', async () => {
      await onBoth('CREATE TABLE doc (id INT PRIMARY KEY, d JSON)');
      const large = (of: string) => `JSON_OBJECT('a', REPEAT('x', 70000), 'd', ${of})`;
      await onBoth("INSERT INTO doc VALUES (1, JSON_ARRAY(1)), (2, NULL), (3, JSON_QUOTE(REPEAT('y', 20000)))");
      expect(await compare('full')).toMatchObject({ mismatches: 0, notCovered: [] });
      await roots.blue.query(`UPDATE doc SET d = ${large("CAST('2024-01-01' AS DATE)")} WHERE id = 2`);
      await roots.green.query(`UPDATE doc SET d = ${large("'2024-01-01'")} WHERE id = 2`);
      const notCovered = [{ object: 'shop.doc', reason: expect.stringContaining('compared by their text') }];
      expect(await compare('delta')).toMatchObject({ mismatches: 0, notCovered });
      // Nor is it forgotten by one that takes up what another has compared.
      databases.keep(Verifications).stop();
      expect(await compare('delta')).toMatchObject({ mismatches: 0, rowsCompared: 0, notCovered });
      expect(await compare('full')).toMatchObject({ mismatches: 0, notCovered });
      await onBoth('DROP TABLE doc');
    });
  }

  test('a table that is too large for one statement is named, where no key cuts it into chunks', async () => {
    await onBoth('CREATE TABLE by_prefix (c VARCHAR(50) NOT NULL, v INT, PRIMARY KEY (c(10)))');
    const { tables } = Comparison.prototype;
    const reading = jest.spyOn(Comparison.prototype, 'tables').mockImplementation(async function (this: Comparison) {
      const defined = await tables.call(this);
      const large = ([name, { from, ...pair }]: [string, TablePair]) =>
        [name, { ...pair, from: { ...from, estimatedBytes: 2 ** 31 } }] as const;
      return { ...defined, pairs: new Map([...defined.pairs].map(large)) };
    });
    const { notCovered, rowsCompared } = await compare('full');
    expect(rowsCompared).toBe(2);
    expect(notCovered).toEqual([
      { object: 'shop.by_prefix', reason: expect.stringContaining('2048 MiB'), holdsRows: true },
    ]);
    // Nor by one that takes up what another has compared.
    databases.keep(Verifications).stop();
    await onBoth('UPDATE by_prefix SET v = 1');
    expect(await compare('delta')).toMatchObject({ mismatches: 0, rowsCompared: 0, notCovered });
    reading.mockRestore();
    await onBoth('DROP TABLE by_prefix');
  });

  test('databases that the user may not see are not covered', async () => {
    const password = 'secret-of-lim';
    for (const root of [roots.blue, roots.green]) {
      await root.query(`CREATE USER lim@'%' IDENTIFIED BY '${password}'`);
      await root.query("GRANT SELECT ON shop.* TO lim@'%'");
      await root.query("GRANT REPLICATION CLIENT, REPLICATION SLAVE, PROCESS ON *.* TO lim@'%'");
      await root.query("GRANT SELECT ON mysql.* TO lim@'%'");
    }
    const secretArn = stage.secret('limited', 'lim', password);
    const limited = await stage.databases(
      stage.endpoint(sides.blue, { secretArn }),
      stage.endpoint(sides.green, { secretArn }),
    );
    for (const mode of ['full', 'delta'] as const) {
      const { notCovered } = await verify(limited, { ...there, mode }, listener());
      expect(notCovered).toEqual([
        { object: 'databases of blue', reason: expect.stringContaining('lim has no SELECT ON *.*'), holdsRows: true },
        { object: 'databases of green', reason: expect.stringContaining('lim has no SELECT ON *.*'), holdsRows: true },
      ]);
    }
    limited.keep(Verifications).stop();
  });

  test('a database that is kept out of the log is named, here and by the preflight', async () => {
    await onBoth('CREATE DATABASE unlogged');
    for (const mode of ['full', 'delta'] as const) {
      expect(await compare(mode)).toMatchObject({
        mismatches: 0,
        notCovered: [
          {
            object: 'database unlogged of blue',
            reason: expect.stringContaining('(Binlog_Ignore_DB=unlogged)'),
            holdsRows: true,
          },
        ],
      });
    }
    const args = { ...there, strategy: 'binlogReplica', fromOnly: false } as const;
    const { findings } = await preflight(databases, args, listener());
    expect(findings).toContainEqual(
      expect.objectContaining({ id: 'mysql.binlog-filters.blue', message: expect.stringContaining('unlogged') }),
    );
    await onBoth('DROP DATABASE unlogged');
  });

  test('a table that is changed while another is compared is no failure, and no difference', async () => {
    const deep = engine === 'mysql' ? 'cte_max_recursion_depth' : 'max_recursive_iterations';
    await onBoth(`SET SESSION ${deep} = 1000000`);
    await onBoth('CREATE TABLE big (id INT PRIMARY KEY, v CHAR(200))');
    await onBoth(
      `INSERT INTO big WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${ROWS}) SELECT n, 'x' FROM s`,
    );
    await onBoth('ANALYZE TABLE big');
    const changes = {
      dropped: 'DROP TABLE dropped',
      renamed: 'RENAME TABLE renamed TO elsewhere',
      altered: 'ALTER TABLE altered CHANGE COLUMN old new INT',
      rekeyed: 'ALTER TABLE rekeyed DROP PRIMARY KEY, ADD UNIQUE KEY by_id (id)',
    };
    for (const table of [...Object.keys(changes), 'dropped_there']) {
      await onBoth(`CREATE TABLE ${table} (id INT PRIMARY KEY, old INT)`);
      await onBoth(`INSERT INTO ${table} VALUES (1, 1)`);
    }
    const change = async (): Promise<void> => {
      await roots.green.query('DROP TABLE dropped_there');
      for (const statement of Object.values(changes)) await onBoth(statement);
    };
    const report = listener();
    let changed: Promise<void> | undefined;
    const progress = (): void => {
      changed ??= change();
    };
    const found = await compare('full', { ...report, progress });
    await changed;
    expect(found).toMatchObject({ mismatches: 1, notCovered: [] });
    expect(found.sample).toEqual([{ object: 'shop.dropped_there', difference: 'only on blue' }]);
    expect(found.rowsCompared).toBeGreaterThanOrEqual(ROWS + 3);
  });
});
