import { Client } from 'pg';
import type { DatabaseAddress } from '../database-address';
import type { OpenDatabase } from '../dialect';
import { TYPES } from './postgresql-types';

/** Every server has it. */
const MAINTENANCE_DATABASE = 'postgres';

/** @throws Error that names the address and never the password */
export async function openPostgresql(
  { host, port, user, password }: DatabaseAddress,
  database = MAINTENANCE_DATABASE,
): Promise<Client> {
  const client = new Client({ host, port, user, password, database, types: TYPES });
  // Told to whichever query runs into it; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw new Error(`Cannot connect to the database at ${host}:${port}: ${(error as Error).message}`);
  }
}

export class PostgresqlDatabase implements OpenDatabase {
  constructor(private readonly client: Client) {}

  async rows<T>(sql: string): Promise<T[]> {
    const { rows } = await this.client.query(sql);
    return rows as T[];
  }

  async identity(): Promise<number> {
    const [row] = await this.rows<{ id: number }>('SELECT inet_server_port() AS id');
    return Number(row?.id);
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}
