import { type AgentError, type Cause, explain, TRANSPORT_CAUSES } from '../errors';

/** SQLSTATE of a statement that has waited for a lock as long as it may. */
export const LOCK_NOT_AVAILABLE = '55P03';
const TOO_MANY_CONNECTIONS = '53300';
const QUERY_CANCELED = '57014';
const INSUFFICIENT_PRIVILEGE = '42501';
/** What looks at CONNECT while a session begins. */
const CHECKS_DATABASE = 'CheckMyDatabase';

/** By SQLSTATE, which does not depend on the server's language. */
const POSTGRES_CAUSES: readonly Cause[] = [
  {
    raw: /^(28000|28P01)\b/,
    name: 'Agent.AccessDenied',
    says: 'refused the credentials: compare the secret in Secrets Manager with the role of the database, and the hosts that pg_hba.conf lets it come from',
  },
  {
    raw: /^42501\b.*row-level security/,
    name: 'Agent.AccessDenied',
    says: "hides rows from the agent's role by row level security: give the role BYPASSRLS, or sign in as the owner of the table",
  },
  {
    raw: /^42501\b/,
    name: 'Agent.AccessDenied',
    says: "does not let the agent's role do what it must: grant it pg_read_all_data, pg_monitor and pg_signal_backend",
  },
  {
    raw: /^25006\b/,
    name: 'Agent.TargetReadOnly',
    says: 'is read-only: point the configuration at the writer',
  },
  {
    raw: /^53300\b/,
    name: 'Agent.Unreachable',
    says: 'has no connection left for the agent: raise max_connections, or close connections that nobody needs',
  },
  {
    raw: /^(53100|58030)\b.*No space left|^53100\b/,
    name: 'Agent.Failed',
    says: 'has no space left on its own storage: raise its allocated storage, or free some of it, and repeat',
  },
  {
    raw: /^57014\b|timeout expired|read timeout/,
    name: 'Agent.Unreachable',
    says: 'did not answer in time: see what it is busy with (postgres.connections, its CPU and its locks), and repeat',
  },
  {
    raw: /^(57P0[1235]|25P0[34]|08\w{3})\b|Connection terminated|Connection ended/i,
    name: 'Agent.Unreachable',
    says: 'cut the connection: see whether the engine restarted or failed over, and repeat',
  },
  ...TRANSPORT_CAUSES,
];

/** Names the cause and the remedy of what went wrong at a place, without values. */
export function explainPostgres(error: unknown, place: string): AgentError {
  return explain(withState(error), place, POSTGRES_CAUSES);
}

/** The server is there and well, and has all the connections that it, the database or the role may have. */
export function hasNoConnectionLeft(error: unknown): boolean {
  return stateOf(error) === TOO_MANY_CONNECTIONS;
}

/** The database is there, and does not let the agent's role in. */
export function mayNotConnect(error: unknown): boolean {
  return stateOf(error) === INSUFFICIENT_PRIVILEGE && routineOf(error) === CHECKS_DATABASE;
}

/** The server's own function, whose name does not depend on its language. */
function routineOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  return 'routine' in error ? error.routine : routineOf(error.cause);
}

/** The server is there and well, and has ended a statement that took longer than it may. */
export function wasEnded(error: unknown): boolean {
  return stateOf(error) === QUERY_CANCELED;
}

/** SQLSTATE, e.g. `42P01`; Node's code of a socket's error. */
export function stateOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return 'code' in error && typeof error.code === 'string' ? error.code : stateOf(error.cause);
}

/** The server quotes values in the detail of an error, which stays behind. */
function withState(error: unknown): unknown {
  const state = stateOf(error);
  if (!(error instanceof Error) || !('severity' in error)) return error;
  return new Error(`${state} ${error.message}`, { cause: error });
}
