import { identifier } from './quoting';

/** A column as both sides must render it. */
export interface ComparedColumn {
  readonly name: string;
  readonly dataType: string;
  /** '' where it has none. */
  readonly charset: string;
  readonly nullable: boolean;
}

/** Occurs in no UTF-8 text, and not in what stands for binary values: no two rows have one text. */
const SEPARATOR = "X'FF'";
/** 60 bits, so that a chunk's sum of 64-bit numbers is exact on both sides. */
const HEX_DIGITS = 15;

const raw = /^(tinyint|smallint|mediumint|int|bigint|decimal|double|year|date|time|datetime|timestamp)$/;
const text = /^(char|varchar|enum|set)$/;
const longText = /^(tiny|medium|long)?text$/;
const binary = /^(binary|varbinary)$/;
/** As text these are not the same on two versions, or may be longer than a packet: their own digest stands for them. */
const digested = /^((tiny|medium|long)?blob|geometry|point|linestring|polygon|multi.*|geom.*collection|vector)$/;

/**
 * The row's digest, as a number. SHA-2 rather than CRC32 or MD5: CRC32 is linear, so that values exchanged between two
 * rows cancel out in a sum, and MySQL 9.6 has lost MD5() and SHA1().
 */
export function rowNumber(columns: readonly ComparedColumn[]): string {
  return `CAST(CONV(LEFT(${rowDigest(columns)}, ${HEX_DIGITS}), 16, 10) AS UNSIGNED)`;
}

/** The row's digest, as hexadecimal text. */
export function rowDigest(columns: readonly ComparedColumn[]): string {
  return digest(rowText(columns));
}

/** The digest of one column, which tells NULL from an empty text. */
export function columnDigest(column: ComparedColumn): string {
  return digest(rowText([column]));
}

function rowText(columns: readonly ComparedColumn[]): string {
  // CONCAT_WS leaves NULLs out; which they were is said at the end.
  const nulls = columns.filter(({ nullable }) => nullable).map(({ name }) => `${identifier(name)} IS NULL`);
  const values = columns.map((column) => `CAST(${rendered(column)} AS BINARY)`);
  const parts = nulls.length === 0 ? values : [...values, `CONCAT(${nulls.join(', ')})`];
  return `CONCAT_WS(${SEPARATOR}, ${parts.join(', ')})`;
}

/** The value in the same bytes on every version; in UTF-8 where it is text, whatever it is stored in. */
function rendered({ name, dataType, charset }: ComparedColumn): string {
  const column = identifier(name);
  if (raw.test(dataType)) return column;
  // In text a FLOAT has six digits; as DOUBLE all that it holds.
  if (dataType === 'float') return `(${column} + 0e0)`;
  if (dataType === 'bit') return `(${column} + 0)`;
  if (text.test(dataType)) return inUtf8(column, charset);
  if (longText.test(dataType)) return digest(inUtf8(column, charset));
  if (binary.test(dataType)) return `HEX(${column})`;
  if (digested.test(dataType)) return digest(column);
  if (dataType === 'json') return digest(`CAST(${column} AS CHAR CHARACTER SET utf8mb4)`);
  return `CAST(${column} AS CHAR CHARACTER SET utf8mb4)`;
}

function inUtf8(column: string, charset: string): string {
  return /^(utf8|utf8mb3|utf8mb4|ascii)$/.test(charset) ? column : `CONVERT(${column} USING utf8mb4)`;
}

function digest(expression: string): string {
  return `SHA2(${expression}, 224)`;
}
