import type { Direction } from '../../contract';
import type { Named } from '../../sql/named-difference';
import type { Session } from '../session';

/** A sequence that stands before the other's value hands out numbers that are taken. */
export async function differentSequences(source: Session, target: Session, { from, to }: Direction): Promise<Named[]> {
  const [mine, theirs] = await Promise.all([valuesOf(source), valuesOf(target)]);
  return [...mine].flatMap(([name, { last, increment }]) => {
    const other = theirs.get(name);
    if (other === undefined || (increment > 0 ? other.last >= last : other.last <= last)) return [];
    return [{ object: `sequence ${name}`, difference: `stands at ${last} on ${from} and at ${other.last} on ${to}` }];
  });
}

async function valuesOf(
  session: Session,
): Promise<ReadonlyMap<string, { readonly last: bigint; readonly increment: number }>> {
  const rows = await session.query<{ name: string; last: string; increment: string }>(
    `SELECT format('%I.%I', schemaname, sequencename) AS name, coalesce(last_value, start_value - increment_by) AS last,
       increment_by AS increment FROM pg_sequences`,
  );
  return new Map(rows.map(({ name, last, increment }) => [name, { last: BigInt(last), increment: Number(increment) }]));
}
