import type { JsonKind, Notation } from './row-digest';

/** What a side says of a column's type. */
export interface TypedColumn {
  readonly dataType: string;
  /** '' where it has none. */
  readonly charset: string;
}

const kinds: readonly (readonly [RegExp, Notation['kind']])[] = [
  [/^(tiny|small|medium|big)?int$|^(year|bit)$/, 'integer'],
  [/^(float|double)$/, 'real'],
  [/^(decimal|date|time|datetime|timestamp)$/, 'plain'],
  [/^(char|varchar|binary|varbinary)$/, 'bytes'],
  [/^((tiny|medium|long)?(blob|text)|geometry|point|linestring|polygon|multi.*|geom.*collection|vector)$/, 'longBytes'],
  [/^(enum|set)$/, 'label'],
  [/^json$/, 'json'],
];

/** Character sets of which one text has the same bytes, whichever of them it is stored in. */
const utf8 = /^(utf8|utf8mb3|utf8mb4|ascii)$/;

/** How to write down the values of a column that may be of another type or character set on each side. */
export function notationOf(from: TypedColumn, to: TypedColumn, json: JsonKind): readonly [Notation, Notation] {
  const [mine, theirs] = [kindOf(from.dataType), kindOf(to.dataType)];
  const charsets = [charsetOf(from), charsetOf(to)];
  const converted = !charsets.includes('') && charsets[0] !== charsets[1] && !charsets.every((one) => utf8.test(one));
  const notation = (kind: Notation['kind'], other: Notation['kind']): Notation => ({
    kind: together(kind, other, json),
    ...(converted && kind !== 'json' ? { throughUtf8: true } : {}),
  });
  return [notation(mine, theirs), notation(theirs, mine)];
}

/** As one side must where the other has it so. */
function together(kind: Notation['kind'], other: Notation['kind'], json: JsonKind): Notation['kind'] {
  if (kind === 'json' && other === 'json') return json;
  return kind === 'bytes' && (other === 'longBytes' || other === 'json') ? 'longBytes' : kind;
}

function charsetOf({ dataType, charset }: TypedColumn): string {
  return dataType === 'json' ? 'utf8mb4' : charset;
}

function kindOf(dataType: string): Notation['kind'] {
  return kinds.find(([types]) => types.test(dataType))?.[1] ?? 'unknown';
}
