import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { LogCoordinates } from '../../../aws/rds/backend';
import type { DatabaseServer } from '../database-server';
import { DIALECTS, type Dialect } from './dialect';

/** What a replica says of itself, in either dialect. */
export interface Following {
  readonly host: string;
  readonly receiving: boolean;
  readonly applying: boolean;
  readonly lagSeconds: number | undefined;
  readonly applied: LogCoordinates;
  readonly error: string;
}

const POLL_MS = 10;

/** A server's binary log and what it follows, as RDS's own superuser sees and sets them. */
export class Replica {
  private readonly dialect: Dialect;

  constructor(
    server: DatabaseServer,
    private readonly database: Connection,
  ) {
    if (server.engine === 'postgresql') throw new Error('PostgreSQL has no binary log.');
    this.dialect = DIALECTS[server.engine];
  }

  /** Where its own log stands. */
  async logPosition(): Promise<LogCoordinates> {
    const [row] = await this.rows(this.dialect.logPosition);
    if (row === undefined) throw new Error('The server keeps no binary log.');
    return { file: String(row.File), position: Number(row.Position) };
  }

  /**
   * Of a clone: the end of the log that its source wrote before the copy. Its recovery closed that file and began the
   * next one.
   */
  async recoveredPosition(): Promise<LogCoordinates> {
    const last = (await this.rows('SHOW BINARY LOGS')).at(-2);
    if (last === undefined) throw new Error('The clone has no binary log of its source.');
    return { file: String(last.Log_name), position: Number(last.File_size) };
  }

  async follow(source: DatabaseServer, from: LogCoordinates): Promise<void> {
    const { change, source: prefix } = this.dialect;
    const encrypted = source.engine === 'mysql' ? `, ${prefix}_SSL = 1` : '';
    await this.database.query(
      `${change} ${prefix}_HOST = ?, ${prefix}_PORT = ?, ${prefix}_USER = ?, ${prefix}_PASSWORD = ?,
       ${prefix}_LOG_FILE = ?, ${prefix}_LOG_POS = ?, ${prefix}_CONNECT_RETRY = 1${encrypted}`,
      [source.host, source.port, source.user, source.password, from.file, from.position],
    );
    await this.start();
  }

  async start(): Promise<void> {
    await this.database.query(`START ${this.dialect.replica}`);
  }

  async stop(): Promise<void> {
    await this.database.query(`STOP ${this.dialect.replica}`);
  }

  /** The configuration too, or the next migration meets it. */
  async forget(): Promise<void> {
    await this.database.query(`RESET ${this.dialect.replica} ALL`);
  }

  /** Undefined: not configured, which is not the same as stopped. */
  async following(): Promise<Following | undefined> {
    const [row] = await this.rows(`SHOW ${this.dialect.replica} STATUS`);
    if (row === undefined) return undefined;
    const [source, replica] = this.dialect.source === 'MASTER' ? ['Master', 'Slave'] : ['Source', 'Replica'];
    const lag = row[`Seconds_Behind_${source}`];
    return {
      host: String(row[`${source}_Host`]),
      receiving: row[`${replica}_IO_Running`] === 'Yes',
      applying: row[`${replica}_SQL_Running`] === 'Yes',
      lagSeconds: lag === null ? undefined : Number(lag),
      applied: {
        file: String(row[`Relay_${source}_Log_File`]),
        position: Number(row[`Exec_${source}_Log_Pos`]),
      },
      error: [row.Last_IO_Error, row.Last_SQL_Error].filter(Boolean).join(' '),
    };
  }

  /** Resolves once it has applied its source's log up to there. @throws when it cannot, or when told to stop */
  async reach(end: LogCoordinates, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const now = await this.following();
      if (now === undefined || !now.applying || now.error !== '') {
        throw new Error(`Green does not apply blue's changes any more: ${now?.error || 'its replication is stopped'}.`);
      }
      const { file, position } = now.applied;
      // A binary log's files are numbered with leading zeros.
      if (file > end.file || (file === end.file && position >= end.position)) return;
      await sleep(POLL_MS);
    }
  }

  private async rows(sql: string): Promise<RowDataPacket[]> {
    const [rows] = await this.database.query<RowDataPacket[]>(sql);
    return rows;
  }
}
