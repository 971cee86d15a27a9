import { Info } from '../../info';
import { isClientKey } from '../../key';
import type { Connection } from '../../resp/connection';
import { type Reply, ReplyError } from '../../resp/reply';

/** Keys of one SCAN call: enough to be fast, few enough to hold the server up for less than a millisecond. */
const KEYS_PER_CALL = 500;

/** The logical databases that hold keys. */
export async function databasesInUse(connection: Connection): Promise<number[]> {
  const reply = await connection.command('INFO', 'keyspace');
  return [...new Info(String(reply)).keyspace().keys()];
}

export interface ScanOptions {
  /** Those of the agent and of ElastiCache too. @default false */
  readonly all?: boolean;
  /** Only what matches it, as the server sees it. @default - any */
  readonly match?: string;
}

/**
 * Pages through the keys of a database, the agent's and ElastiCache's own left out (see `all`). A key that exists
 * throughout comes at least once. The next page is asked for while the caller works on this one.
 */
export async function* scanKeys(
  connection: Connection,
  database: number,
  { all = false, match }: ScanOptions = {},
): AsyncGenerator<Buffer[]> {
  let asked = askPage(connection, database, '0', match);
  for (;;) {
    const { cursor, keys } = page(connection, await asked);
    const finished = cursor.toString('latin1') === '0';
    if (!finished) asked = askPage(connection, database, cursor, match);
    const wanted = all ? keys : keys.filter(isClientKey);
    // A search for few goes on through many pages: it is to be asked whether it still wants to.
    if (wanted.length > 0 || match !== undefined) yield wanted;
    if (finished) return;
  }
}

function askPage(
  connection: Connection,
  database: number,
  cursor: Buffer | string,
  match: string | undefined,
): Promise<Reply[]> {
  const matching = match === undefined ? [] : ['MATCH', match];
  const reply = connection.batchIn(database, [['SCAN', cursor, ...matching, 'COUNT', KEYS_PER_CALL]]);
  // It may fail while the caller still works on the page before; then it is thrown when its turn comes, or never.
  reply.catch(() => undefined);
  return reply;
}

function page(connection: Connection, [reply]: Reply[]): { cursor: Buffer; keys: Buffer[] } {
  if (reply instanceof ReplyError) throw connection.explain(reply);
  const [cursor, keys] = Array.isArray(reply) ? reply : [];
  if (!Buffer.isBuffer(cursor) || !Array.isArray(keys)) throw new Error('SCAN answered without a cursor and keys.');
  return { cursor, keys: keys.filter((key) => Buffer.isBuffer(key)) };
}
