import type { Side } from '../contract';
import type { Databases, ResolvedDatabase } from '../databases';
import { AgentError } from '../errors';
import type { Verb } from '../verb';
import { figure } from './row';
import { type Session, withSession } from './session';

/** Servers count start and uptime in whole seconds: a start may look as much earlier than it was, or later. */
const ROUNDING_MS = 1_000;

/** Epoch milliseconds, by the side's own clock: a server that starts from now on is seen to have started later. */
export async function beforeRestarts(databases: Databases, side: Side): Promise<number> {
  const now = await withSession(databases.endpoints[side], 'alive', clock);
  return Math.max(now - ROUNDING_MS, (await startedAt(databases, side)) + 2 * ROUNDING_MS);
}

/**
 * Whether a side answers, and whether an engine of it has restarted since. Since when is asked, and not whether one
 * started later than another answer said: several readers behind one name have each their own start.
 *
 * Whoever asks that tries the side out, and a reader that is gone is what they want to hear of. Without it the question
 * is whether the side can serve: its writer decides, or users would be sent away over a broken reader.
 */
export const alive: Verb<Databases, 'mysql.alive'> = async (databases, { side, sinceMs }) => {
  if (sinceMs === undefined) return { startedAtMs: await lastSeenStart(databases, side), restarted: false };
  const started = await startedAt(databases, side);
  return { startedAtMs: started, restarted: started > sinceMs };
};

/**
 * Epoch milliseconds at which the side's engine started; of its writer and its reader, the later one, so that it moves
 * when either restarts. Rejects where either does not answer.
 */
async function startedAt({ endpoints }: Databases, side: Side): Promise<number> {
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

/** By the server's own clock: the migration host's may be another. */
function startOf(endpoint: ResolvedDatabase, host: string): Promise<number> {
  return withSession(
    endpoint,
    'alive',
    async (session) => {
      const uptime = figure(await session.row("SHOW GLOBAL STATUS LIKE 'Uptime'"), 'Value') ?? 0;
      return (await clock(session)) - uptime * 1000;
    },
    host,
  );
}

async function clock(session: Session): Promise<number> {
  const now = figure(await session.row('SELECT UNIX_TIMESTAMP(SYSDATE(3)) AS now'), 'now') ?? 0;
  return Math.round(now * 1000);
}

function unlessUnreachable(error: unknown): undefined {
  if (!(error instanceof AgentError && error.name === 'Agent.Unreachable')) throw error;
}
