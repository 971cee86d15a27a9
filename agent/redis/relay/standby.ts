import { AgentError } from '../../errors';
import type { ResolvedEndpoint } from '../endpoint';
import { idOf } from './commands/client-ids';
import { PreparedConnection, type PreparingStep } from './prepared-connection';
import { encodeCommand } from './protocol/encode';
import { reasonOf } from './reason';
import type { Session } from './session';
import { nameOf } from './until';

/** A connection that waits for its client. */
export interface Standby {
  readonly connection: PreparedConnection;
  readonly id: number | undefined;
}

/**
 * A connection in this state, with what is queued between MULTI and EXEC; nothing that it does changes data.
 *
 * @param warm one that is in the state already
 */
export async function standby(
  session: Session,
  endpoint: ResolvedEndpoint,
  signal: AbortSignal,
  warm?: Standby,
): Promise<Standby> {
  const ready = warm ?? (await restored(session, endpoint, signal));
  const queue = session.sending?.restoring() ?? [];
  await ready.connection.restore(
    queue.map((command) => ({ what: 'MULTI', command, needed: false })),
    signal,
  );
  return ready;
}

/** Opens a connection in this state. */
export async function restored({ state }: Session, endpoint: ResolvedEndpoint, signal: AbortSignal): Promise<Standby> {
  let id: number | undefined;
  const own: PreparingStep = {
    what: 'CLIENT ID',
    command: encodeCommand('CLIENT', 'ID'),
    needed: false,
    answered: (reply) => {
      id = idOf(reply);
    },
  };
  const steps = [...state.restoring(), own, ...state.subscribing()];
  return { connection: await PreparedConnection.open(endpoint, steps, signal), id };
}

/** Names the client that cannot be prepared. */
export async function unlessPrepared(session: Session, prepare: () => Promise<void>): Promise<void> {
  try {
    await prepare();
  } catch (error) {
    const message = `Client ${nameOf(session)} cannot be prepared: ${reasonOf(error)}`;
    throw new AgentError('Agent.Failed', message, { cause: error });
  }
}
