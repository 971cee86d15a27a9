import { conversions } from '../../../../agent/mysql/conversions';
import { convert } from '../../../../agent/mysql/convert';
import { drain } from '../../../../agent/mysql/drain';
import { resumereplica } from '../../../../agent/mysql/resumereplica';
import { verify } from '../../../../agent/mysql/verify';
import type { Databases } from '../../../../agent/sql/databases';
import type { Conversion } from '../../../../contract/database';
import { useAws } from '../../aws';
import { listener } from '../../redis/stage';
import { DatabaseStage } from '../stage';
import { Chained } from './chained';

const aws = useAws();
const there = { from: 'blue', to: 'green' } as const;

const DECLARED: readonly Conversion[] = [
  {
    kind: 'statements',
    changesColumns: true,
    statements: [
      'ALTER TABLE shop.items MODIFY note VARCHAR(200), ADD COLUMN extra INT DEFAULT 3',
      'ALTER TABLE shop.items CHANGE old new BIGINT',
    ],
  },
];

describe.each(['mariadb', 'mysql'] as const)('columns that a conversion changes on %s', (engine) => {
  const stage = new DatabaseStage(aws);
  let chained: Chained;
  let databases: Databases;

  beforeAll(async () => {
    chained = await Chained.start(stage, engine);
    databases = await chained.databases(DECLARED);
    await chained.onBlue.query('CREATE DATABASE shop');
    await chained.onBlue.query('CREATE TABLE shop.items (id INT PRIMARY KEY, note VARCHAR(20), old INT)');
    await chained.onBlue.query("INSERT INTO shop.items VALUES (1, 'one', 10), (2, 'two', 20), (3, NULL, NULL)");
    await chained.makeGreen();
    await chained.greenHasAll();
    for (;;) {
      const { next } = await conversions(databases, {}, listener());
      if (next === undefined) break;
      await convert(databases, { step: next.id, timeoutSeconds: 60 }, listener());
    }
    // A value of blue's type would not be taken into the other one, and the replication would stop.
    const variable = engine === 'mysql' ? 'replica_type_conversions' : 'slave_type_conversions';
    await chained.onMiddle.query(`SET GLOBAL ${variable} = 'ALL_NON_LOSSY'`);
    await resumereplica(databases, { timeoutSeconds: 30 }, listener());
    await chained.greenHasAll();
  });
  afterAll(async () => {
    databases.stop();
    await stage.end();
  });

  const drained = () => drain(databases, { ...there, timeoutSeconds: 30 }, listener());
  const compared = (mode: 'schema' | 'full' | 'delta') => verify(databases, { ...there, mode }, listener());

  test('are no differences, and are named as not covered', async () => {
    const { sample, notCovered } = await compared('schema');
    expect(sample.filter(({ object }) => !object.startsWith('user '))).toEqual([]);
    expect(notCovered.map(({ object }) => object)).toEqual(
      expect.arrayContaining(['column shop.items.note', 'column shop.items.old']),
    );
  });

  test('have their rows compared by what both sides have, whatever a side calls it', async () => {
    await expect(compared('full')).resolves.toMatchObject({
      ...{ mismatches: 0, rowsCompared: 3 },
      notCovered: [{ object: 'column shop.items.extra', reason: expect.stringContaining('on one side only') }],
    });
    await chained.onBlue.query("INSERT INTO shop.items VALUES (4, 'four', 40)");
    await drained();
    await expect(compared('delta')).resolves.toMatchObject({ mismatches: 0 });
    await chained.onGreen.query('SET SESSION sql_log_bin = 0');
    await chained.onGreen.query('UPDATE shop.items SET new = 41 WHERE id = 4');
    await expect(compared('full')).resolves.toMatchObject({
      mismatches: 1,
      sample: [{ object: 'shop.items', difference: expect.stringMatching(/4.*old/) }],
    });
  });

  test('are differences where nothing was declared', async () => {
    const plain = await chained.databases([]);
    try {
      const { sample } = await verify(plain, { ...there, mode: 'full' }, listener());
      expect(sample.map(({ difference }) => difference)).toEqual(
        expect.arrayContaining(['column extra only on green', 'column old only on blue', 'column new only on green']),
      );
    } finally {
      plain.stop();
    }
  });
});
