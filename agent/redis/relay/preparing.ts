import type { Socket } from 'node:net';
import { AgentError } from '../../errors';
import { address, type ResolvedEndpoint } from '../endpoint';
import type { Connection } from '../resp/connection';
import { ReplyError } from '../resp/reply';
import { idOf } from './commands/client-ids';
import { eachOf } from './each-of';
import { PreparedConnection, type PreparingStep } from './prepared-connection';
import { encodeCommand } from './protocol/encode';
import type { Session } from './session';
import type { Scripts } from './state/scripts';
import { nameOf } from './until';
import type { WarmSockets } from './warm-sockets';

export interface Standby {
  readonly connection: PreparedConnection;
  readonly id: number | undefined;
}

/** Opens a connection in this state; nothing that it does changes data. */
export async function standby(
  session: Session,
  endpoint: ResolvedEndpoint,
  signal: AbortSignal,
  warm?: Socket,
): Promise<Standby> {
  let id: number | undefined;
  const own: PreparingStep = {
    what: 'CLIENT ID',
    command: encodeCommand('CLIENT', 'ID'),
    needed: false,
    answered: (reply) => {
      id = idOf(reply);
    },
  };
  const queue = session.sending?.restoring() ?? [];
  const queueing = queue.map((command) => ({ what: 'MULTI', command, needed: false }));
  const { state } = session;
  const steps = [...state.restoring(), own, ...state.subscribing(), ...queueing];
  const connection = await PreparedConnection.open(endpoint, steps, signal, warm);
  return { connection, id };
}

/** One for every session, or none: rejects with the first that cannot be prepared. */
export async function standbys(
  sessions: readonly Session[],
  endpoint: ResolvedEndpoint,
  signal: AbortSignal,
  warm: WarmSockets,
): Promise<Map<Session, Standby>> {
  const prepared = new Map<Session, Standby>();
  try {
    await eachOf(sessions, async (session) => {
      try {
        prepared.set(session, await standby(session, endpoint, signal, warm.take()));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new AgentError('Agent.Failed', `Client ${nameOf(session)} cannot be prepared: ${why}`, { cause: error });
      }
    });
  } catch (error) {
    for (const { connection } of prepared.values()) connection.close();
    throw error;
  }
  return prepared;
}

/** Loads what is known of scripts. Rejects where one runs whose text is neither known nor on this side. */
export async function loadScripts(scripts: Scripts, control: Connection, endpoint: ResolvedEndpoint): Promise<void> {
  // A text that its own server refused is refused here too: nobody can run it by its digest.
  await control.batch(scripts.known.map((text) => ['SCRIPT', 'LOAD', text] as const));
  const { unknown } = scripts;
  if (unknown.length === 0) return;
  const [present] = await control.batch([['SCRIPT', 'EXISTS', ...unknown]]);
  if (present instanceof ReplyError || !Array.isArray(present)) {
    throw new AgentError('Agent.Failed', `${address(endpoint)} does not say which scripts it has (SCRIPT EXISTS).`);
  }
  const missing = unknown.filter((_digest, i) => present[i] !== 1);
  if (missing.length === 0) return;
  throw new AgentError(
    'Agent.Failed',
    `${missing.length} scripts that clients run by EVALSHA are not on ${address(endpoint)}, and their text never came by, ` +
      `among them ${missing.slice(0, 3).join(', ')}: load them there by SCRIPT LOAD.`,
  );
}
