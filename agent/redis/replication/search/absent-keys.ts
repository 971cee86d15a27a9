import type { Store } from '../../payload/value';
import { ReplyError } from '../../resp/reply';

/** One EXISTS for the page tells whether any is missing; only then each is asked for. */
export async function absentKeys(
  { connection, dialect }: Store,
  database: number,
  keys: readonly Buffer[],
): Promise<Buffer[]> {
  if (keys.length === 0) return [];
  if (dialect.multiKeyExists) {
    const [count] = await connection.batchIn(database, [['EXISTS', ...keys]]);
    if (count instanceof ReplyError) throw connection.explain(count);
    if (count === keys.length) return [];
  }
  const replies = await connection.batchIn(
    database,
    keys.map((key) => ['EXISTS', key]),
  );
  return keys.filter((_, i) => replies[i] === 0);
}
