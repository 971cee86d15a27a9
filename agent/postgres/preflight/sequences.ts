import type { Finding } from '../../../contract/common';
import { nameSome } from '../../naming';
import type { Session } from '../session';

const FULL = 0.9;

/** A sequence that ends soon after the switchover looks like a failure of it. */
export async function checkSequences(session: Session): Promise<readonly Finding[]> {
  const rows = await session.query<{ name: string; part: string }>(
    `SELECT format('%I.%I', schemaname, sequencename) AS name,
       round(100 * (last_value::numeric - min_value) / nullif(max_value::numeric - min_value, 0)) AS part
     FROM pg_sequences
     WHERE NOT cycle AND increment_by > 0
       AND last_value::numeric - min_value > ${FULL} * (max_value::numeric - min_value)
     ORDER BY 1`,
  );
  if (rows.length === 0) return [];
  return [
    {
      id: 'postgres.sequences-almost-used-up',
      severity: 'warning',
      message: `Sequences of the database ${session.database} have almost reached their end: ${nameSome(rows.map(({ name, part }) => `${name} (${part} %)`))}.`,
      remedy: 'Make them, and the columns they fill, bigint.',
    },
  ];
}
