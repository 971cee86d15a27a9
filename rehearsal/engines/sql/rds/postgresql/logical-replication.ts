import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { DatabaseServer } from '../../database-server';
import { databasesOf, signedIn } from './signed-in';

/** Of the publication, and what the names of subscriptions and their slots begin with. */
const NAME = 'rds_blue_green';
const POLL_MS = 20;

/** What a server that is kept current says of one database. */
export interface Following {
  readonly database: string;
  /** Its worker runs. One that fails is started again, and fails again. */
  readonly working: boolean;
  /** Every table has been copied, and is followed. */
  readonly complete: boolean;
}

/**
 * Keeps one server current from another, which may be of an older version: a publication of all tables, a subscription
 * and a slot for each database. Neither definitions nor sequences come along.
 */
export class LogicalReplication {
  constructor(
    readonly source: DatabaseServer,
    readonly target: DatabaseServer,
  ) {}

  /** Copies what is there, and follows from then on. The definitions are to be there. */
  async begin(): Promise<void> {
    for (const database of await databasesOf(this.source)) {
      await signedIn(this.source, (client) => client.query(`CREATE PUBLICATION ${NAME} FOR ALL TABLES`), database);
      const name = await signedIn(this.source, nameOf, database);
      await signedIn(this.target, (client) => client.query(this.subscription(client, name, database)), database);
    }
  }

  /** The slots of the source go with the subscriptions. Safe where some of it has never been made. */
  async end(): Promise<void> {
    for (const database of await databasesOf(this.target)) {
      await signedIn(
        this.target,
        async (client) => {
          for (const name of await subscriptionsIn(client)) await client.query(`DROP SUBSCRIPTION ${name}`);
        },
        database,
      );
    }
    for (const database of await databasesOf(this.source)) {
      await signedIn(this.source, (client) => client.query(`DROP PUBLICATION IF EXISTS ${NAME}`), database);
    }
  }

  /** Empty: nothing is followed. */
  async following(): Promise<readonly Following[]> {
    const all: Following[] = [];
    for (const database of await databasesOf(this.target)) {
      const { rows } = await signedIn(
        this.target,
        (client) =>
          client.query<Omit<Following, 'database'>>(
            `SELECT s.subenabled AND EXISTS (SELECT FROM pg_stat_subscription w WHERE w.subid = s.oid AND w.pid IS NOT NULL)
               AS working,
               NOT EXISTS (SELECT FROM pg_subscription_rel r WHERE r.srsubid = s.oid AND r.srsubstate <> 'r') AS complete
             FROM pg_subscription s
             WHERE s.subname LIKE '${NAME}%' AND s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
          ),
        database,
      );
      all.push(...rows.map((row) => ({ database, ...row })));
    }
    return all;
  }

  async isWorking(): Promise<boolean> {
    const all = await this.following();
    return all.length > 0 && all.every(({ working }) => working);
  }

  /** Resolves once every table is copied and followed. @throws when told to stop */
  async complete(signal: AbortSignal): Promise<void> {
    await until(async () => (await this.following()).every(({ complete }) => complete), signal);
  }

  /** Resolves once every worker runs. @throws when told to stop */
  async resumed(signal: AbortSignal): Promise<void> {
    await until(() => this.isWorking(), signal);
  }

  /** Resolves once it has applied all that stands in the source's log now. @throws when told to stop */
  async reach(signal: AbortSignal): Promise<void> {
    await signedIn(this.source, async (client) => {
      const { rows } = await client.query<{ end: string }>('SELECT pg_current_wal_lsn() AS end');
      await until(async () => {
        const left = await client.query(
          `SELECT FROM pg_replication_slots WHERE slot_name LIKE '${NAME}%'
             AND (confirmed_flush_lsn IS NULL OR confirmed_flush_lsn < $1::pg_lsn)`,
          [rows[0]?.end],
        );
        return left.rowCount === 0;
      }, signal);
    });
  }

  private subscription(client: Client, name: string, database: string): string {
    const { host, port, user, password } = this.source;
    const connection = Object.entries({ host, port, user, password, dbname: database })
      .map(([key, value]) => `${key}='${String(value).replace(/[\\']/g, '\\$&')}'`)
      .join(' ');
    return `CREATE SUBSCRIPTION ${name} CONNECTION ${client.escapeLiteral(connection)} PUBLICATION ${NAME}
      WITH (synchronous_commit = 'local')`;
  }
}

/** A slot's name is one of the whole server. */
async function nameOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT '${NAME}_' || oid AS name FROM pg_database WHERE datname = current_database()`,
  );
  return rows[0]?.name ?? NAME;
}

async function subscriptionsIn(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT subname AS name FROM pg_subscription WHERE subname LIKE '${NAME}%'
       AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return rows.map(({ name }) => name);
}

async function until(reached: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    if (await reached()) return;
    await sleep(POLL_MS);
  }
}
