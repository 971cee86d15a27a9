import type { Connection } from 'mysql2/promise';
import { ChunkEnds } from '../../../../agent/mysql/verification/chunk-ends';
import { ComparedSide } from '../../../../agent/mysql/verification/compared-side';
import type { Key, KeyValues } from '../../../../agent/mysql/verification/key';
import { readTables, type Table } from '../../../../agent/mysql/verification/table';
import type { Databases } from '../../../../agent/sql/databases';
import { useAws } from '../../aws';
import { DatabaseStage } from '../stage';

const aws = useAws();
const WANTED = 300;
/** As many digits as a SEQUENCE is slow to make. */
const DIGITS =
  '(SELECT 0 AS d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)';
/** 0 to 9,999. */
const NUMBERS = `(SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n FROM ${DIGITS} a, ${DIGITS} b, ${DIGITS} c, ${DIGITS} e) AS numbers`;

describe.each(['mariadb', 'mysql'] as const)('the chunks of a table on %s', (engine) => {
  const stage = new DatabaseStage(aws);
  let connection: Connection;
  let databases: Databases;
  let side: ComparedSide;

  beforeAll(async () => {
    const database = await stage.database({ engine });
    connection = await stage.root(database);
    databases = await stage.databases(stage.endpoint(database), stage.endpoint(database));
    side = await ComparedSide.open(databases.server('blue'));
    await connection.query('CREATE DATABASE chunks');
    await connection.query('USE chunks');
  });
  afterAll(async () => {
    side.close();
    await stage.end();
  });
  afterEach(() => jest.restoreAllMocks());

  /** The keys are those that the SELECTs give. */
  async function tableOf(type: string, ...selects: string[]): Promise<{ table: Table; key: Key }> {
    await connection.query('DROP TABLE IF EXISTS rows_of_it');
    await connection.query(`CREATE TABLE rows_of_it (id ${type} NOT NULL PRIMARY KEY, v INT NOT NULL DEFAULT 1)`);
    for (const select of selects) await connection.query(`INSERT INTO rows_of_it (id) ${select}`);
    await connection.query('ANALYZE TABLE rows_of_it');
    const table = (await readTables(side.session)).get('chunks.rows_of_it');
    if (table?.key === undefined) throw new Error('The table has no key.');
    return { table, key: table.key };
  }

  /** From the first chunk to the last, as a comparison does. */
  async function walk({ table, key }: { table: Table; key: Key }, meanwhile?: () => Promise<unknown>) {
    const countedOff = jest.spyOn(side, 'boundary');
    const ends = await ChunkEnds.of(side, table, key);
    const chunks: number[] = [];
    for (let after: KeyValues | undefined; ; ) {
      const upTo = await ends.after(after, WANTED);
      const range = { ...(after !== undefined && { after }), ...(upTo !== undefined && { upTo }) };
      const { rows } = await side.checksum({ table, columns: [], indexed: true }, range);
      ends.held(after, upTo, rows, WANTED);
      chunks.push(rows);
      if (chunks.length === 3) await meanwhile?.();
      if (upTo === undefined) break;
      after = upTo;
    }
    const total = chunks.reduce((sum, rows) => sum + rows, 0);
    return { chunks: chunks.length, total, most: Math.max(...chunks), countedOff: countedOff.mock.calls.length };
  }

  test('end where the key is in order, whatever its columns are called', async () => {
    await connection.query('CREATE TABLE called (k1 INT, k0 INT, PRIMARY KEY (k1, k0))');
    await connection.query(`INSERT INTO called SELECT n, 10000 - n FROM ${NUMBERS} WHERE n < 200`);
    const table = (await readTables(side.session)).get('chunks.called');
    if (table?.key === undefined) throw new Error('The table has no key.');
    const reading = { table, indexed: true };
    expect(await side.boundary(reading, table.key, {}, 100)).toEqual(['99', '9901']);
    expect(await side.boundary(reading, table.key, { after: ['99', '9901'] }, 50)).toEqual(['149', '9851']);
    await connection.query('DROP TABLE called');
  });

  test('of keys that lie evenly have the rows that are wanted, and few are counted off', async () => {
    const walked = await walk(await tableOf('INT', `SELECT 5 + n * 3 FROM ${NUMBERS}`));
    expect(walked.total).toBe(10_000);
    expect(walked.most).toBeLessThanOrEqual(WANTED + 1);
    expect(walked.chunks).toBeLessThanOrEqual(35);
    expect(walked.countedOff).toBe(1);
  });

  test.each([
    [
      'sparse ones and then dense ones',
      'BIGINT',
      [`SELECT n * 1000000 FROM ${NUMBERS} WHERE n < 3000`, `SELECT 3000000000 + n FROM ${NUMBERS}`],
    ],
    [
      'dense ones and then sparse ones',
      'BIGINT',
      [`SELECT n FROM ${NUMBERS}`, `SELECT 1000000 + n * 1000000 FROM ${NUMBERS} WHERE n < 3000`],
    ],
    [
      'islands',
      'BIGINT',
      [0, 1, 2, 3, 4, 5].map((i) => `SELECT ${i} * 4000000000000 + n FROM ${NUMBERS} WHERE n < 2500`),
    ],
    [
      'negative ones',
      'BIGINT',
      [
        `SELECT -9223372036854775808 + n FROM ${NUMBERS}`,
        `SELECT 9223372036854775807 - n FROM ${NUMBERS} WHERE n < 2500`,
      ],
    ],
    ['the largest unsigned ones', 'BIGINT UNSIGNED', [`SELECT 18446744073709551615 - n FROM ${NUMBERS}`, 'SELECT 0']],
  ])('of %s hold each row once, and none is much too large', async (_, type, selects) => {
    const made = await tableOf(type, ...selects);
    const [[count]] = (await connection.query('SELECT COUNT(*) AS n FROM rows_of_it')) as unknown as [[{ n: number }]];
    const walked = await walk(made);
    expect(walked.total).toBe(Number(count.n));
    // The engine's estimate is trusted to a factor of four, and may be out by two or three.
    expect(walked.most).toBeLessThanOrEqual(WANTED * 12);
    expect(walked.chunks).toBeLessThanOrEqual(150);
  });

  test.each([
    ['no row', [], 0],
    ['one row', ['SELECT 7'], 1],
    ['fewer rows than are wanted', [`SELECT n FROM ${NUMBERS} WHERE n < 200`], 200],
  ])('of %s are one', async (_, selects, total) => {
    expect(await walk(await tableOf('INT UNSIGNED', ...selects))).toMatchObject({ chunks: 1, total });
  });

  test('have in them what users add at the end meanwhile', async () => {
    const walked = await walk(await tableOf('INT', `SELECT n FROM ${NUMBERS}`), () =>
      connection.query(`INSERT INTO rows_of_it (id) SELECT 20000 + n FROM ${NUMBERS}`),
    );
    expect(walked.total).toBe(20_000);
  });

  test('of keys that are no integers are counted off', async () => {
    await connection.query('DROP TABLE IF EXISTS rows_of_it');
    await connection.query('CREATE TABLE rows_of_it (id DECIMAL(20, 4) NOT NULL PRIMARY KEY)');
    await connection.query(`INSERT INTO rows_of_it (id) SELECT n / 3 FROM ${NUMBERS}`);
    const table = (await readTables(side.session)).get('chunks.rows_of_it');
    if (table?.key === undefined) throw new Error('The table has no key.');
    const walked = await walk({ table, key: table.key });
    expect(walked).toMatchObject({ total: 10_000, most: WANTED });
    expect(walked.countedOff).toBe(walked.chunks);
  });

  test('end with the name of the table where a statement for one does not', async () => {
    const { table } = await tableOf('INT', `SELECT n FROM ${NUMBERS}`);
    const columns = table.columns.map((column) => ({ ...column, notation: { kind: 'longBytes' as const } }));
    const late = await ComparedSide.open(databases.server('blue'));
    try {
      await late.hurry({ chunkMs: 1, tableMs: 1, lockSeconds: 1 });
      await expect(late.checksum({ table, columns, indexed: true }, {})).rejects.toMatchObject({
        message: expect.stringMatching(/^Within 0\.001 s for chunks\.rows_of_it: blue \(.*\) /),
      });
    } finally {
      late.close();
    }
  });
});
