import * as fc from 'fast-check';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { Comparison } from '../../../../agent/mysql/verification/comparison';
import type { Key } from '../../../../agent/mysql/verification/key';
import { type KeyColumn, keyExpression, keyKindOf, keyLiteral } from '../../../../agent/mysql/verification/key-column';
import { keyTextOf } from '../../../../agent/mysql/verification/raw-key';
import { textDigest, textOfRows } from '../../../../agent/mysql/verification/row-digest';
import type { Column } from '../../../../agent/mysql/verification/table';
import type { TablePair } from '../../../../agent/mysql/verification/table-pair';
import { useAws } from '../../aws';
import { DatabaseStage, type RdsDatabase } from '../stage';
import { confused, JSON_VALUES, stored, TYPES, WRITERS } from './values';

const aws = useAws();
const there = { from: 'blue', to: 'green' } as const;
const EACH = 150;
const seed = Date.now() % 1_000_000;

/** The binary log says what is stored; two that are not stored alike must never look equal, and equal ones always. */
/** As a table has it that is compared by this column. */
function keyColumnOf(column: Column | undefined): KeyColumn | undefined {
  const kind = column && keyKindOf(column.dataType);
  if (column === undefined || kind === undefined || column.columnType.includes("'l63'")) return undefined;
  const { dataType, columnType, charset, octets } = column;
  const unsigned = columnType.includes('unsigned') || ['enum', 'set', 'bit', 'year'].includes(dataType);
  return { name: 'c', place: 1, kind, dataType, unsigned, charset, fixedBytes: dataType === 'binary' ? octets : 0 };
}

