import { setTimeout as sleep } from 'node:timers/promises';
import type { Side } from '../../contract/common';
import { AgentError } from '../errors';
import type { Databases, ResolvedDatabase } from '../sql/databases';
import type { Verb } from '../verb';
import { replicasOf } from './replicas';
import { figure } from './result-row';
import { withSession } from './session';

/** Clients wait meanwhile. */
const roundMs = 50;

/**
 * Waits until a side takes writes and replicates from nowhere: RDS shows in its own time that it has promoted it, and the
 * engine knows at once. A promotion restarts the engine: one that does not answer is asked again while there is time.
 */
export const writable: Verb<Databases, 'mysql.writable'> = async ({ endpoints }, { side, timeoutSeconds }, report) => {
  const started = performance.now();
  for (;;) {
    report.signal.throwIfAborted();
    const waitedMs = Math.round(performance.now() - started);
    const over = waitedMs >= timeoutSeconds * 1000;
    const yes = await takesWrites(endpoints[side], side).catch((error: unknown) => {
      if (over || !(error instanceof AgentError && error.name === 'Agent.Unreachable')) throw error;
      return false;
    });
    if (yes || over) return { writable: yes, waitedMs };
    report.progress({
      phase: 'Waiting until it takes writes',
      done: Math.floor(waitedMs / 1000),
      total: timeoutSeconds,
    });
    await sleep(roundMs, undefined, { signal: report.signal });
  }
};

function takesWrites(endpoint: ResolvedDatabase, side: Side): Promise<boolean> {
  return withSession(endpoint, 'writable', async (session) => {
    const readOnly = await session.row('SELECT @@global.read_only + @@global.innodb_read_only AS flags');
    return figure(readOnly, 'flags') === 0 && (await replicasOf(session, side)).length === 0;
  });
}
