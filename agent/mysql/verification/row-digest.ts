import { identifier } from './quoting';

/** A column, and how both sides write its values down. */
export interface ComparedColumn {
  readonly name: string;
  readonly nullable: boolean;
  /** '' where it has none. */
  readonly charset: string;
  /** The most that a value takes, where its type has such a limit. */
  readonly octets: number;
  readonly notation: Notation;
}

/**
 * How values are written down, so that the same stored bytes, and only they, have the same text on every version:
 *
 * - `integer`, `plain`: by their digits;
 * - `real`, `bytes`: in hexadecimal; `longBytes`: by their digest;
 * - `label`: by number and text, for an ENUM's error value has the text of an empty label;
 * - `json`: by the digest of the text; `typedJson`: and of the types of what is in it, for a DATE has the text of a string;
 * - `unknown`: by the digest of the text that the engine gives.
 */
export interface Notation {
  readonly kind: 'integer' | 'real' | 'plain' | 'bytes' | 'longBytes' | 'label' | JsonKind | 'unknown';
  /** The sides store text in two character sets: compared as utf8mb4, but for what has no character of its own there. */
  readonly throughUtf8?: true;
}

export type JsonKind = 'json' | 'typedJson';

/** 60 bits, so that a chunk's sum of 64-bit numbers is exact on both sides. */
const HEX_DIGITS = 15;

/** What stands for a digest that could not be had: more than all digests of a table together. */
const NO_DIGEST = 10n ** 40n;

/** A longer JSON is compared by its text alone: each value in it would be copied, up to max_allowed_packet. */
const TYPED_JSON_BYTES = 65_536;
/** As stored, it takes no less than an eighth of its text: tells the shorter ones apart without writing them as text. */
const STORED_SHORT_BYTES = TYPED_JSON_BYTES / 8;

/** Nothing that is written down has it. */
const NULL = "'~'";
/**
 * What stands for a row whose text could not be had. Nothing that is written down has it, nor the end of a row. In binary,
 * for in any character set a search takes as long as all the rest.
 */
const NO_TEXT = "_binary'!'";

/**
 * The row's digest, as a number. SHA-2 rather than CRC32 or MD5: CRC32 is linear, so that values exchanged between two
 * rows cancel out in a sum, and MySQL 9.6 has lost MD5() and SHA1().
 */
export function rowNumber(columns: readonly ComparedColumn[]): string {
  return `COALESCE(CAST(CONV(LEFT(${rowDigest(columns)}, ${HEX_DIGITS}), 16, 10) AS UNSIGNED), ${NO_DIGEST})`;
}

/** Whether every row has a digest. Text beyond max_allowed_packet is NULL, and two that are NULL are not equal. */
export function isComplete(sum: string): boolean {
  return sum === '' || BigInt(sum) < NO_DIGEST;
}

/** How many documents of a row are compared by their text alone. `undefined`: no column may hold any. */
export function textOnlyJson(columns: readonly ComparedColumn[]): string | undefined {
  const typed = columns.filter(({ notation }) => notation.kind === 'typedJson').map(({ name }) => identifier(name));
  if (typed.length === 0) return undefined;
  return typed
    .map(
      (name) =>
        `COALESCE(IF(JSON_STORAGE_SIZE(${name}) > ${STORED_SHORT_BYTES}, LENGTH(${name}) > ${TYPED_JSON_BYTES}, 0), 0)`,
    )
    .join(' + ');
}

/** The row's digest, as hexadecimal text; NULL where its text would be longer than max_allowed_packet. */
export function rowDigest(columns: readonly ComparedColumn[]): string {
  return digest(rowText(columns));
}

/** All rows as one text, in the order in which they are read. */
export function textOfRows(columns: readonly ComparedColumn[], packet: number): string {
  const row = hasText(columns, packet) ? rowText(columns) : `COALESCE(${rowText(columns)}, ${NO_TEXT})`;
  return `GROUP_CONCAT(${row} SEPARATOR ';')`;
}

/** The digest of such a text; NULL where it was cut off, or has not all rows in it. */
export function textDigest(text: string, columns: readonly ComparedColumn[], packet: number): string {
  const whole = `LENGTH(${text}) < LEAST(@@group_concat_max_len, @@max_allowed_packet)`;
  const all = hasText(columns, packet) ? 'TRUE' : `LOCATE(${NO_TEXT}, ${text}) = 0`;
  return `IF(${whole} AND ${all}, ${digest(text)}, NULL)`;
}

