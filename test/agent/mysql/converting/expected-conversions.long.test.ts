import type { Connection } from 'mysql2/promise';
import { withSession } from '../../../../agent/mysql/session';
import { compareSchemaOf } from '../../../../agent/mysql/verification/schema/differences';
import { withConversions } from '../../../../agent/mysql/verification/schema/expected-conversions';
import { readSchema } from '../../../../agent/mysql/verification/schema/schema';
import { between } from '../../../../agent/mysql/verification/schema/spelling';
import type { Conversion } from '../../../../contract/database';
import { useAws } from '../../aws';
import { DatabaseStage, type RdsDatabase } from '../stage';

const aws = useAws();

const ON_BLUE = [
  'CREATE DATABASE s',
  'CREATE TABLE s.my (id INT PRIMARY KEY, a VARCHAR(100), b INT, KEY gone (b)) ENGINE=MyISAM ROW_FORMAT=FIXED',
  'CREATE TABLE s.small (id INT PRIMARY KEY, a INT, KEY (a)) ENGINE=InnoDB ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=4',
  'CREATE TABLE s.plain (id INT PRIMARY KEY, a VARCHAR(100), b INT) ENGINE=InnoDB ROW_FORMAT=COMPACT',
  'CREATE TABLE s.wide (id INT PRIMARY KEY, a INT, b INT, old INT, z INT) ENGINE=InnoDB',
  'CREATE TABLE s.keyless (id INT, a INT) ENGINE=InnoDB',
];
const DECLARED: readonly Conversion[] = [
  { kind: 'toInnoDb' },
  { kind: 'toDynamic' },
  { kind: 'addIndex', table: 's.plain', name: 'by a', columns: ['a(10)', 'b'] },
  { kind: 'statements', statements: ['ALTER TABLE s.my DROP INDEX gone', 'CREATE UNIQUE INDEX one_each ON s.my (a)'] },
  {
    kind: 'statements',
    changesColumns: true,
    statements: [
      'ALTER TABLE s.wide MODIFY a BIGINT NOT NULL DEFAULT 7, ADD COLUMN extra VARCHAR(9) AFTER a',
      'ALTER TABLE s.wide CHANGE old new INT, DROP COLUMN z',
      'ALTER TABLE s.keyless ADD PRIMARY KEY (id)',
    ],
  },
];
/** What prepare makes of it. */
const CONVERTED = [
  'ALTER TABLE s.my ENGINE=InnoDB, ROW_FORMAT=DYNAMIC',
  'ALTER TABLE s.small ROW_FORMAT=DYNAMIC KEY_BLOCK_SIZE=0',
  'ALTER TABLE s.plain ADD INDEX `by a` (a(10), b)',
  'ALTER TABLE s.my DROP INDEX gone',
  'CREATE UNIQUE INDEX one_each ON s.my (a)',
  'ALTER TABLE s.wide MODIFY a BIGINT NOT NULL DEFAULT 7, ADD COLUMN extra VARCHAR(9) AFTER a',
  'ALTER TABLE s.wide CHANGE old new INT, DROP COLUMN z',
  'ALTER TABLE s.keyless ADD PRIMARY KEY (id)',
];

