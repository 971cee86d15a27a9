import type { Definition } from '../../../sql/definition';
import type { BothNames, Named } from '../../../sql/named-difference';
import { objectName } from '../../../sql/object-name';
import { text } from '../../result-row';
import type { Comparison } from '../comparison';
import { identifier } from '../quoting';
import { readUsersOf } from './information-schema';
import type { Reading } from './reading';

/** MariaDB's own: MySQL has none. */
export interface Sequences {
  readonly definitions: readonly Definition[];
  /** What the next session that asks is given, by the sequence's name. */
  readonly next: ReadonlyMap<string, bigint>;
}

const COLUMNS = ['start_value', 'increment', 'minimum_value', 'maximum_value', 'cache_size', 'cycle_option'] as const;

export async function readSequences({ session }: Pick<Reading, 'session'>): Promise<Sequences> {
  const definitions: Definition[] = [];
  const next = new Map<string, bigint>();
  if (!session.dialect.mariadb) return { definitions, next };
  for (const row of await readUsersOf(session, 'TABLES', 'TABLE_SCHEMA', {
    columns: ['TABLE_SCHEMA', 'TABLE_NAME', 'TABLE_TYPE', 'TABLE_COMMENT', 'ENGINE'],
  })) {
    if (text(row, 'TABLE_TYPE') !== 'SEQUENCE') continue;
    const [schema, name] = [text(row, 'TABLE_SCHEMA'), text(row, 'TABLE_NAME')];
    const object = `sequence ${objectName(schema, name)}`;
    const texts = [...COLUMNS, 'next_not_cached_value'].map((column) => `CAST(${column} AS CHAR) AS ${column}`);
    const values = await session.row(`SELECT ${texts.join(', ')} FROM ${identifier(schema)}.${identifier(name)}`);
    const aspects = COLUMNS.map((column) => [column.replace('_', ' '), text(values, column)]);
    definitions.push({
      object,
      of: `database ${objectName(schema)}`,
      aspects: {
        ...Object.fromEntries(aspects),
        engine: text(row, 'ENGINE'),
        comment: text(row, 'TABLE_COMMENT'),
      },
    });
    next.set(object, BigInt(text(values, 'next_not_cached_value')));
  }
  return { definitions, next };
}

/** What sequences have handed out since their definitions were compared. */
export async function wrongSequences({ from, to, names }: Comparison): Promise<readonly Named[]> {
  const [mine, theirs] = await Promise.all([readSequences(from), readSequences(to)]);
  return sequencesBehind(mine, theirs, names);
}

/** One that stands before the other's value hands out numbers that are taken. */
export function sequencesBehind(from: Sequences, to: Sequences, sides: BothNames): Named[] {
  return from.definitions.flatMap(({ object, aspects }) => {
    const [mine, theirs] = [from.next.get(object), to.next.get(object)];
    if (mine === undefined || theirs === undefined) return [];
    const behind = aspects.increment?.startsWith('-') ? theirs > mine : theirs < mine;
    return behind
      ? [{ object, difference: `the next value is ${mine} on ${sides.from} and ${theirs} on ${sides.to}` }]
      : [];
  });
}
