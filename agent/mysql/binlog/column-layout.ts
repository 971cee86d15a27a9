import type { Bytes } from './bytes';

/** How one column's values lie in a row image, as a TABLE_MAP event states it. */
export interface ColumnLayout {
  readonly type: number;
  /** Of one or two bytes, little-endian; what it means depends on the type. */
  readonly metadata: number;
}

/** Column types as the protocol numbers them. */
export const ColumnType = {
  TINY: 1,
  SHORT: 2,
  LONG: 3,
  FLOAT: 4,
  DOUBLE: 5,
  NULL: 6,
  TIMESTAMP: 7,
  LONGLONG: 8,
  INT24: 9,
  DATE: 10,
  TIME: 11,
  DATETIME: 12,
  YEAR: 13,
  NEWDATE: 14,
  VARCHAR: 15,
  BIT: 16,
  TIMESTAMP2: 17,
  DATETIME2: 18,
  TIME2: 19,
  MARIADB_BLOB_COMPRESSED: 140,
  MARIADB_VARCHAR_COMPRESSED: 141,
  VECTOR: 242,
  JSON: 245,
  NEWDECIMAL: 246,
  ENUM: 247,
  SET: 248,
  BLOB: 252,
  VAR_STRING: 253,
  STRING: 254,
  GEOMETRY: 255,
} as const;

const T = ColumnType;

const metadataBytes: ReadonlyMap<number, number> = new Map([
  ...[T.FLOAT, T.DOUBLE, T.TIMESTAMP2, T.DATETIME2, T.TIME2].map((type) => [type, 1] as const),
  ...[T.BLOB, T.JSON, T.GEOMETRY, T.VECTOR, T.MARIADB_BLOB_COMPRESSED].map((type) => [type, 1] as const),
  ...[T.VARCHAR, T.BIT, T.NEWDECIMAL, T.ENUM, T.SET].map((type) => [type, 2] as const),
  ...[T.VAR_STRING, T.STRING, T.MARIADB_VARCHAR_COMPRESSED].map((type) => [type, 2] as const),
]);

export function readMetadata(type: number, bytes: Bytes): number {
  const length = metadataBytes.get(type) ?? 0;
  return length === 0 ? 0 : bytes.uint(length);
}

const fixedBytes: ReadonlyMap<number, number> = new Map([
  [T.TINY, 1],
  [T.SHORT, 2],
  [T.INT24, 3],
  [T.LONG, 4],
  [T.LONGLONG, 8],
  [T.FLOAT, 4],
  [T.DOUBLE, 8],
  [T.NULL, 0],
  [T.YEAR, 1],
  [T.DATE, 3],
  [T.NEWDATE, 3],
  [T.TIME, 3],
  [T.TIMESTAMP, 4],
  [T.DATETIME, 8],
]);

/** Where CHAR, ENUM and SET share a type number, which of them it is, and how long a value can be. */
export function realString({ metadata }: ColumnLayout): { readonly type: number; readonly maxBytes: number } {
  const first = metadata & 0xff;
  const second = metadata >> 8;
  // Lengths above 255 hide their upper bits, inverted, in the type's byte (MySQL bug 37426).
  if ((first & 0x30) !== 0x30) return { type: first | 0x30, maxBytes: second | (((first & 0x30) ^ 0x30) << 4) };
  return { type: first, maxBytes: second };
}

/** Bytes of a fractional second of `digits` digits. */
export function fractionBytes(digits: number): number {
  return (digits + 1) >> 1;
}

/** How many bytes the next value of a column takes, its length prefix not counted, which this reads. */
export function readValueLength(column: ColumnLayout, bytes: Bytes): number {
  const { type, metadata } = column;
  const fixed = fixedBytes.get(type);
  if (fixed !== undefined) return fixed;
  switch (type) {
    case T.VARCHAR:
    case T.VAR_STRING:
    case T.MARIADB_VARCHAR_COMPRESSED:
      return bytes.uint(metadata > 255 ? 2 : 1);
    case T.STRING: {
      const real = realString(column);
      if (real.type === T.ENUM || real.type === T.SET) return real.maxBytes;
      return bytes.uint(real.maxBytes > 255 ? 2 : 1);
    }
    case T.ENUM:
    case T.SET:
      return metadata >> 8;
    case T.BIT:
      return (metadata >> 8) + ((metadata & 0xff) > 0 ? 1 : 0);
    case T.TIMESTAMP2:
      return 4 + fractionBytes(metadata);
    case T.DATETIME2:
      return 5 + fractionBytes(metadata);
    case T.TIME2:
      return 3 + fractionBytes(metadata);
    case T.NEWDECIMAL:
      return decimalBytes(metadata & 0xff, metadata >> 8);
    case T.BLOB:
    case T.JSON:
    case T.GEOMETRY:
    case T.VECTOR:
    case T.MARIADB_BLOB_COMPRESSED:
      return bytes.uint(metadata);
    default:
      throw new RangeError(`a column has the type ${type}, which is not known here`);
  }
}

/** Bytes that the digits left over from groups of nine take. */
const leftoverBytes = [0, 1, 1, 2, 2, 3, 3, 4, 4] as const;

/** Nine digits take four bytes, on either side of the point. */
export function digitBytes(digits: number): number {
  return Math.floor(digits / 9) * 4 + (leftoverBytes[digits % 9] ?? 0);
}

function decimalBytes(precision: number, scale: number): number {
  return digitBytes(precision - scale) + digitBytes(scale);
}
