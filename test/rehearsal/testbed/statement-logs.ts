import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCache } from '../../../rehearsal/clients/redis/data/cache-address';
import { withDatabase } from '../../../rehearsal/clients/sql/dialects';
import type { DatabaseServer } from '../../../rehearsal/engines/sql/database-server';
import type { Caches } from '../../../rehearsal/testbed/caches/caches';

/**
 * Has the server write down every statement, as somebody does who looks for a slow one: the general and the slow log of
 * MySQL and MariaDB, log_statement of PostgreSQL. MySQL keeps that over a restart, PostgreSQL as well.
 */
export async function logStatements(server: DatabaseServer): Promise<void> {
  const keep = server.engine === 'mysql' ? 'PERSIST' : 'GLOBAL';
  const statements =
    server.engine === 'postgresql'
      ? [
          "ALTER SYSTEM SET log_statement = 'all'",
          'ALTER SYSTEM SET log_min_duration_statement = 0',
          'SELECT pg_reload_conf()',
        ]
      : [
          `SET ${keep} long_query_time = 0, ${keep} slow_query_log = ON, ${keep} log_output = 'FILE', ${keep} general_log = ON`,
        ];
  await withDatabase(server, async (database) => {
    for (const statement of statements) await database.rows(statement);
  });
}

/** What it has written by now. PostgreSQL writes into its one log. */
export async function statementLogs(
  server: DatabaseServer,
): Promise<{ readonly name: string; readonly text: string }[]> {
  if (server.engine === 'postgresql') return [{ name: 'statements', text: server.logTail(Number.MAX_SAFE_INTEGER) }];
  const [at] = await withDatabase(server, (database) =>
    database.rows<{ folder: string; general: string; slow: string }>(
      'SELECT @@datadir AS folder, @@general_log_file AS general, @@slow_query_log_file AS slow',
    ),
  );
  const { folder = '', general = '', slow = '' } = at ?? {};
  return Object.entries({ general, slow }).map(([name, file]) => ({
    name,
    text: readFileSync(file.startsWith('/') ? file : join(folder, file), 'latin1'),
  }));
}

/** Has a cache keep every command in its slow log, as somebody does who looks for a slow one. */
export async function logCommands(caches: Caches, side: 'blue' | 'green'): Promise<void> {
  await caches.setParameter(side, 'slowlog-max-len', '1000000');
  await caches.setParameter(side, 'slowlog-log-slower-than', '0');
}

/** What stands in there by now: who sent it, and the command with its arguments, of which it cuts the long ones. */
export async function loggedCommands(caches: Caches, side: 'blue' | 'green'): Promise<string> {
  const redis = await openCache(caches.address(side));
  try {
    return JSON.stringify(await redis.call('SLOWLOG', 'GET', '1000000'));
  } finally {
    redis.disconnect();
  }
}
