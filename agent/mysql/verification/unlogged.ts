import type { NotCovered } from '../../../contract/database';
import { objectName } from '../../sql/object-name';
import { logFilters } from '../log-filters';
import { text } from '../result-row';
import type { ComparedSide } from './compared-side';
import type { Comparison } from './comparison';
import { systemSchemaList } from './table';

/**
 * Databases that a side keeps out of its binary log: their rows are compared once, and it is not known what changes in them
 * afterwards.
 */
export async function unlogged({ from, to }: Pick<Comparison, 'from' | 'to'>): Promise<readonly NotCovered[]> {
  return [...(await unloggedOn(from)), ...(await unloggedOn(to))];
}

async function unloggedOn({ side, session }: ComparedSide): Promise<readonly NotCovered[]> {
  const { filters, logs } = await logFilters(session);
  if (filters.length === 0) return [];
  const rows = await session.query(
    `SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN (${systemSchemaList}) ORDER BY name`,
  );
  return rows
    .map((row) => text(row, 'name'))
    .filter((name) => !logs(name))
    .map((name) => ({
      object: `database ${objectName(name)} of ${side}`,
      reason: `is kept out of the binary log there (${filters.join(', ')}): what is changed in it is neither replicated nor compared again`,
      holdsRows: true,
    }));
}
