import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import type { DatabaseAddress } from '../database-address';
import type { OpenDatabase } from '../dialect';

/** @throws Error that names the address and never the password */
export async function openMysql({ host, port, user, password }: DatabaseAddress, schema?: string): Promise<Connection> {
  try {
    const database = await createConnection({
      ...{ host, port, user, password, supportBigNumbers: true },
      ...(schema !== undefined && { database: schema }),
    });
    // Told to whichever query runs into it; without a listener it would end the process.
    database.on('error', () => undefined);
    return database;
  } catch (error) {
    throw new Error(`Cannot connect to the database at ${host}:${port}: ${(error as Error).message}`);
  }
}

/** Opens, works, and hangs up whatever happens. */
export async function withMysql<T>(address: DatabaseAddress, work: (database: Connection) => Promise<T>): Promise<T> {
  const database = await openMysql(address);
  try {
    return await work(database);
  } finally {
    database.destroy();
  }
}

export class MysqlDatabase implements OpenDatabase {
  constructor(private readonly database: Connection) {}

  async rows<T>(sql: string): Promise<T[]> {
    const [rows] = await this.database.query<RowDataPacket[]>(sql);
    return rows as T[];
  }

  async identity(): Promise<number> {
    const [row] = await this.rows<{ id: number }>('SELECT @@server_id AS id');
    return Number(row?.id);
  }

  async close(): Promise<void> {
    this.database.destroy();
  }
}
