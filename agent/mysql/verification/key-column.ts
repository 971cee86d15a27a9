import { identifier } from './quoting';
import { bytesOfReal } from './row-digest';

/** How a key's value is written down: the same text whether a query or the binary log gave it. */
export type KeyKind = 'integer' | 'decimal' | 'real' | 'text' | 'binary' | 'temporal' | 'engine';

/** A column of the key that a table is compared by. */
export interface KeyColumn {
  readonly name: string;
  /** Place among the table's columns, from 0. */
  readonly place: number;
  readonly kind: KeyKind;
  readonly dataType: string;
  readonly unsigned: boolean;
  /** Of a text. */
  readonly charset: string;
  /** Of BINARY(n), which the binary log shortens: n. */
  readonly fixedBytes: number;
}

const kinds: ReadonlyMap<string, KeyKind> = new Map([
  ...['tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'year', 'bit', 'enum', 'set'].map(
    (type) => [type, 'integer'] as const,
  ),
  ['decimal', 'decimal'],
  ...['char', 'varchar'].map((type) => [type, 'text'] as const),
  ...['binary', 'varbinary'].map((type) => [type, 'binary'] as const),
  ...['date', 'datetime', 'timestamp', 'time'].map((type) => [type, 'temporal'] as const),
  ...['float', 'double'].map((type) => [type, 'real'] as const),
  ...['uuid', 'inet4', 'inet6'].map((type) => [type, 'engine'] as const),
]);

/** `undefined` for a type that no key is compared by. */
export function keyKindOf(dataType: string): KeyKind | undefined {
  return kinds.get(dataType);
}

/** What to select so that the value comes as its text. */
export function keyExpression({ name, kind, dataType }: KeyColumn): string {
  const column = identifier(name);
  if (kind === 'text' || kind === 'binary') return `HEX(${column})`;
  // A number instead of a label, all of its 64 bits, and no zeros in front.
  if (/^(bit|enum|set)$/.test(dataType)) return `CAST(CAST(${column} AS UNSIGNED) AS CHAR)`;
  if (kind === 'integer') return `CAST(${column} + 0 AS CHAR)`;
  if (kind === 'real') return bytesOfReal(column);
  // An empty DATE must come as it is, which a conversion would refuse.
  return kind === 'decimal' || kind === 'engine' ? `CAST(${column} AS CHAR)` : `CONCAT(${column})`;
}

/** The text as a constant that is compared by the column's own index. */
export function keyLiteral({ kind, charset }: KeyColumn, text: string): string {
  switch (kind) {
    case 'integer':
    case 'decimal':
      return text;
    case 'real':
      return `${Buffer.from(text, 'hex').readDoubleLE().toExponential()}`;
    case 'temporal':
    case 'engine':
      return `'${text}'`;
    case 'binary':
      return text === '' ? "''" : `X'${text}'`;
    case 'text':
      return text === '' ? "''" : `_${charset} X'${text}'`;
  }
}