/**
 * Whether every row has a text: no value is written down that can be NULL, and none makes it longer than a packet. To look
 * for rows without one takes a tenth of a chunk's time.
 */
function hasText(columns: readonly ComparedColumn[], packet: number): boolean {
  return columns.reduce((sum, column) => sum + longestText(column), 0) < packet;
}

/** Digits of a DECIMAL, of a moment, of a DOUBLE's bytes, and what stands between. */
const MAX_DIGITS_LENGTH = 100;

function longestText({ octets, notation: { kind, throughUtf8 } }: ComparedColumn): number {
  if (throughUtf8 !== undefined) return Number.POSITIVE_INFINITY;
  if (kind === 'bytes' || kind === 'label') return 2 * octets + MAX_DIGITS_LENGTH;
  return ['integer', 'real', 'plain'].includes(kind) ? MAX_DIGITS_LENGTH : Number.POSITIVE_INFINITY;
}

/**
 * NULL where it would be longer than max_allowed_packet. All of it is ASCII, and is put together as bytes: as characters, a
 * chunk takes a tenth longer.
 */
function rowText(columns: readonly ComparedColumn[]): string {
  return columns.length === 0 ? "''" : `CONCAT(${columns.map(written).join(", _binary',', ")})`;
}

/** The digest of one column, which tells NULL from an empty text. */
export function columnDigest(column: ComparedColumn): string {
  return rowDigest([column]);
}

/** No text of a number has all of its digits, on every version, nor the sign of 0. A point has its bytes. */
export function bytesOfReal(expression: string): string {
  return `MID(HEX(POINT(${expression}, 0)), 19, 16)`;
}

function written(column: ComparedColumn): string {
  const text = notNull(column);
  return column.nullable ? `IF(${identifier(column.name)} IS NULL, ${NULL}, ${text})` : text;
}

/** No digit and no hexadecimal text has a comma. */
function notNull(column: ComparedColumn): string {
  const name = identifier(column.name);
  switch (column.notation.kind) {
    case 'integer':
      return `(${name} + 0)`;
    case 'real':
      return bytesOfReal(name);
    case 'plain':
      return name;
    case 'bytes':
      return stored(column, (bytes) => `HEX(${bytes})`);
    case 'longBytes':
      return stored(column, digest);
    // The sum of a SET and 0 is a DOUBLE, which has not all of 64 labels.
    case 'label':
      return `CONCAT(CAST(${name} AS UNSIGNED), ':', ${stored(column, (bytes) => `HEX(${bytes})`)})`;
    case 'json':
      return jsonDigest(name);
    case 'typedJson':
      return `CONCAT(${jsonDigest(name)}, ':', IF(LENGTH(${name}) BETWEEN 1 AND ${TYPED_JSON_BYTES}, ${typesInJson(name)}, ''))`;
    case 'unknown':
      return digest(`CAST(${name} AS CHAR CHARACTER SET utf8mb4)`);
  }
}

/** Two characters of one set may become one of another, and bytes without a character become a question mark. */
function stored({ name, charset, notation }: ComparedColumn, write: (bytes: string) => string): string {
  const column = identifier(name);
  if (notation.throughUtf8 === undefined) return write(column);
  const converted = `CONVERT(${column} USING utf8mb4)`;
  const same = `CAST(CONVERT(${converted} USING ${charset}) AS BINARY) = CAST(${column} AS BINARY)`;
  return `IF(${same}, ${write(converted)}, CONCAT('${charset}:', ${write(column)}))`;
}

/** No JSON has an empty text; the engine gives one beyond max_allowed_packet. */
function jsonDigest(column: string): string {
  return `NULLIF(${digest(column)}, ${digest("''")})`;
}

function typesInJson(column: string): string {
  const under = (path: string): string =>
    `COALESCE((SELECT SUM(CRC32(CONCAT(place, JSON_TYPE(value)))) FROM JSON_TABLE(${column}, '${path}' ` +
    "COLUMNS (place FOR ORDINALITY, value JSON PATH '$')) AS inside), 0)";
  return `CONCAT(JSON_TYPE(${column}), ':', ${under('$**.*')}, ':', ${under('$**[*]')})`;
}

function digest(expression: string): string {
  return `SHA2(${expression}, 224)`;
}
