import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { LogCoordinates } from '../../aws/rds/backend';
import { withDatabase } from '../../clients/sql/data/database-address';
import type { DatabaseServer } from '../../engines/sql/database-server';
import { logPosition, promote, waitForPosition } from './replication';

/** Threads of the server's own, and those that RDS lets be. */
const NOT_USERS = ['rdsadmin', 'replication', 'system user', 'event_scheduler', 'unauthenticated user'];

/**
 * RDS's switchover: nobody writes to either side, green catches up, the names change, green is opened. Blue stays
 * read-only. Where it fails, blue is opened again.
 *
 * @returns where green's log begins for whoever would follow it
 */
export async function changePlaces(
  blue: DatabaseServer,
  green: DatabaseServer,
  rename: () => void,
  signal: AbortSignal,
): Promise<LogCoordinates> {
  return withDatabase(blue, async (source) => {
    try {
      await source.query('SET GLOBAL read_only = ON');
      await hangUpUsers(source);
      await waitForPosition(green, await logPosition(source, blue));
      signal.throwIfAborted();
      const coordinates = await withDatabase(green, async (target) => {
        await hangUpUsers(target);
        return logPosition(target, green);
      });
      rename();
      await promote(green);
      return coordinates;
    } catch (error) {
      await source.query('SET GLOBAL read_only = OFF');
      throw error;
    }
  });
}

async function hangUpUsers(database: Connection): Promise<void> {
  const [sessions] = await database.query<RowDataPacket[]>(
    'SELECT id AS id FROM information_schema.processlist WHERE user NOT IN (?)',
    [NOT_USERS],
  );
  for (const { id } of sessions) {
    // It may have gone by itself meanwhile (ER_NO_SUCH_THREAD).
    await database.query('KILL ?', [id]).catch((error: { errno?: number }) => {
      if (error.errno !== 1094) throw error;
    });
  }
}
