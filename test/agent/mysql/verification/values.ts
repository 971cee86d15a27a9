import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { AnswerLimit } from '../../../../agent/answer-limit';
import { BinlogStream } from '../../../../agent/mysql/binlog/binlog-stream';
import type { ColumnLayout } from '../../../../agent/mysql/binlog/column-layout';
import type { BinlogListener } from '../../../../agent/mysql/binlog/event-reader';
import { comparePositions } from '../../../../agent/mysql/binlog-position';

const bytes = (most: number) =>
  fc
    .array(fc.constantFrom(0x00, 0x20, 0x3f, 0x41, 0x5c, 0x61, 0x81, 0x87, 0x90, 0xa9, 0xae, 0xc3, 0xe0, 0xff), {
      maxLength: most,
    })
    .map((values) => (values.length === 0 ? "''" : `X'${Buffer.from(values).toString('hex')}'`));
const integer = fc.oneof(fc.bigInt(-3n, 3n), fc.bigInt(-(2n ** 63n), 2n ** 64n - 1n)).map(String);
const real = fc.oneof(
  fc.constantFrom('0', '-0e0', '0.1e0', '1.005', '-1e-46', '5e-324'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map(String),
);
const decimal = fc
  .tuple(fc.constantFrom('', '-'), fc.bigInt(0n, 10n ** 34n), fc.bigInt(0n, 10n ** 30n))
  .map(([sign, whole, rest]) => `${sign}${whole}.${rest}`);
const two = (most: number) => fc.integer({ min: 0, max: most }).map((number) => String(number).padStart(2, '0'));
const fraction = fc.constantFrom('', '.000001', '.5', '.999999');
const day = fc
  .tuple(fc.constantFrom('0000', '1000', '1970', '2024', '9999'), two(12), two(31))
  .map((parts) => parts.join('-'));
const hour = fc.tuple(two(23), two(59), two(59)).map((parts) => parts.join(':'));
const moment = fc.tuple(day, hour, fraction).map(([date, time, rest]) => `'${date} ${time}${rest}'`);
const time = fc
  .tuple(fc.constantFrom('', '-'), fc.integer({ min: 0, max: 838 }), two(59), two(59), fraction)
  .map(([sign, hours, minutes, seconds, rest]) => `'${sign}${hours}:${minutes}:${seconds}${rest}'`);
const labels = Array.from({ length: 64 }, (_, index) => `'l${index}'`).join(', ');

const CHARSETS = [
  'utf8mb4',
  'utf8mb3',
  'latin1',
  'cp1250',
  'cp1251',
  'greek',
  'hebrew',
  'cp932',
  'sjis',
  'eucjpms',
  'gbk',
  'big5',
  'euckr',
  'ucs2',
  'utf16',
  'utf32',
  'ascii',
];

/** Every type, and SQL of values for it. */
export const TYPES: readonly (readonly [string, fc.Arbitrary<string>])[] = [
  ...['TINYINT', 'SMALLINT UNSIGNED', 'MEDIUMINT', 'INT(9) ZEROFILL', 'BIGINT', 'BIGINT UNSIGNED'].map(
    (type) => [type, integer] as const,
  ),
  ...['BIT(1)', 'BIT(12)', 'BIT(64)'].map((type) => [type, integer] as const),
  ['YEAR', fc.oneof(fc.constant('0'), fc.integer({ min: 1901, max: 2155 }).map(String))],
  ...['DECIMAL(65,30)', 'DECIMAL(5,2)', 'DECIMAL(10,0) UNSIGNED'].map((type) => [type, decimal] as const),
  ...['FLOAT', 'FLOAT(7,3)', 'DOUBLE', 'DOUBLE(10,2)'].map((type) => [type, real] as const),
  ['DATE', moment],
  ...['DATETIME', 'DATETIME(6)', 'TIMESTAMP NULL', 'TIMESTAMP(3) NULL'].map((type) => [type, moment] as const),
  ...['TIME', 'TIME(6)'].map((type) => [type, time] as const),
  ...CHARSETS.flatMap((charset) =>
    ['CHAR(6)', 'VARCHAR(12)', 'TEXT'].map((type) => [`${type} CHARACTER SET ${charset}`, bytes(6)] as const),
  ),
  ...['BINARY(6)', 'VARBINARY(9)', 'TINYBLOB', 'LONGBLOB'].map((type) => [type, bytes(9)] as const),
  ["ENUM('a', '', 'b')", fc.integer({ min: 0, max: 3 }).map(String)],
  ["ENUM('?', 'ä') CHARACTER SET cp1250", fc.integer({ min: 0, max: 2 }).map(String)],
  ["SET('x', '', 'y')", fc.integer({ min: 0, max: 7 }).map(String)],
  [`SET(${labels})`, fc.bigInt(0n, 2n ** 64n - 1n).map(String)],
  ['POINT', fc.tuple(real, real).map(([x, y]) => `POINT(${x}, ${y})`)],
];

/** What a JSON holds that its text does not tell, but for the precision that a DECIMAL was declared with: nothing shows it. */
const leaf = fc.constantFrom(
  ...['1', '-1', '1.5e0', '1e0', 'TRUE', 'NULL', "'1'", "'true'", "''", "'2024-01-01'", "'10:00:00.000000'"],
  ...[
    'CAST(1 AS UNSIGNED)',
    "CAST('2024-01-01' AS DATE)",
    "CAST('10:00:00' AS TIME)",
    "CAST('2024-01-01' AS DATETIME)",
  ],
  ...[
    "'2024-01-01 00:00:00.000000'",
    'CAST(1.5 AS DECIMAL(9,1))',
    'CAST(1 AS DECIMAL(9,0))',
    "X'41'",
    "'base64:type253:QQ=='",
    "_utf8mb4 X'C3A9'",
  ],
);
export const JSON_VALUES = fc
  .letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('value'), { maxLength: 3 }).map((values) => `JSON_ARRAY(${values.join(', ')})`),
      fc
        .uniqueArray(fc.tuple(fc.constantFrom("'a'", "'b'", "'d.e'", "''"), tie('value')), {
          maxLength: 3,
          selector: ([name]) => name,
        })
        .map((members) => `JSON_OBJECT(${members.flat().join(', ')})`),
    ),
  }))
  .value.map((value) => `CAST(JSON_EXTRACT(JSON_ARRAY(${value}), '$[0]') AS JSON)`);

