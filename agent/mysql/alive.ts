import type { Side } from '../contract';
import type { Databases, ResolvedDatabase } from '../databases';
import { AgentError } from '../errors';
import type { Verb } from '../verb';
import { figure } from './row';
import { Session } from './session';

/** Servers count their uptime in whole seconds, and two answers may be rounded differently. */
const roundingMs = 3_000;

/**
 * Whether a side answers, and whether its engine has restarted since an earlier answer.
 *
 * Whoever has an earlier answer tries the side out, and a reader that is gone is what they want to hear of. Without one
 * the question is whether the side can serve: its writer decides, or users would be sent away over a broken reader.
 */
export const alive: Verb<Databases, 'mysql.alive'> = async (databases, { side, startedAtMs }) => {
  if (startedAtMs === undefined) return { startedAtMs: await lastSeenStart(databases, side), restarted: false };
  const started = await startedAt(databases, side);
  return { startedAtMs: started, restarted: started > startedAtMs + roundingMs };
};

/**
 * Epoch milliseconds at which the side's engine started; of its writer and its reader, the later one, so that it moves
 * when either restarts. Rejects where either does not answer.
 */
export async function startedAt({ endpoints }: Databases, side: Side): Promise<number> {
  const endpoint = endpoints[side];
  const readers = endpoint.readerHost === undefined ? [] : [startOf(endpoint, endpoint.readerHost)];
  return Math.max(...(await Promise.all([startOf(endpoint, endpoint.host), ...readers])));
}

/** The same of those that answer, of which the writer must be one. */
async function lastSeenStart({ endpoints }: Databases, side: Side): Promise<number> {
  const endpoint = endpoints[side];
  const reader = endpoint.readerHost === undefined ? undefined : startOf(endpoint, endpoint.readerHost);
  const [writer, ofReader] = await Promise.all([startOf(endpoint, endpoint.host), reader?.catch(unlessUnreachable)]);
  return Math.max(writer, ofReader ?? writer);
}

/** By the server's own clock: several hosts with their own would see it restart all the time. */
async function startOf(endpoint: ResolvedDatabase, host: string): Promise<number> {
  const session = await Session.open(endpoint, 'alive', host);
  try {
    const uptime = figure(await session.row("SHOW GLOBAL STATUS LIKE 'Uptime'"), 'Value') ?? 0;
    const now = figure(await session.row('SELECT UNIX_TIMESTAMP(SYSDATE(3)) AS now'), 'now') ?? 0;
    return Math.round((now - uptime) * 1000);
  } finally {
    session.close();
  }
}

function unlessUnreachable(error: unknown): undefined {
  if (!(error instanceof AgentError && error.name === 'Agent.Unreachable')) throw error;
}
