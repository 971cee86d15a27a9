import type { Side } from '../../../contract/common';
import { Served } from './commands/rules';
import { encodeCommand } from './protocol/encode';
import { OwnCommand } from './protocol/in-flight';
import type { Session } from './session';
import type { Standby } from './standby';

const PING = encodeCommand('PING');
const INVALIDATE_ALL = Buffer.from('>2\r\n$10\r\ninvalidate\r\n_\r\n');

/** Gives every session its connection on the side; nothing is forwarded yet. Returns those that wait in a command. */
export function takeOver(
  ready: ReadonlyMap<Session, Standby>,
  side: Side,
  lose: (session: Session, error: unknown) => void,
): readonly Session[] {
  const waiting: Session[] = [];
  for (const [session, { connection, id }] of ready) {
    if (session.ended) {
      connection.close();
      continue;
    }
    try {
      const { socket, scanner } = connection.take();
      session.side = side;
      session.id = id;
      session.idAsked = true;
      session.attach(socket, scanner);
    } catch (error) {
      lose(session, error);
      continue;
    }
    const { state } = session;
    if (state.watching) state.watchLost = true;
    // The server before remembers what the client keeps; this one does not, and would never say that it is stale.
    if (state.tracking !== undefined && state.protocol === '3') session.toClient(INVALIDATE_ALL);
    if (session.blocked !== undefined) waiting.push(session);
  }
  return waiting;
}

/**
 * Sends the commands again that clients wait in, the oldest first, and resolves once the server has them: what was
 * held comes later, so that an element pushed then finds who waited for it.
 *
 * @param fractions whether the server takes parts of a second for a time-out (since 6.0)
 */
export async function reissue(waiting: readonly Session[], fractions: boolean): Promise<void> {
  const oldestFirst = [...waiting].sort((one, other) => (one.blocked?.since ?? 0) - (other.blocked?.since ?? 0));
  await Promise.all(
    oldestFirst.map((session) => {
      const { blocked } = session;
      if (blocked === undefined || session.ended) return undefined;
      return new Promise<void>((resolve) => {
        session.onProgress = () => resolve();
        // One packet: when PING is answered, the server has read the command behind it.
        session.ask(PING, new OwnCommand());
        session.block(blocked.again(fractions), new Served(blocked, session));
      });
    }),
  );
  for (const session of waiting) session.onProgress = () => undefined;
}
