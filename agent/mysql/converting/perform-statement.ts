import { setTimeout as sleep } from 'node:timers/promises';
import type { ConversionStep } from '../../../contract/mysql';
import { AgentError } from '../../errors';
import type { ResolvedDatabase } from '../../sql/databases';
import type { Report } from '../../verb';
import { codeOf } from '../explain';
import { figure } from '../result-row';
import { Session, withSession } from '../session';
import { ownStatement } from './own-statement';
import { reportProgress } from './progress';

/** Nobody but a backup, or somebody who should not be there, holds a table of the converting replica. */
const LOCK_SECONDS = 10;
const ENDS_WITHIN_MS = 60_000;
const ROUND_MS = 200;
/** The client and the server give up later than the agent itself, which says so. */
const AFTER_MS = 10_000;

/**
 * As the agent states it, whatever the parameter group says. Rows are not to be cut to fit; dates that blue has are to be
 * taken over as they are.
 */
const SQL_MODE = 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION';

/** Runs the statement of a step, and gives how many seconds it took. None of it goes on once this is over. */
export async function performStatement(
  endpoint: ResolvedDatabase,
  { id, statement }: Pick<ConversionStep, 'id' | 'statement'>,
  timeoutSeconds: number,
  report: Report,
): Promise<number> {
  const [session, watcher] = [
    await Session.open(endpoint, 'convert'),
    await Session.open(endpoint, 'convert-progress'),
  ];
  const over = new AbortController();
  let reporting: Promise<void> | undefined;
  try {
    await session.query(
      `SET SESSION sql_mode = '${SQL_MODE}', SESSION foreign_key_checks = 1, SESSION unique_checks = 1`,
    );
    await session.waitForLocks(LOCK_SECONDS);
    const connection = figure(await session.row('SELECT CONNECTION_ID() AS id'), 'id') ?? 0;
    reporting = reportProgress(watcher, connection, id, report, over.signal);
    const began = performance.now();
    const run = session.query(ownStatement(statement), [], { timeoutMs: limitMs(timeoutSeconds) + AFTER_MS });
    try {
      await Promise.race([run, aborted(report.signal, over.signal), late(timeoutSeconds, over.signal)]);
    } catch (error) {
      over.abort();
      await ended(endpoint, connection);
      await Promise.race([run, sleep(ROUND_MS)]).catch(() => undefined);
      throw error;
    }
    return Math.round((performance.now() - began) / 100) / 10;
  } finally {
    over.abort();
    await Promise.race([reporting, sleep(ROUND_MS)]);
    session.close();
    watcher.close();
  }
}

/** A timer takes no more than 24 days. */
function limitMs(seconds: number): number {
  return Math.min(seconds * 1000, 2_000_000_000);
}

/** MySQL's own limit is for statements that read. */
async function late(timeoutSeconds: number, over: AbortSignal): Promise<never> {
  await sleep(limitMs(timeoutSeconds), undefined, { signal: over }).catch(() => undefined);
  if (over.aborted) return new Promise<never>(() => undefined);
  throw new AgentError('Agent.Failed', `it took longer than ${timeoutSeconds} s, which is what it was given`);
}

function aborted(signal: AbortSignal, over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const tell = () => reject(new AgentError('Agent.Stopped', 'it was told to stop'));
    if (signal.aborted) tell();
    signal.addEventListener('abort', tell, { once: true, signal: over });
  });
}

/** A statement goes on on the server when its client has gone: it is ended, and waited for until it is rolled back. */
async function ended(endpoint: ResolvedDatabase, connection: number): Promise<void> {
  try {
    await withSession(endpoint, 'convert', async (session) => {
      const deadline = performance.now() + ENDS_WITHIN_MS;
      for (let told = false; performance.now() < deadline; await sleep(ROUND_MS)) {
        const rows = await session.query('SHOW PROCESSLIST');
        const still = rows.find((row) => figure(row, 'Id') === connection);
        if (still === undefined) return;
        if (!told) {
          await session.query('CALL mysql.rds_kill(?)', [connection]).catch((error: unknown) => {
            if (codeOf(error) !== 'ER_NO_SUCH_THREAD') throw error;
          });
        }
        told = true;
      }
    });
  } catch (error) {
    // The failure that led here is said; that its server is gone as well, by what comes next.
    if (!(error instanceof AgentError)) throw error;
  }
}