describe(`digests of values (seed ${seed})`, () => {
  const stage = new DatabaseStage(aws);
  let blue: RdsDatabase;
  let green: RdsDatabase;
  let onBlue: Connection;
  let onGreen: Connection;

  beforeAll(async () => {
    [blue, green] = await Promise.all([stage.database({ engine: 'mariadb' }), stage.database({ engine: 'mysql' })]);
    [onBlue, onGreen] = await Promise.all([stage.root(blue), stage.root(green)]);
    for (const root of [onBlue, onGreen]) {
      await root.query('CREATE DATABASE shop');
      await root.query(
        "SET GLOBAL sql_mode = 'PAD_CHAR_TO_FULL_LENGTH,NO_BACKSLASH_ESCAPES', GLOBAL time_zone = '-05:30'",
      );
    }
  });
  afterAll(() => stage.end());

  /** Each of those who write has settings of its own. */
  async function insert(root: Connection, table: string, values: readonly string[]): Promise<void> {
    const share = Math.ceil(values.length / WRITERS.length);
    for (const [index, settings] of WRITERS.entries()) {
      const some = values.slice(index * share, (index + 1) * share);
      const rows = some.map((value, place) => `(${index * share + place}, ${value})`);
      await root.query(`SET SESSION ${settings}`);
      await root.query(`INSERT IGNORE INTO shop.${table} (id, c) VALUES ${rows.join(', ')}`);
    }
  }

  type Images = Awaited<ReturnType<typeof stored>>;
  let written: Record<'from' | 'to', Images>;

  /** What is stored in a table of a side, and the digest of it. */
  async function digests(comparison: Comparison, pair: TablePair, of: 'from' | 'to', images: Images) {
    const columns = pair.columns.map((column) => column[of]).filter(({ name }) => name === 'c');
    const rows = await comparison[of].rows({ table: pair[of], columns, indexed: true }, pair.from.key as Key, {});
    const stands = images.get(pair.from.name);
    return [...rows].map(([id, digest]) => {
      return [stands?.values.get(Number(id))?.toString('hex') ?? 'NULL', digest] as const;
    });
  }

  test('of every type are the same on both engines where the value is, and only there', async () => {
    for (const root of [onBlue, onGreen]) {
      for (const [index, [type]] of TYPES.entries()) {
        await root.query(`CREATE TABLE shop.t${index} (id INT PRIMARY KEY, c ${type})`);
      }
    }
    const some = TYPES.map(([, arbitrary]) => ['NULL', ...fc.sample(arbitrary, { numRuns: EACH, seed })]);
    const write = async (root: Connection) => {
      for (const [index, values] of some.entries()) await insert(root, `t${index}`, values);
    };
    const [from, to] = await Promise.all([
      stored(await stage.root(blue), onBlue, () => write(onBlue)),
      stored(await stage.root(green), onGreen, () => write(onGreen)),
    ]);
    written = { from, to };
    const databases = await stage.databases(stage.endpoint(blue), stage.endpoint(green));
    const comparison = await Comparison.open(databases, there);
    const { pairs } = await comparison.tables();
    let values = 0;
    for (const pair of pairs.values()) {
      const all = [...(await digests(comparison, pair, 'from', from)), ...(await digests(comparison, pair, 'to', to))];
      expect({ pair: pair.from.columns[1], confused: confused(all) }).toMatchObject({ confused: [] });
      values += new Set(all.map(([image]) => image)).size;
    }
    comparison.close();
    expect(values).toBeGreaterThan(TYPES.length * 40);
  });

  test('and the texts of keys are the same in the log and in a query, and find their row', async () => {
    const comparison = await Comparison.open(await stage.databases(stage.endpoint(blue), stage.endpoint(green)), there);
    const { pairs } = await comparison.tables();
    const tried = { from: 0, to: 0 };
    for (const side of ['from', 'to'] as const) {
      const { session } = comparison[side];
      for (const pair of pairs.values()) {
        const column = keyColumnOf(pair[side].columns[1]);
        const { layout, values } = written[side].get(pair.from.name) ?? {};
        if (column === undefined || layout === undefined || values === undefined) continue;
        const table = `shop.${pair.from.name}`;
        const rows = await session.query(`SELECT id, ${keyExpression(column)} AS k FROM ${table} WHERE c IS NOT NULL`);
        const asked = new Map(rows.map(({ id, k }) => [Number(id), String(k)]));
        const logged = new Map(
          [...values].flatMap(([id, value]) => (value === undefined ? [] : [[id, keyTextOf(column, layout, value)]])),
        );
        expect({ column, keys: asked }).toEqual({ column, keys: logged });
        const found = await session.query(
          `SELECT id FROM ${table} WHERE ${[...asked].map(([id, k]) => `(id = ${id} AND c = ${keyLiteral(column, k)})`).join(' OR ')}`,
        );
        expect({ column, found: found.length }).toEqual({ column, found: asked.size });
        // A chunk ends at one, and the next begins: none may be in neither.
        const cut = [...new Set(asked.values())].slice(0, 10).map((k) => keyLiteral(column, k));
        const sums = cut.map((k, place) => `SUM(c <= ${k}) + SUM(c > ${k}) AS s${place}`).join(', ');
        const [inBoth] = await session.query(`SELECT ${sums} FROM ${table}`);
        expect({ column, sums: Object.values(inBoth ?? {}).map(Number) }).toEqual({
          column,
          sums: cut.map(() => asked.size),
        });
        tried[side] += asked.size;
      }
    }
    comparison.close();
    expect(Math.min(tried.from, tried.to)).toBeGreaterThan(5_000);
  });

  test('of JSON tell the types of what is in it', async () => {
    await onGreen.query('CREATE TABLE shop.j (id INT PRIMARY KEY, c JSON)');
    const values = fc.sample(JSON_VALUES, { numRuns: 500, seed });
    const images = await stored(await stage.root(green), onGreen, () => insert(onGreen, 'j', values));
    const databases = await stage.databases(stage.endpoint(green), stage.endpoint(green));
    const comparison = await Comparison.open(databases, there);
    const pair = (await comparison.tables()).pairs.get('shop.j') as TablePair;
    const all = await digests(comparison, pair, 'from', images);
    expect(confused(all)).toEqual([]);
    expect(new Set(all.map(([image]) => image)).size).toBeGreaterThan(100);
    comparison.close();
  });

  test('of JSON larger than a packet are none', async () => {
    await onGreen.query('CREATE TABLE shop.large (id INT PRIMARY KEY, c JSON)');
    const large = (end: string) => `JSON_OBJECT('a', CONCAT(REPEAT('x', 3000000), '${end}'))`;
    await onGreen.query(`INSERT INTO shop.large VALUES (1, ${large('x')}), (2, ${large('y')}), (3, '[]')`);
    const look = async () => {
      const comparison = await Comparison.open(
        await stage.databases(stage.endpoint(green), stage.endpoint(green)),
        there,
      );
      const pair = (await comparison.tables()).pairs.get('shop.large') as TablePair;
      return digests(comparison, pair, 'from', new Map()).finally(() => comparison.close());
    };
    expect(new Set((await look()).map(([, digest]) => digest)).size).toBe(3);
    await onGreen.query('SET GLOBAL max_allowed_packet = 1048576');
    await expect(look()).rejects.toThrow(
      'shop.large has rows that take more than max_allowed_packet to compare on blue',
    );
    await onGreen.query('SET GLOBAL max_allowed_packet = 67108864');
  });

  test('of text in two character sets are the same where nothing was lost', async () => {
    await onBlue.query(
      "CREATE TABLE shop.two_sets (id INT PRIMARY KEY, c VARCHAR(9) CHARACTER SET cp932, e ENUM('ä') CHARACTER SET latin1)",
    );
    await onGreen.query(
      "CREATE TABLE shop.two_sets (id INT PRIMARY KEY, c TEXT CHARACTER SET utf8mb4, e ENUM('ä') CHARACTER SET utf8mb4)",
    );
    // The second is one character in Unicode, of which there are two in cp932.
    await onBlue.query(
      "INSERT INTO shop.two_sets VALUES (1, X'81E0', 1), (2, X'8790', 1), (3, 'a', 1), (4, 'b', 1), (5, NULL, 1)",
    );
    await onGreen.query(
      "INSERT INTO shop.two_sets VALUES (1, '≒', 1), (2, '≒', 1), (3, 'a', 1), (4, 'c', 1), (5, NULL, 1)",
    );
    const comparison = await Comparison.open(await stage.databases(stage.endpoint(blue), stage.endpoint(green)), there);
    const pair = (await comparison.tables()).pairs.get('shop.two_sets') as TablePair;
    for (const bytes of [0, Number.POSITIVE_INFINITY]) {
      const { differences } = await comparison.chunk(pair, pair.from.key as Key, {}, bytes);
      expect(differences.map(({ key }) => key)).toEqual(['2', '4']);
    }
    comparison.close();
  });

  test('rows that are longer than a packet are not left out of the text of a chunk', async () => {
    for (const on of [onBlue, onGreen]) {
      await on.query('CREATE TABLE shop.longer (id INT PRIMARY KEY, v VARCHAR(9000)) CHARACTER SET latin1');
      await on.query("INSERT INTO shop.longer VALUES (1, REPEAT('x', 9000)), (2, 'x')");
      await on.query('SET GLOBAL max_allowed_packet = 16384');
    }
    await onGreen.query("UPDATE shop.longer SET v = CONCAT(REPEAT('x', 8999), 'y') WHERE id = 1");
    const comparison = await Comparison.open(await stage.databases(stage.endpoint(blue), stage.endpoint(green)), there);
    const pair = (await comparison.tables()).pairs.get('shop.longer') as TablePair;
    await expect(comparison.chunk(pair, pair.from.key as Key, {}, 0)).rejects.toThrow('max_allowed_packet');
    comparison.close();
    for (const on of [onBlue, onGreen]) await on.query('SET GLOBAL max_allowed_packet = 67108864');
  });

  test.each([
    ['may lack a text', 0],
    ['has one', 1_000_000],
  ])(
    'a text of rows that the server cuts off has no digest, for what is beyond may differ: a row %s',
    async (_, packet) => {
      await onBlue.query('CREATE OR REPLACE TABLE shop.long_text (id INT PRIMARY KEY)');
      await onBlue.query(
        `INSERT INTO shop.long_text VALUES ${Array.from({ length: 50 }, (_, id) => `(${id})`).join(', ')}`,
      );
      const columns = [{ name: 'id', nullable: false, charset: '', octets: 0, notation: { kind: 'integer' } }] as const;
      const digest = async (limit: number) => {
        await onBlue.query('SET SESSION group_concat_max_len = ?', [limit]);
        const rows = `SELECT ${textOfRows(columns, packet)} AS text FROM shop.long_text`;
        const [found] = await onBlue.query<RowDataPacket[]>(
          `SELECT ${textDigest('text', columns, packet)} AS digest FROM (${rows}) AS chunk`,
        );
        return found[0]?.digest;
      };
      // Ten of one digit, forty of two, and what is between them.
      const length = 10 + 2 * 40 + 49;
      for (const limit of [40, length - 1, length]) expect(await digest(limit)).toBeNull();
      expect(await digest(length + 1)).toMatch(/^[0-9a-f]{56}$/);
    },
  );
});
