import type { Direction } from '../../../contract/common';
import type { Named } from '../../sql/named-difference';
import type { Session } from '../session';
import { notOfExtension, usersSchemas } from './table';

/** Read in one statement. */
const AT_ONCE = 200;

/** A sequence that stands before the other's value hands out numbers that are taken. */
export function differentSequences(mine: SequenceValues, theirs: SequenceValues, { from, to }: Direction): Named[] {
  return [...mine].flatMap(([name, { next, increment }]) => {
    const other = theirs.get(name);
    if (other === undefined || (increment > 0 ? other.next >= next : other.next <= next)) return [];
    return [{ object: `sequence ${name}`, difference: `gives ${next} next on ${from} and ${other.next} on ${to}` }];
  });
}

export type SequenceValues = ReadonlyMap<string, Value>;

interface Value {
  /** What is handed out next: what it was restarted with, until somebody asks it. */
  readonly next: bigint;
  readonly increment: number;
}

export async function sequenceValues(session: Session): Promise<SequenceValues> {
  const sequences = await session.query<{ name: string; increment: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, s.seqincrement AS increment
     FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ${usersSchemas} AND ${notOfExtension('pg_class', 'c.oid')} ORDER BY 1`,
  );
  const values = new Map<string, Value>();
  for (let first = 0; first < sequences.length; first += AT_ONCE) {
    const some = sequences.slice(first, first + AT_ONCE);
    const each = some.map(({ name }, place) => `SELECT ${place} AS place, last_value, is_called FROM ${name}`);
    for (const row of await session.query<{ place: number; last_value: string; is_called: boolean }>(
      each.join(' UNION ALL '),
    )) {
      const sequence = some[row.place];
      if (sequence === undefined) continue;
      const increment = BigInt(sequence.increment);
      const next = BigInt(row.last_value) + (row.is_called ? increment : 0n);
      values.set(sequence.name, { next, increment: Number(increment) });
    }
  }
  return values;
}
