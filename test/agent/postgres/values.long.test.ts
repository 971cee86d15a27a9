import * as fc from 'fast-check';
import type { Client } from 'pg';
import { Comparison } from '../../../agent/postgres/verification/comparison';
import { useAws } from '../aws';
import { confused } from '../mysql/verification/values';
import { PostgresStage, type RdsPostgres } from './stage';

const aws = useAws();
const seed = Date.now() % 1_000_000;
const EACH = 120;

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
const some = (...values: readonly string[]) => fc.constantFrom(...values.map(text));
const integer = (bits: bigint) => fc.oneof(fc.bigInt(-3n, 3n), fc.bigInt(-(2n ** bits), 2n ** bits - 1n)).map(String);
const digits = fc
  .tuple(fc.constantFrom('', '-'), fc.bigInt(0n, 10n ** 40n), fc.constantFrom('', '.0', '.00', '.10', '.000001'))
  .map((parts) => text(parts.join('')));
const real = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => text(Object.is(value, -0) ? '-0' : String(value))),
  some('0', '-0', 'NaN', 'Infinity', '-Infinity', '0.1', '0.10000000000000002', '1e-45', '5e-324'),
);
const words = fc
  .array(
    fc.constantFrom('a', 'A', ' ', '  ', '"', "'", '\\', ',', '(', ')', '{', '}', 'NULL', '\t', '\n', 'ß', 'é', '😀'),
    { maxLength: 4 },
  )
  .map((parts) => text(parts.join('')));
const two = (least: number, most: number) =>
  fc.integer({ min: least, max: most }).map((number) => String(number).padStart(2, '0'));
const day = fc
  .tuple(fc.constantFrom('0001', '1000', '1970', '2024', '9999'), two(1, 12), two(1, 28))
  .map((parts) => parts.join('-'));
const hour = fc
  .tuple(two(0, 23), two(0, 59), two(0, 59), fc.constantFrom('', '.000001', '.5'))
  .map(([h, m, s, rest]) => `${h}:${m}:${s}${rest}`);
const zone = fc.constantFrom('+00', '-05:30', '+13', '+02:30:15');
const bytes = fc.uint8Array({ maxLength: 5 }).map((values) => `'\\x${Buffer.from(values).toString('hex')}'::bytea`);
const bits = fc.array(fc.constantFrom('0', '1'), { maxLength: 9 }).map((each) => `B'${each.join('')}'`);

/** Types, and SQL of values for each. */
const TYPES: readonly (readonly [string, fc.Arbitrary<string>])[] = [
  ['smallint', integer(15n)],
  ['int', integer(31n)],
  ['bigint', integer(63n)],
  ...['numeric', 'numeric(20,3)', 'money'].map((type) => [type, fc.oneof(digits, some('NaN', '1', '1.0'))] as const),
  ...['real', 'double precision'].map((type) => [type, real] as const),
  ...['text', 'varchar(4)', 'char(5)', 'name'].map((type) => [type, words] as const),
  ['"char"', fc.integer({ min: 0, max: 255 }).map((code) => `(${code - 128})::int::"char"`)],
  ['bytea', bytes],
  ['boolean', fc.constantFrom('true', 'false')],
  ['date', fc.oneof(day.map(text), some('infinity', '-infinity', '4713-01-01 BC'))],
  ['time', fc.oneof(hour.map(text), some('24:00'))],
  ['timetz', fc.tuple(hour, zone).map((parts) => text(parts.join('')))],
  ...['timestamp', 'timestamp(3)', 'timestamptz', 'timestamptz(0)'].map(
    (type) =>
      [
        type,
        fc.oneof(
          fc.tuple(day, hour, zone).map(([date, time, at]) => text(`${date} ${time}${at}`)),
          some('infinity', '-infinity', '0044-03-15 BC'),
        ),
      ] as const,
  ),
  [
    'interval',
    some('1 day', '24 hours', '1 mon', '30 days', '-1 day +24:00', '0', '1 year -12 mons', '1.000001 s', '-00:00:01'),
  ],
  ['uuid', fc.uuid().map(text)],
  ['bit varying', bits],
  ['bit(9)', bits.map((value) => `(${value})::bit(9)`)],
  ...['inet', 'cidr'].map((type) => [type, some('10.0.0.0/8', '10.0.0.0', '10.0.0.0/32', '::1', 'fe80::/10')] as const),
  ['macaddr8', some('08:00:2b:01:02:03', '08:00:2b:ff:fe:01:02:03')],
  ...['json', 'jsonb'].map(
    (type) =>
      [
        type,
        some(
          '1',
          '1.0',
          '1.00',
          '"1"',
          'null',
          '[1, 2]',
          '[2, 1]',
          '[1,2]',
          '{"a": 1}',
          '{"a":1}',
          '{"a": null}',
          '{}',
          '"\\u00e9"',
        ),
      ] as const,
  ),
  ['xml', some('<a/>', '<a></a>', '<a b="1"/>', 'a', ' a')],
  ['int[]', some('{}', '{1}', '{1,2}', '{{1},{2}}', '{{1,2}}', '[0:1]={1,2}', '[2:3]={1,2}', '{NULL}', '{1,NULL}')],
  ['text[]', some('{}', '{""}', '{NULL}', '{"NULL"}', '{a,b}', '{"a,b"}', '{"a\\"b"}', '{" a"}', '{a}')],
  ['pair', some('(,)', '(1,)', '(,"")', '(1,a)', '(1," a")', '(1,"a,b")', '(1,"(a)")')],
  ['mood', some('a', '', 'A', 'a, b')],
  ['int4range', some('empty', '[1,2)', '[1,2]', '(1,3)', '(,1)', '[1,)', '(,)')],
  ['nummultirange', some('{}', '{[1,2]}', '{[1,2),[3,4)}', '{(,)}')],
  ['tsvector', some('a', 'a b', 'a:1', 'a:1A', "'a b'", '')],
  ['tsquery', some('a & b', 'a | b', '!a', 'a <-> b', 'a <2> b', 'a:*')],
  [
    'point',
    fc
      .tuple(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 1))
      .map(([x, y]) => `point(${x}, ${y})`),
  ],
  ...['path', 'polygon'].map((type) => [type, some('((0,0),(1,1))', '((1,1),(0,0))', '((0,0),(1,2))')] as const),
  ['path', some('[(0,0),(1,1)]', '((0,0),(1,1))')],
  ['pg_lsn', some('0/0', '0/1', '1/0')],
  ['oid', some('0', '1', '4294967295')],
];

