import { AgentError } from '../../errors';
import { address, type ResolvedEndpoint } from '../endpoint';
import type { Connection } from '../resp/connection';
import { ReplyError } from '../resp/reply';
import { eachOf } from './each-of';
import type { Session } from './session';
import { type Standby, standby, unlessPrepared } from './standby';
import type { Scripts } from './state/scripts';
import type { WarmStandbys } from './warm-standbys';

/** One for every session, or none: rejects with the first that cannot be prepared. */
export async function standbys(
  sessions: readonly Session[],
  endpoint: ResolvedEndpoint,
  signal: AbortSignal,
  warm: WarmStandbys | undefined,
): Promise<Map<Session, Standby>> {
  const prepared = new Map<Session, Standby>();
  try {
    await eachOf(sessions, (session) =>
      unlessPrepared(session, async () => {
        prepared.set(session, await standby(session, endpoint, signal, warm?.take(session)));
      }),
    );
  } catch (error) {
    for (const { connection } of prepared.values()) connection.close();
    throw error;
  }
  return prepared;
}

/**
 * Loads what is known of scripts and not there, which after `warm` is next to nothing. Rejects where one runs whose text is
 * neither known nor on this side.
 */
export async function loadScripts(scripts: Scripts, control: Connection, endpoint: ResolvedEndpoint): Promise<void> {
  const known = [...scripts.known];
  const { unknown } = scripts;
  const missing = await missingOf([...known.map(([digest]) => digest), ...unknown], control, endpoint);
  // A text that its own server refused is refused here too: nobody can run it by its digest.
  await control.batch(
    known.filter(([digest]) => missing.has(digest)).map(([, text]) => ['SCRIPT', 'LOAD', text] as const),
  );
  const lost = unknown.filter((digest) => missing.has(digest));
  if (lost.length === 0) return;
  throw new AgentError(
    'Agent.Failed',
    `${lost.length} scripts that clients run by EVALSHA are not on ${address(endpoint)}, and their text never came by, ` +
      `among them ${lost.slice(0, 3).join(', ')}: load them there by SCRIPT LOAD.`,
  );
}

async function missingOf(
  digests: readonly string[],
  control: Connection,
  endpoint: ResolvedEndpoint,
): Promise<ReadonlySet<string>> {
  if (digests.length === 0) return new Set();
  const [present] = await control.batch([['SCRIPT', 'EXISTS', ...digests]]);
  if (present instanceof ReplyError || !Array.isArray(present)) {
    throw new AgentError('Agent.Failed', `${address(endpoint)} does not say which scripts it has (SCRIPT EXISTS).`);
  }
  return new Set(digests.filter((_digest, i) => present[i] !== 1));
}
