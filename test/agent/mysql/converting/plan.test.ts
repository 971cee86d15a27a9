import type { Connection } from 'mysql2/promise';
import { type Plan, planOf } from '../../../../agent/mysql/converting/plan';
import { convertibleTables } from '../../../../agent/mysql/converting/tables';
import { withSession } from '../../../../agent/mysql/session';
import type { Conversion } from '../../../../contract/database';
import { useAws } from '../../aws';
import { DatabaseStage, type RdsDatabase } from '../stage';

const aws = useAws();

describe.each(['mariadb', 'mysql'] as const)('the plan of the conversions on %s', (engine) => {
  const stage = new DatabaseStage(aws);
  let database: RdsDatabase;
  let root: Connection;

  beforeAll(async () => {
    database = await stage.database({ engine });
    root = await stage.root(database);
    for (const statement of [
      'CREATE DATABASE s',
      'CREATE TABLE s.plain (id INT PRIMARY KEY, a VARCHAR(20), b INT, KEY there (a)) ENGINE=InnoDB',
      'CREATE TABLE s.my (id INT PRIMARY KEY, a VARCHAR(200)) ENGINE=MyISAM',
      'CREATE TABLE s.words (id INT PRIMARY KEY, a TEXT, FULLTEXT found (a)) ENGINE=MyISAM',
      'CREATE TABLE s.numbered (g INT, id INT AUTO_INCREMENT, PRIMARY KEY (g, id)) ENGINE=MyISAM',
      'CREATE TABLE s.merged (id INT) ENGINE=MERGE UNION=()',
      'CREATE TABLE s.small (id INT PRIMARY KEY) ENGINE=InnoDB ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=4',
      'CREATE TABLE s.compact (id INT PRIMARY KEY) ENGINE=InnoDB ROW_FORMAT=COMPACT',
      'CREATE TABLE s.`a.b` (id INT PRIMARY KEY) ENGINE=MyISAM',
    ]) {
      await root.query(statement);
    }
  });
  afterAll(() => stage.end());

  const plan = async (...conversions: Conversion[]): Promise<Plan> => {
    const databases = await stage.databases(stage.endpoint(database));
    return withSession(databases.endpoints.blue, 'test', async (session) =>
      planOf(conversions, await convertibleTables(session), () => false),
    );
  };
  const open = async (...conversions: Conversion[]) => {
    const { steps } = await plan(...conversions);
    return steps.filter(({ done }) => !done).map(({ id, statement }) => `${id}: ${statement}`);
  };
  const refused = async (...conversions: Conversion[]) => {
    const { findings } = await plan(...conversions);
    return findings.map(({ severity, message }) => `${severity}: ${message}`);
  };

  test('has all tables of other engines where none is named, and leaves out what cannot be', async () => {
    await expect(open({ kind: 'toInnoDb' })).resolves.toEqual([
      'toInnoDb s.`a.b`: ALTER TABLE `s`.`a.b` ENGINE=InnoDB, ROW_FORMAT=DYNAMIC',
      'toInnoDb s.my: ALTER TABLE `s`.`my` ENGINE=InnoDB, ROW_FORMAT=DYNAMIC',
      'toInnoDb s.words: ALTER TABLE `s`.`words` ENGINE=InnoDB, ROW_FORMAT=DYNAMIC',
    ]);
    const found = await refused({ kind: 'toInnoDb' });
    expect(found).toHaveLength(3);
    expect(found[0]).toMatch(/^error: s\.merged is of MRG_MyISAM, whose rows are not its own\.$/i);
    expect(found[1]).toMatch(/^error: s\.numbered numbers its rows by id, which begins no index: InnoDB refuses that/);
    expect(found[2]).toMatch(
      /^warning: s\.words has FULLTEXT indexes \(found\): InnoDB leaves out other words than MyISAM/,
    );
  });

  test('has all compressed tables where none is named, and others where they are', async () => {
    const small = 'toDynamic s.small: ALTER TABLE `s`.`small` ROW_FORMAT=DYNAMIC KEY_BLOCK_SIZE=0';
    await expect(open({ kind: 'toDynamic' })).resolves.toEqual([small]);
    await expect(open({ kind: 'toDynamic', tables: ['s.compact', 's.plain'] })).resolves.toEqual([
      'toDynamic s.compact: ALTER TABLE `s`.`compact` ROW_FORMAT=DYNAMIC',
    ]);
    await expect(refused({ kind: 'toDynamic', tables: ['s.my'] })).resolves.toEqual([
      'error: s.my is of MyISAM, whose row formats are others.',
    ]);
    // What makes it InnoDB makes it DYNAMIC.
    await expect(
      refused({ kind: 'toDynamic', tables: ['s.my'] }, { kind: 'toInnoDb', tables: ['s.my'] }),
    ).resolves.toEqual([]);
  });

  test('does an index once, and none where another one has its name', async () => {
    const add = (name: string, columns: readonly string[], unique = false): Conversion => ({
      kind: 'addIndex',
      table: 's.plain',
      name,
      columns,
      unique,
    });
    await expect(open(add('new one', ['a(5)', 'b']))).resolves.toEqual([
      'addIndex s.plain.new one: ALTER TABLE `s`.`plain` ADD INDEX `new one` (`a`(5), `b`)',
    ]);
    await expect(open(add('THERE', ['A']))).resolves.toEqual([]);
    await expect(refused(add('there', ['b']))).resolves.toEqual([
      'error: s.plain has an index there already, which is over (a) and was to be over (b).',
    ]);
    await expect(refused(add('there', ['a'], true))).resolves.toEqual([
      'error: s.plain has an index there already, which is over (a) and was to be unique over (a).',
    ]);
    await expect(refused(add('more', ['c']))).resolves.toEqual(['error: s.plain has no column c.']);
    await expect(refused(add('one_each', ['b'], true))).resolves.toEqual([
      expect.stringMatching(
        /^warning: addIndex s\.plain\.one_each is unique on the converting replica and not on blue/,
      ),
    ]);
  });

  test('names tables that are none of the users', async () => {
    for (const table of ['s.absent', 'mysql.user', 'S.PLAIN']) {
      await expect(refused({ kind: 'toInnoDb', tables: [table] })).resolves.toEqual([
        `error: toInnoDb ${table} is of ${table}, which is no table of the applications on the converting replica.`,
      ]);
    }
  });

  test('numbers the statements, says which is refused, and which is half done', async () => {
    const statements = (...list: string[]): Conversion => ({ kind: 'statements', statements: list });
    await expect(open(statements('DROP INDEX there ON s.plain', 'DROP INDEX gone ON s.plain'))).resolves.toEqual([
      'statement 1 s.plain: DROP INDEX there ON s.plain',
    ]);
    await expect(refused(statements('DROP INDEX there ON s.plain', 'DELETE FROM s.plain'))).resolves.toEqual([
      expect.stringMatching(/^error: Statement 2 of the conversions is none of those that are known/),
    ]);
    await expect(refused(statements('ALTER TABLE s.plain ADD INDEX there (a), ADD INDEX other (b)'))).resolves.toEqual([
      expect.stringMatching(/^error: statement 1 s\.plain is half done/),
    ]);
  });

  test.each([
    ["ALTER TABLE s.plain ADD INDEX `x``y` (a(3), b DESC) COMMENT 'a, b', ADD UNIQUE KEY u (id, b)"],
    ['CREATE UNIQUE INDEX u2 ON s.plain (id, a)'],
    ['ALTER TABLE s.plain DROP INDEX u2, ROW_FORMAT=DYNAMIC, ADD KEY z (b)'],
    ['ALTER TABLE s.plain ADD COLUMN c INT DEFAULT 1, CHANGE b d BIGINT'],
  ])('has a statement done once the server has run it: %s', async (statement) => {
    const conversion: Conversion = { kind: 'statements', statements: [statement], changesColumns: true };
    await root.query('ALTER TABLE s.plain ROW_FORMAT=COMPACT');
    const before = await open(conversion);
    expect(before).toHaveLength(1);
    await root.query(statement);
    await expect(open(conversion)).resolves.toEqual([]);
  });
});
