import { setTimeout as sleep } from 'node:timers/promises';
import type { Side } from '../../contract/common';
import { AgentError } from '../errors';
import type { Databases, ResolvedDatabase } from '../sql/databases';
import type { Report, Verb } from '../verb';
import { figure, text } from './result-row';
import { type Session, withSession } from './session';

/** Servers count start and uptime in whole seconds: a start may look as much earlier than it was, or later. */
const ROUNDING_MS = 1_000;
const WRITABLE_ROUND_MS = 500;

/** Epoch milliseconds, by the side's own clock: a server that starts from now on is seen to have started later. */
export async function beforeRestarts(databases: Databases, side: Side): Promise<number> {
  const now = await withSession(databases.endpoints[side], 'alive', clock);
  return Math.max(now - ROUNDING_MS, (await startedAt(databases, side)) + 2 * ROUNDING_MS);
}

/**
 * Whether a side answers, and whether an engine of it has restarted since. Since when is asked, and not whether one
 * started later than another answer said: several readers behind one name have each their own start.
 *
 * Anyone who asks that tries the side out, and a reader that is gone is what they want to hear of. Without it the question
 * is whether the side can serve: its writer decides, or clients would be sent away over a broken reader.
 */
export const alive: Verb<Databases, 'mysql.alive'> = async (databases, args, report) => {
  const { side, sinceMs, writableWithinSeconds } = args;
  if (writableWithinSeconds !== undefined) await untilWritable(databases, side, writableWithinSeconds, report);
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

/** Through a restart: while it is down, and while it is read-only as it was before. */
async function untilWritable({ endpoints }: Databases, side: Side, seconds: number, report: Report): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    report.signal.throwIfAborted();
    const late = performance.now() >= deadline;
    const against = await withSession(endpoints[side], 'alive', whatKeepsFromWriting).catch((error: unknown) => {
      if (late) throw error;
      unlessUnreachable(error);
      return 'it does not answer';
    });
    if (against === undefined) return;
    if (late) {
      throw new AgentError(
        'Agent.TargetReadOnly',
        `${endpoints[side].host}:${endpoints[side].port} cannot be written to within ${seconds} s (${against}): ` +
          'set read_only to 0 in its parameter group and reboot the writer; see whether it is the writer that answers.',
      );
    }
    report.progress({ phase: 'Waiting until it can be written to', done: 0 });
    await sleep(WRITABLE_ROUND_MS, undefined, { signal: report.signal });
  }
}

async function whatKeepsFromWriting(session: Session): Promise<string | undefined> {
  const rows = await session.query(
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('read_only', 'super_read_only', 'innodb_read_only') AND Value = 'ON'",
  );
  return rows.length === 0 ? undefined : rows.map((row) => `${text(row, 'Variable_name')} is ON`).join(', ');
}

function unlessUnreachable(error: unknown): undefined {
  if (!(error instanceof AgentError && error.name === 'Agent.Unreachable')) throw error;
}
