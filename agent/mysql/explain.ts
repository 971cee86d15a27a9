import { type AgentError, type Cause, explain, TRANSPORT_CAUSES } from '../errors';

const NO_CONNECTION_LEFT = /ER_CON_COUNT_ERROR|ER_TOO_MANY_USER_CONNECTIONS|ER_USER_LIMIT_REACHED/;

const MYSQL_CAUSES: readonly Cause[] = [
  {
    raw: /ER_ACCESS_DENIED|ER_MUST_CHANGE_PASSWORD|ER_ACCOUNT_HAS_BEEN_LOCKED/,
    name: 'Agent.AccessDenied',
    says: 'refused the credentials: compare the secret in Secrets Manager with the user of the database, and the hosts the user may come from',
  },
  {
    raw: /ER_(DB|TABLE|COLUMN|PROC|SPECIFIC_|KILL_)_?(ACCESS_)?DENIED/,
    name: 'Agent.AccessDenied',
    says: "does not let the agent's user do what it must: the preflight names the grant that it lacks (cutover-agent mysql.preflight)",
  },
  {
    raw: /ER_OPTION_PREVENTS_STATEMENT|ER_READ_ONLY_MODE|ER_CANT_EXECUTE_IN_READ_ONLY/,
    name: 'Agent.TargetReadOnly',
    says: 'is read-only: point the configuration at the writer, or set read_only to 0 in its parameter group',
  },
  {
    raw: NO_CONNECTION_LEFT,
    name: 'Agent.Unreachable',
    says: 'has no connection left for the agent: raise max_connections, or close connections that nobody needs',
  },
  {
    raw: /ER_HOST_(IS_BLOCKED|NOT_PRIVILEGED)/,
    name: 'Agent.AccessDenied',
    says: 'does not accept connections from the migration host: let the user come from there, and clear blocked hosts with mysqladmin flush-hosts',
  },
  {
    raw: /ER_SP_DOES_NOT_EXIST|ER_PARSE_ERROR|ER_UNKNOWN_SYSTEM_VARIABLE/,
    name: 'Agent.CommandForbidden',
    says: 'does not know what the agent asked for: check that it is RDS for MySQL or Aurora MySQL, and its version',
  },
  {
    raw: /HANDSHAKE_NO_SSL_SUPPORT|ER_SECURE_TRANSPORT_REQUIRED|HANDSHAKE_SSL_ERROR/,
    name: 'Agent.Unreachable',
    says: 'cannot be spoken to over the configured transport: check that TLS is on at both ends or at neither, and that the certificate carries the configured server name',
  },
  {
    raw: /ER_DISK_FULL|ER_RECORD_FILE_FULL|ER_TEMP_FILE_WRITE_FAILURE|errno:? 28\b|No space left/,
    name: 'Agent.Failed',
    says: 'has no space left on its own storage: raise its allocated storage, or free some of it, and repeat',
  },
  {
    raw: /ER_QUERY_TIMEOUT|max_statement_time exceeded/,
    name: 'Agent.Failed',
    says: 'ended a statement of the agent that took longer than it may: see what it is busy with (mysql.connections, its CPU and its locks), and repeat',
  },
  {
    raw: /PROTOCOL_SEQUENCE_TIMEOUT/,
    name: 'Agent.Unreachable',
    says: 'did not answer in time: see what it is busy with (mysql.connections, its CPU and its locks), and repeat',
  },
  {
    raw: /PROTOCOL_|ER_SERVER_SHUTDOWN|ER_NORMAL_SHUTDOWN|ER_CLIENT_INTERACTION_TIMEOUT|closed state/,
    name: 'Agent.Unreachable',
    says: 'cut the connection: see whether the engine restarted or failed over, and repeat',
  },
  ...TRANSPORT_CAUSES,
];

/** Names the cause and the remedy of what went wrong at a place, without the statement or its values. */
export function explainMysql(error: unknown, place: string): AgentError {
  return explain(withoutStatement(error), place, MYSQL_CAUSES);
}

/** The server is there and well, and has all the connections that it or the user may have. */
export function hasNoConnectionLeft(error: unknown): boolean {
  return NO_CONNECTION_LEFT.test(codeOf(error) ?? '');
}

/** The client's errors carry the whole statement in a field, and the server's quote it; either may hold a password. */
function withoutStatement(error: unknown): unknown {
  if (!(error instanceof Error && ('sqlMessage' in error || 'sql' in error))) return error;
  const { code } = error as { readonly code?: unknown };
  return Object.assign(new Error(error.message.replace(/ near '.*/s, '')), { code });
}

/** The server's own name of an error, e.g. `ER_NO_SUCH_THREAD`; the client's where it never got that far. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}
