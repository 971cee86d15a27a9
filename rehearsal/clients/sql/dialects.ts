import type { DatabaseAddress } from './database-address';
import type { OpenDatabase, SqlDialect } from './dialect';
import { mysql } from './mysql/mysql';
import { postgresql } from './postgresql/postgresql';

export function dialectOf({ engine }: Pick<DatabaseAddress, 'engine'>): SqlDialect {
  return engine === 'postgresql' ? postgresql : mysql;
}

/** Opens, works, and hangs up whatever happens. */
export async function withDatabase<T>(
  address: DatabaseAddress,
  work: (database: OpenDatabase) => Promise<T>,
  schema?: string,
): Promise<T> {
  const database = await dialectOf(address).open(address, schema);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