/** Of the role that signs in: the digests must not show them. */
const SETTINGS = [
  "timezone = 'Asia/Tokyo'",
  "intervalstyle = 'iso_8601'",
  'extra_float_digits = 0',
  "bytea_output = 'escape'",
]
  .map((setting) => `ALTER ROLE cutover_agent SET ${setting}`)
  .join('; ');

/** The server's binary form says what is stored. */
describe(`digests of PostgreSQL's values (seed ${seed})`, () => {
  const stage = new PostgresStage(aws);
  let sides: Record<'from' | 'to', RdsPostgres>;

  beforeAll(async () => {
    const [from, to] = await Promise.all([stage.server({ version: '15' }), stage.server({ version: '17' })]);
    sides = { from, to };
    for (const side of [from, to]) await (await stage.owner(side)).query('CREATE DATABASE shop');
    await (await stage.root(to)).query(SETTINGS);
  });
  afterAll(() => stage.end());

  async function write(owner: Client, values: readonly (readonly string[])[]): Promise<void> {
    await owner.query("CREATE TYPE pair AS (a int, b text); CREATE TYPE mood AS ENUM ('a', '', 'A', 'a, b')");
    for (const [index, [type]] of TYPES.entries()) {
      await owner.query(`CREATE TABLE t${index} (id int PRIMARY KEY, c ${type})`);
      const rows = (values[index] ?? []).map(
        (value, id) =>
          `BEGIN INSERT INTO t${index} VALUES (${id}, ${value}); EXCEPTION WHEN data_exception THEN NULL; END;`,
      );
      await owner.query(`DO $do$ BEGIN ${rows.join('\n')} END $do$`);
    }
  }

  test('are the same on 15 and 17 where the value is, and only there', async () => {
    const values = TYPES.map(([, arbitrary]) => ['NULL', ...fc.sample(arbitrary, { numRuns: EACH, seed })]);
    const owners = { from: await stage.owner(sides.from, 'shop'), to: await stage.owner(sides.to, 'shop') };
    await Promise.all([write(owners.from, values), write(owners.to, values)]);
    const comparison = await Comparison.open(
      await stage.databases(sides.from, sides.to),
      { from: 'blue', to: 'green' },
      'shop',
    );
    const tables = await comparison.tables();
    let tried = 0;
    for (const [index, [type]] of TYPES.entries()) {
      const all: (readonly [string, string])[] = [];
      for (const side of ['from', 'to'] as const) {
        const table = tables[side].get(`public.t${index}`);
        if (table === undefined) throw new Error(`t${index} was not found.`);
        const { rows } = await owners[side].query<{ id: number; image: string }>(
          `SELECT id, coalesce(encode(${await sendOf(owners[side], index)}(c), 'hex'), 'NULL') AS image FROM t${index}`,
        );
        const digests = await comparison[side].rows(table, ['c'], {});
        for (const { id, image } of rows) all.push([image, digests.get(JSON.stringify([String(id)])) ?? 'none']);
      }
      expect({ type, confused: confused(all) }).toEqual({ type, confused: [] });
      tried += new Set(all.map(([image]) => image)).size;
    }
    await comparison.close();
    expect(tried).toBeGreaterThan(TYPES.length * 15);
  });
});

async function sendOf(owner: Client, index: number): Promise<string> {
  const { rows } = await owner.query<{ send: string }>(
    `SELECT y.typsend::text AS send FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
     WHERE a.attrelid = 't${index}'::regclass AND a.attname = 'c'`,
  );
  return rows[0]?.send ?? '';
}
