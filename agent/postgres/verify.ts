import type { Databases } from '../sql/databases';
import type { Verb } from '../verb';
import { compareRows } from './verification/compare-rows';
import { compareSchemas } from './verification/compare-schemas';

/**
 * Compares both sides. `schema` compares what is defined, and the sequences' values; `full` every row while both are in
 * use. `delta` is a full one: RDS itself fences, drains and switches PostgreSQL over, and no freeze is the agent's.
 */
export const verify: Verb<Databases, 'postgres.verify'> = async (databases, { from, to, mode }, report) => {
  const began = performance.now();
  const compare = mode === 'schema' ? compareSchemas : compareRows;
  const compared = await compare(databases, { from, to }, report);
  return { ...compared, durationMs: Math.round(performance.now() - began) };
};
