import type { ResolvedDatabase } from '../../sql/databases';
import type { Report } from '../../verb';
import { figure, type Row, text } from '../result-row';
import { Session } from '../session';
import { identifier } from '../verification/quoting';
import { indexInUse, systemSchemaList } from '../verification/table';
import { concernsTable } from '../verification/unreadable-table';

/** What is read beyond would push out what was read before. */
const PART_OF_BUFFER_POOL = 0.75;
const MAX_MS = 1_800_000;

interface Index {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly bytes: number;
}

/**
 * Reads the indexes of the largest tables into memory, the tables themselves included, which are InnoDB's primary
 * indexes: a canary's first readers would otherwise wait for the disk, and be taken for a slow green.
 */
export async function warmUp(endpoint: ResolvedDatabase, { progress, signal }: Report): Promise<void> {
  const session = await Session.open(endpoint, 'warm-up', endpoint.readerHost ?? endpoint.host);
  try {
    const deadline = performance.now() + MAX_MS;
    const indexes = await indexesThatFit(session);
    const total = indexes.reduce((sum, { bytes }) => sum + bytes, 0);
    let done = 0;
    for (const { schema, table, name, bytes } of indexes) {
      signal.throwIfAborted();
      const timeoutMs = deadline - performance.now();
      if (timeoutMs <= 0) return;
      const from = `${identifier(schema)}.${identifier(table)} FORCE INDEX (${identifier(name)})`;
      await session.query(`SELECT COUNT(*) AS count FROM ${from}`, [], { timeoutMs }).catch((error: unknown) => {
        // It was dropped or altered a moment ago: nothing that a canary waits for.
        if (!concernsTable(error)) throw error;
      });
      done += bytes;
      progress({ phase: 'warming up', done, total });
    }
  } finally {
    session.close();
  }
}

async function indexesThatFit(session: Session): Promise<Index[]> {
  const pool = figure(await session.row('SELECT @@innodb_buffer_pool_size AS bytes'), 'bytes') ?? 0;
  const rows = await session.query(`
    SELECT t.TABLE_SCHEMA AS table_schema, t.TABLE_NAME AS table_name, s.INDEX_NAME AS name,
      t.DATA_LENGTH AS data_bytes, t.INDEX_LENGTH AS index_bytes,
      (SELECT COUNT(DISTINCT o.INDEX_NAME) FROM information_schema.STATISTICS o
        WHERE o.TABLE_SCHEMA = t.TABLE_SCHEMA AND o.TABLE_NAME = t.TABLE_NAME AND o.INDEX_NAME <> 'PRIMARY') AS others
    FROM information_schema.TABLES t
    JOIN information_schema.STATISTICS s ON s.TABLE_SCHEMA = t.TABLE_SCHEMA AND s.TABLE_NAME = t.TABLE_NAME
    WHERE t.ENGINE = 'InnoDB' AND s.SEQ_IN_INDEX = 1 AND s.INDEX_TYPE = 'BTREE'
      AND t.TABLE_SCHEMA NOT IN (${systemSchemaList}) AND ${indexInUse(session.dialect, 's')}
    ORDER BY t.DATA_LENGTH + t.INDEX_LENGTH DESC, table_schema, table_name, s.INDEX_NAME <> 'PRIMARY', name`);
  const fitting: Index[] = [];
  let left = pool * PART_OF_BUFFER_POOL;
  for (const index of rows.map(indexOf)) {
    if (index.bytes > left) continue;
    left -= index.bytes;
    fitting.push(index);
  }
  return fitting;
}

/** The engine has one figure for all the secondary indexes of a table. */
function indexOf(row: Row): Index {
  const name = text(row, 'name');
  const secondary = (figure(row, 'index_bytes') ?? 0) / Math.max(1, figure(row, 'others') ?? 1);
  return {
    schema: text(row, 'table_schema'),
    table: text(row, 'table_name'),
    name,
    bytes: Math.round(name === 'PRIMARY' ? (figure(row, 'data_bytes') ?? 0) : secondary),
  };
}