/** On the other side, one after the other, each taken back: nothing of it was declared. */
const PLANTED: readonly { readonly plant: string; readonly back: string; readonly object: string }[] = [
  {
    plant: 'ALTER TABLE s.plain ROW_FORMAT=DYNAMIC',
    back: 'ALTER TABLE s.plain ROW_FORMAT=COMPACT',
    object: 'table s.plain',
  },
  {
    plant: 'ALTER TABLE s.plain ADD INDEX stray (b)',
    back: 'ALTER TABLE s.plain DROP INDEX stray',
    object: 'index s.plain.stray',
  },
  {
    plant: 'ALTER TABLE s.plain DROP INDEX `by a`, ADD INDEX `by a` (b, a(10))',
    back: 'ALTER TABLE s.plain DROP INDEX `by a`, ADD INDEX `by a` (a(10), b)',
    object: 'index s.plain.`by a`',
  },
  {
    plant: 'ALTER TABLE s.plain DROP INDEX `by a`, ADD UNIQUE INDEX `by a` (a(10), b)',
    back: 'ALTER TABLE s.plain DROP INDEX `by a`, ADD INDEX `by a` (a(10), b)',
    object: 'index s.plain.`by a`',
  },
  {
    plant: 'ALTER TABLE s.my DROP INDEX one_each, ADD INDEX one_each (a)',
    back: 'ALTER TABLE s.my DROP INDEX one_each, ADD UNIQUE INDEX one_each (a)',
    object: 'index s.my.one_each',
  },
  { plant: 'ALTER TABLE s.my ROW_FORMAT=COMPACT', back: 'ALTER TABLE s.my ROW_FORMAT=DYNAMIC', object: 'table s.my' },
  {
    plant: 'ALTER TABLE s.my ENGINE=MEMORY',
    back: 'ALTER TABLE s.my ENGINE=InnoDB, ROW_FORMAT=DYNAMIC',
    object: 'table s.my',
  },
  {
    plant: 'ALTER TABLE s.plain ENGINE=MyISAM',
    back: 'ALTER TABLE s.plain ENGINE=InnoDB, ROW_FORMAT=COMPACT',
    object: 'table s.plain',
  },
  { plant: "ALTER TABLE s.my COMMENT='x'", back: "ALTER TABLE s.my COMMENT=''", object: 'table s.my' },
  {
    plant: 'ALTER TABLE s.my STATS_PERSISTENT=0',
    back: 'ALTER TABLE s.my STATS_PERSISTENT=DEFAULT',
    object: 'table s.my',
  },
  {
    plant: 'ALTER TABLE s.small MODIFY a BIGINT',
    back: 'ALTER TABLE s.small MODIFY a INT',
    object: 'column s.small.a',
  },
  { plant: 'ALTER TABLE s.my ADD c INT', back: 'ALTER TABLE s.my DROP COLUMN c', object: 'column s.my.c' },
  { plant: 'ALTER TABLE s.wide MODIFY b BIGINT', back: 'ALTER TABLE s.wide MODIFY b INT', object: 'column s.wide.b' },
  { plant: 'ALTER TABLE s.wide ADD c INT', back: 'ALTER TABLE s.wide DROP COLUMN c', object: 'column s.wide.c' },
  {
    plant: 'ALTER TABLE s.keyless MODIFY a BIGINT',
    back: 'ALTER TABLE s.keyless MODIFY a INT',
    object: 'column s.keyless.a',
  },
  { plant: 'ALTER TABLE s.small DROP INDEX a', back: 'ALTER TABLE s.small ADD INDEX a (a)', object: 'index s.small.a' },
];

describe.each(['mariadb', 'mysql'] as const)('the definitions of a converted %s', (engine) => {
  const stage = new DatabaseStage(aws);
  let blue: RdsDatabase;
  let other: RdsDatabase;
  let root: Connection;

  beforeAll(async () => {
    [blue, other] = await Promise.all([stage.database({ engine }), stage.database({ engine })]);
    root = await stage.root(other);
    const onBlue = await stage.root(blue);
    for (const statement of ON_BLUE) {
      await onBlue.query(statement);
      await root.query(statement);
    }
  });
  afterAll(() => stage.end());

  const differences = async (conversions: readonly Conversion[]) => {
    const { endpoints } = await stage.databases(stage.endpoint(blue), stage.endpoint(other));
    return withSession(endpoints.blue, 'test', (here) =>
      withSession(endpoints.green, 'test', async (there) => {
        const spelling = between(here.dialect, there.dialect, { from: false, to: false });
        const [mine, theirs] = [await readSchema(here, spelling), await readSchema(there, spelling)];
        const names = { from: 'blue', to: 'green' };
        const found = compareSchemaOf(withConversions(mine, theirs, conversions), theirs, names);
        // The other way round it is the same.
        const back = compareSchemaOf(theirs, withConversions(mine, theirs, conversions), { from: 'green', to: 'blue' });
        const objects = found.differences.map(({ object }) => object).filter((object) => !object.startsWith('user '));
        expect(
          back.differences
            .map(({ object }) => object)
            .filter((object) => !object.startsWith('user '))
            .sort(),
        ).toEqual([...objects].sort());
        return [...new Set(objects)];
      }),
    );
  };

  test('differ by nothing before a conversion, after each, and after all of them', async () => {
    await expect(differences(DECLARED)).resolves.toEqual([]);
    for (const statement of CONVERTED) {
      await root.query(statement);
      await expect(differences(DECLARED)).resolves.toEqual([]);
    }
  });

  test('differ by each conversion that was not declared', async () => {
    const found = await differences([]);
    expect(found).toEqual(
      expect.arrayContaining([
        'table s.my',
        'table s.small',
        'index s.plain.`by a`',
        'index s.my.gone',
        'index s.my.one_each',
        ...['column s.wide.a', 'column s.wide.extra', 'column s.wide.old', 'column s.wide.new', 'column s.wide.z'],
        ...['column s.keyless.id', 'index s.keyless.PRIMARY'],
      ]),
    );
    await expect(differences(DECLARED.slice(1))).resolves.toEqual(expect.arrayContaining(['table s.my']));
  });

  test.each(PLANTED)('differ by what was not declared: $plant', async ({ plant, back, object }) => {
    await root.query(plant);
    try {
      await expect(differences(DECLARED)).resolves.toContainEqual(object);
    } finally {
      await root.query(back);
    }
    await expect(differences(DECLARED)).resolves.toEqual([]);
  });
});
