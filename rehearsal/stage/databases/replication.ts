import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { LogCoordinates } from '../../aws/rds/backend';
import { withDatabase } from '../../clients/sql/data/database-address';
import type { DatabaseServer } from '../../engines/sql/database-server';

interface Words {
  readonly position: string;
  readonly source: 'MASTER' | 'SOURCE';
  readonly change: string;
  readonly replica: 'SLAVE' | 'REPLICA';
}

/** The old dialect and the new one. */
function wordsOf({ engine }: DatabaseServer): Words {
  return engine === 'mariadb'
    ? { position: 'SHOW MASTER STATUS', source: 'MASTER', change: 'CHANGE MASTER TO', replica: 'SLAVE' }
    : {
        position: 'SHOW BINARY LOG STATUS',
        source: 'SOURCE',
        change: 'CHANGE REPLICATION SOURCE TO',
        replica: 'REPLICA',
      };
}

/**
 * Makes a server follow another from where that one stands now, read-only, as RDS keeps its replicas: over a way of its
 * own, that no security group is on.
 */
export async function followAsReplica(replica: DatabaseServer, source: DatabaseServer): Promise<void> {
  const words = wordsOf(replica);
  const { file, position } = await withDatabase(source, (database) => logPosition(database, source));
  const option = (name: string, value: string | number) => `${words.source}_${name}=${value}`;
  await withDatabase(replica, async (database) => {
    const options = [
      option('HOST', database.escape(source.host)),
      option('PORT', source.port),
      option('USER', database.escape(source.user)),
      option('PASSWORD', database.escape(source.password)),
      option('SSL', 1),
      option('LOG_FILE', database.escape(file)),
      option('LOG_POS', position),
    ];
    await database.query(`${words.change} ${options.join(', ')}`);
    await database.query(`START ${words.replica}`);
    await database.query('SET GLOBAL read_only = ON');
  });
}

/** Ends what `followAsReplica` began, and lets users write. Nothing to end is no error: a promotion is asked for again. */
export async function promote(replica: DatabaseServer): Promise<void> {
  const { replica: word } = wordsOf(replica);
  await withDatabase(replica, async (database) => {
    await database.query(`STOP ${word}`);
    await database.query(`RESET ${word} ALL`);
    await database.query('SET GLOBAL read_only = OFF');
  });
}

/** Whether both of its threads run. */
export async function isFollowing(replica: DatabaseServer): Promise<boolean> {
  const status = await statusOf(replica);
  const runs = (thread: string) =>
    (status?.[`Slave_${thread}_Running`] ?? status?.[`Replica_${thread}_Running`]) === 'Yes';
  return runs('IO') && runs('SQL');
}

/** Whether it is configured to follow somebody, which RDS minds even where no thread runs. */
export async function isReplica(server: DatabaseServer): Promise<boolean> {
  return (await statusOf(server)) !== undefined;
}

async function statusOf(server: DatabaseServer): Promise<RowDataPacket | undefined> {
  return withDatabase(server, async (database) => {
    const [[status]] = await database.query<RowDataPacket[]>(`SHOW ${wordsOf(server).replica} STATUS`);
    return status;
  });
}

/** Seconds. A replica that takes longer is stuck. */
const CATCH_UP_SECONDS = 60;

/** @throws Error where the replica does not get there */
export async function waitForPosition(replica: DatabaseServer, { file, position }: LogCoordinates): Promise<void> {
  const { source } = wordsOf(replica);
  await withDatabase(replica, async (database) => {
    const [[answer]] = await database.query<RowDataPacket[]>(`SELECT ${source}_POS_WAIT(?, ?, ?) AS waited`, [
      file,
      position,
      CATCH_UP_SECONDS,
    ]);
    // Null: no replication runs. -1: time is up.
    if (answer?.waited === null || Number(answer?.waited) < 0) throw new Error('Green does not catch up with blue.');
  });
}

/** A restart as RDS does it: a replica is read-only again, which it would not be by itself. */
export async function restartAsItWas(server: DatabaseServer): Promise<void> {
  const readOnly = await withDatabase(server, isReadOnly);
  await server.restart(readOnly ? { read_only: 'ON' } : {});
}

export async function isReadOnly(database: Connection): Promise<boolean> {
  const [[setting]] = await database.query<RowDataPacket[]>('SELECT @@global.read_only AS readOnly');
  return Number(setting?.readOnly) === 1;
}

/** Where a server's log stands. */
export async function logPosition(database: Connection, server: DatabaseServer): Promise<LogCoordinates> {
  const [[row]] = await database.query<RowDataPacket[]>(wordsOf(server).position);
  if (row === undefined) throw new Error('The server that is to be followed keeps no binary log.');
  return { file: String(row.File), position: Number(row.Position) };
}
