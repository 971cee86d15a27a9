import { type Connection, createConnection } from 'mysql2/promise';

/** A server as whoever runs it reaches it, past any relay. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** @throws Error that names the address and never the password */
export async function openDatabase({ host, port, user, password }: DatabaseAddress): Promise<Connection> {
  try {
    const database = await createConnection({ host, port, user, password, supportBigNumbers: true });
    // Told to whichever query runs into it; without a listener it would end the process.
    database.on('error', () => undefined);
    return database;
  } catch (error) {
    throw new Error(`Cannot connect to the database at ${host}:${port}: ${(error as Error).message}`);
  }
}

/** Opens, works, and hangs up whatever happens. */
export async function withDatabase<T>(
  address: DatabaseAddress,
  work: (database: Connection) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(address);
  try {
    return await work(database);
  } finally {
    database.destroy();
  }
}