/** Settings of those who write. */
export const WRITERS = [
  "sql_mode = '', time_zone = '+00:00', character_set_client = utf8mb4",
  "sql_mode = 'PAD_CHAR_TO_FULL_LENGTH,NO_BACKSLASH_ESCAPES,ANSI_QUOTES', time_zone = '-05:30', character_set_client = latin1",
  "sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE', time_zone = '+13:00', character_set_client = cp932",
];

/** The second column of a table, as the binary log has it. */
export interface Stored {
  readonly layout: ColumnLayout;
  /** Bytes by `id`; `undefined` for NULL. */
  readonly values: Map<number, Buffer | undefined>;
}

/** What a server has stored, by table. */
export async function stored(
  reader: Connection,
  asker: Connection,
  write: () => Promise<void>,
): Promise<ReadonlyMap<string, Stored>> {
  const from = await position(asker);
  await write();
  const upTo = await position(asker);
  const tables = new Map<string, Stored>();
  const listener: BinlogListener = {
    wantedColumns: () => [0, 1],
    onRows: ({ table, columns: [, layout = { type: 0, metadata: 0 }] }, rows) => {
      const found = tables.get(table) ?? { layout, values: new Map() };
      tables.set(table, found);
      for (const { after: [id, value] = [] } of rows ?? []) {
        // The memory of an event is used for the next one.
        found.values.set(id?.readInt32LE(0) ?? 0, value && Buffer.from(value));
      }
    },
    onStatement: () => undefined,
    onPrepared: () => undefined,
    onTransactionEnd: () => undefined,
  };
  const stream = await BinlogStream.open({ connection: reader, answer: new AnswerLimit() }, from, listener);
  while (comparePositions(stream.position, upTo) < 0) await sleep(5);
  stream.close();
  return tables;
}

async function position(asker: Connection) {
  const ask = (sql: string) => asker.query<RowDataPacket[]>(sql);
  const [[row]] = await ask('SHOW BINARY LOG STATUS').catch(() => ask('SHOW MASTER STATUS'));
  return { file: String(row?.File), position: Number(row?.Position) };
}

/**
 * Two values that are stored alike have one digest, and two that are not have two. Tells those of which that is not so.
 *
 * @param all each value's bytes and digest
 */
export function confused(all: readonly (readonly [string, string])[]): readonly string[] {
  const [digests, images] = [new Map<string, string>(), new Map<string, string>()];
  return all.flatMap(([image, digest]) => {
    const [known, other] = [digests.get(image) ?? digest, images.get(digest) ?? image];
    digests.set(image, known);
    images.set(digest, other);
    return known === digest && other === image ? [] : [`${image} / ${other}`];
  });
}
