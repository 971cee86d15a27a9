import type { ResolvedDatabase } from '../../sql/databases';
import { Session } from '../session';

/**
 * Whatever a role or a database has set: the same values, and the same definitions, must have the same texts on both
 * sides. The search path and how names are quoted are every session's.
 */
const SETTINGS: readonly string[] = [
  "timezone = 'UTC'",
  "datestyle = 'ISO, YMD'",
  "intervalstyle = 'postgres'",
  "bytea_output = 'hex'",
  'extra_float_digits = 3',
  "lc_monetary = 'C'",
  "lc_numeric = 'C'",
  "lc_time = 'C'",
  "xmlbinary = 'base64'",
  "xmloption = 'content'",
  'array_nulls = on',
  'quote_all_identifiers = off',
  'standard_conforming_strings = on',
  "backslash_quote = 'safe_encoding'",
];

/** A long statement is compiled before it runs, which takes seconds, and fails on a server without the library for it. */
const NOT_COMPILED = 'jit = off';
const COMPILES_SINCE = 110_000;

/** A catalogue of a hundred thousand columns takes its time. */
const STATEMENT_MS = 600_000;

/** A session whose answers can be compared with those of one to the other side. */
export async function openComparable(endpoint: ResolvedDatabase, database?: string): Promise<Session> {
  const session = await Session.open(endpoint, 'verify', database === undefined ? {} : { database });
  try {
    await session.set(...SETTINGS, ...(session.version >= COMPILES_SINCE ? [NOT_COMPILED] : []));
    await session.allow(STATEMENT_MS);
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

export async function withComparable<T>(
  endpoint: ResolvedDatabase,
  use: (session: Session) => Promise<T>,
  database?: string,
): Promise<T> {
  const session = await openComparable(endpoint, database);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}
