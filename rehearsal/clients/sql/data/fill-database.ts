import type { Connection } from 'mysql2/promise';
import type { Credentials } from '../../protocol';
import { Random } from '../../random';
import { type DatabaseAddress, withDatabase } from './database-address';
import { ACCOUNTS, CUSTOMERS, OPENING_BALANCE, SCHEMA, TABLES } from './tables';

export interface FillOptions {
  /** Of the big table; the others are as they are. */
  readonly rows: number;
  readonly seed: string;
  /** The user that applications sign in as; it is made. */
  readonly application: Required<Credentials>;
}

const SEED_ROWS = 1_000;
/** Rows of one statement, and so of one transaction in the binary log. */
const BATCH = 50_000;
const PAGES = ['home', 'search', 'basket', 'checkout', 'account', 'help'];

/**
 * Makes the schema, its rows and the applications' user. Rows beyond the first are made by the server from those, so
 * that a million takes seconds.
 *
 * @returns rows of all tables
 */
export async function fillDatabase(address: DatabaseAddress, options: FillOptions): Promise<number> {
  return withDatabase(address, async (database) => {
    await database.query(`CREATE DATABASE ${SCHEMA} CHARACTER SET utf8mb4`);
    await database.query(`USE ${SCHEMA}`);
    for (const table of TABLES) await database.query(table);
    await admit(database, options.application);
    await openAccounts(database);
    await addVisits(database, options);
    return ACCOUNTS + options.rows;
  });
}

async function admit(database: Connection, { username, password }: Required<Credentials>): Promise<void> {
  await database.query(`CREATE USER ?@'%' IDENTIFIED BY ?`, [username, password]);
  await database.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${SCHEMA}.* TO ?@'%'`, [username]);
}

async function openAccounts(database: Connection): Promise<void> {
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => [index + 1, `owner ${index + 1}`, OPENING_BALANCE]);
  await database.query('INSERT INTO accounts (id, owner, balance) VALUES ?', [accounts]);
}

async function addVisits(database: Connection, { rows, seed }: FillOptions): Promise<void> {
  const random = new Random(seed).fork('visits');
  const first = Array.from({ length: Math.min(rows, SEED_ROWS) }, (_, index) => [
    random.between(1, CUSTOMERS),
    random.pick(PAGES),
    random.between(1, 600),
    new Date(Date.UTC(2026, 0, 1) + index * 1000),
    random.chance(0.3) ? null : `notes ${random.integer(1e9)}`,
  ]);
  await database.query('INSERT INTO visits (customer, page, seconds, at, notes) VALUES ?', [first]);
  for (let made = first.length; made < rows; ) {
    const more = Math.min(made, rows - made, BATCH);
    await database.query(
      `INSERT INTO visits (customer, page, seconds, at, notes)
       SELECT MOD(customer * 31 + ?, ?) + 1, page, MOD(seconds * 7 + id, 600) + 1, at + INTERVAL id SECOND,
              IF(notes IS NULL, NULL, CONCAT(LEFT(notes, 150), ' ', id))
       FROM visits ORDER BY id DESC LIMIT ?`,
      [made, CUSTOMERS, more],
    );
    made += more;
  }
}
