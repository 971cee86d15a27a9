import { type ClientConfig, types } from 'pg';
import type { ResolvedDatabase } from '../sql/databases';
import { transportSecurity } from '../sql/transport-security';

const connectTimeoutMs = 5_000;
export const replyTimeoutMs = 15_000;
/** A host that vanished closes nothing: the kernel finds out in this and ten seconds more. */
const keepAliveAfterMs = 10_000;
/** Clients may wait meanwhile: who keeps the agent from a lock for longer is named. */
const lockTimeoutMs = 5_000;

/** How the agent's own connections are told from clients'. */
export const applicationName = 'cutover-agent';

/**
 * Anyone who owns a table, a type or a database may make code run in the session of anyone who reads it: functions and operators
 * of the same name, policies, settings of the database. These stand above what a role or a database has set.
 *
 * @see https://wiki.postgresql.org/wiki/A_Guide_to_CVE-2018-1058:_Protect_Your_Search_Path
 */
const PROTECTION: readonly string[] = [
  'search_path=',
  // A table whose rows a policy would hide, or whose policy would run, is refused.
  'row_security=off',
  'default_transaction_read_only=on',
  'standard_conforming_strings=on',
  'quote_all_identifiers=off',
  `lock_timeout=${lockTimeoutMs}`,
  'idle_in_transaction_session_timeout=0',
];

export function configurationOf(
  endpoint: ResolvedDatabase,
  purpose: string,
  host: string,
  database: string,
): ClientConfig {
  const { port, username, password, tls, serverName = host } = endpoint;
  const { ca } = transportSecurity();
  return {
    ...{ host, port, database, password, user: username },
    application_name: `${applicationName}:${purpose}`,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: replyTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveAfterMs,
    options: PROTECTION.map((setting) => `-c ${setting}`).join(' '),
    ...(tls ? { ssl: { rejectUnauthorized: true, servername: serverName, ...(ca === undefined ? {} : { ca }) } } : {}),
    // Texts as the server writes them: the client's own reading of dates and numbers loses digits.
    types: { getTypeParser: (id: number, format?: 'text' | 'binary') => parserOf(id, format) },
  };
}

const BOOLEAN = 16;
const SMALL_NUMBERS: readonly number[] = [21, 23, 26, 700, 701];

function parserOf(id: number, format: 'text' | 'binary' = 'text'): (value: string) => unknown {
  return id === BOOLEAN || SMALL_NUMBERS.includes(id) ? types.getTypeParser(id, format) : (value) => value;
}
