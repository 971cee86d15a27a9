import type { Credentials } from '../../protocol';
import { Random } from '../../random';
import type { DatabaseAddress } from '../database-address';
import { dialectOf } from '../dialects';
import type { Filling } from './filling';
import { ACCOUNTS, CUSTOMERS, OPENING_BALANCE, type TablesOfUsers } from './tables';

export interface FillOptions {
  /** Of the big table; the others are as they are. */
  readonly rows: number;
  readonly seed: string;
  /** The user that applications sign in as; it is made. */
  readonly application: Required<Credentials>;
  /** @default today's */
  readonly tables?: TablesOfUsers;
}

const SEED_ROWS = 1_000;
/** Rows of one statement, and so of one transaction in the server's log. */
const BATCH = 50_000;
const PAGES = ['home', 'search', 'basket', 'checkout', 'account', 'help'];

/**
 * Makes the schema, its rows and the applications' user. Rows beyond the first are made by the server from those, so
 * that a million takes seconds.
 *
 * @returns rows of all tables
 */
export async function fillDatabase(address: DatabaseAddress, options: FillOptions): Promise<number> {
  const filling = await dialectOf(address).beginFilling(address, options.application, options.tables ?? "today's");
  try {
    await openAccounts(filling);
    await addVisits(filling, options);
    return ACCOUNTS + options.rows;
  } finally {
    await filling.end();
  }
}

async function openAccounts(filling: Filling): Promise<void> {
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => [index + 1, `owner ${index + 1}`, OPENING_BALANCE]);
  await filling.add('accounts', ['id', 'owner', 'balance'], accounts);
}

async function addVisits(filling: Filling, { rows, seed }: FillOptions): Promise<void> {
  const random = new Random(seed).fork('visits');
  const first = Array.from({ length: Math.min(rows, SEED_ROWS) }, (_, index) => [
    random.between(1, CUSTOMERS),
    random.pick(PAGES),
    random.between(1, 600),
    new Date(Date.UTC(2026, 0, 1) + index * 1000),
    random.chance(0.3) ? null : `notes ${random.integer(1e9)}`,
  ]);
  await filling.add('visits', ['customer', 'page', 'seconds', 'at', 'notes'], first);
  for (let made = first.length; made < rows; ) {
    const more = Math.min(made, rows - made, BATCH);
    await filling.multiplyVisits(made, more);
    made += more;
  }
}
