import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { LogCoordinates } from '../../aws/rds/backend';
import type { DatabaseServer } from '../../engines/sql/database-server';
import { setReadOnly } from '../../engines/sql/rds/client-access';
import { connected } from '../../engines/sql/rds/connected';
import { HOST_NAMES } from '../../engines/sql/rds/procedures';
import { Replica } from '../../engines/sql/rds/replica';

/**
 * Makes a server follow another from where that one stands now, read-only, as RDS keeps its replicas: over a way of its
 * own, that no security group is on.
 *
 * @param parameter - `writable`: its parameter group says read_only 0
 */
export async function followAsReplica(
  replica: DatabaseServer,
  source: DatabaseServer,
  parameter?: 'writable',
): Promise<void> {
  const now = await connected(source, (database) => new Replica(source, database).logPosition());
  await connected(replica, async (database) => {
    await setReadOnly(database, parameter !== 'writable');
    await new Replica(replica, database).follow(source, now);
  });
}

/** Where in its source's log a copy ends, as its engine found when it first started. */
export function copiedAt(copy: DatabaseServer): Promise<LogCoordinates> {
  return connected(copy, (database) => new Replica(copy, database).recoveredPosition());
}

/** Whether both of its threads run. */
export async function isFollowing(replica: DatabaseServer): Promise<boolean> {
  const following = await connected(replica, (database) => new Replica(replica, database).following());
  return following?.receiving === true && following.applying;
}

/** A restart as RDS does it: a replica is read-only again, which it would not be by itself. */
export async function restartAsItWas(server: DatabaseServer): Promise<void> {
  await restartWith(server, await connected(server, isReadOnly));
}

/** @param readOnly - whether clients may only read from now on */
export async function restartWith(server: DatabaseServer, readOnly: boolean): Promise<void> {
  await server.restart({ read_only: readOnly ? 'ON' : 'OFF' });
}

export async function isReadOnly(database: Connection): Promise<boolean> {
  const [[setting]] = await database.query<RowDataPacket[]>('SELECT @@global.read_only AS readOnly');
  return Number(setting?.readOnly) === 1;
}

/** Tells a server where a host name leads, that it is told to follow. The other one is not told. */
export async function knowHost(server: DatabaseServer, name: string, address: string): Promise<void> {
  await connected(server, async (database) => {
    await database.query('SET SESSION sql_log_bin = 0');
    await database.query(`REPLACE INTO ${HOST_NAMES} VALUES (?, ?)`, [name, address]);
  });
}

/** An address that leads nowhere (RFC 5737). */
const NOWHERE = '192.0.2.1';

/** Has a server configured as a replica of somebody who is long gone, as an earlier maintenance may have left it. */
export async function leaveReplicationOver(server: DatabaseServer): Promise<void> {
  const word = server.engine === 'mysql' ? 'source' : 'master';
  await connected(server, (database) =>
    database.query(`CALL mysql.rds_set_external_${word}(?, 3306, 'earlier', 'maintenance', 'mysql-bin.000001', 4, 0)`, [
      NOWHERE,
    ]),
  );
}
