import type { Connection } from '../resp/connection';
import { contentOf } from './protocol/bytes';
import { encodeCommand } from './protocol/encode';
import { OwnCommand } from './protocol/in-flight';
import type { Session } from './session';
import { until } from './until';
import { within } from './within';

const PING = encodeCommand('PING');

/**
 * Brings every session to where nothing of it is on the serving side: nothing new is forwarded, all replies are read,
 * blocked clients are taken off, and messages published before have arrived. Closes who cannot be carried. Rejects when
 * `signal` aborts first. Returns those taken off a command that blocks.
 *
 * @param unfinishedMs how long a client has to send the rest of a command that was forwarded in part
 */
export async function quiet(
  sessions: readonly Session[],
  control: Connection,
  unfinishedMs: number,
  signal: AbortSignal,
): Promise<readonly Session[]> {
  for (const session of sessions) session.hold();
  const unseen = sessions.filter((session) => session.unseen !== undefined);
  // The server executes what it was sent before it sees the end: after that, nothing of theirs is under way.
  const ends = unseen.map((session) => session.halfClose().then(() => session.close(session.unseen)));
  const carried = sessions.filter((session) => session.unseen === undefined);
  const timer = setTimeout(() => {
    for (const session of carried) if (session.midway) session.close('the rest of a long command did not come');
  }, unfinishedMs);
  try {
    await until(carried, (session) => session.quiet, 'had no reply to their command', signal);
    await until(unseen, (session) => session.ended, 'were not closed by the server', signal);
  } finally {
    clearTimeout(timer);
  }
  await within(signal, Promise.all(ends));
  const unblocked = await takeOff(carried, control, signal);
  await passBarrier(carried, signal);
  return unblocked;
}

/**
 * By now every command that could serve a blocked client has been answered, so that no element is popped for one
 * that is taken off.
 */
async function takeOff(
  sessions: readonly Session[],
  control: Connection,
  signal: AbortSignal,
): Promise<readonly Session[]> {
  const blocked = sessions.filter((session) => session.blocked !== undefined && !session.drained && !session.ended);
  if (blocked.length === 0) return [];
  for (const session of blocked) session.unblocking = true;
  const known = blocked.filter((session) => session.id !== undefined);
  // A round trip: whatever the server wrote to a client that it served is on its way by now.
  const unblock = known.map((session) => ['CLIENT', 'UNBLOCK', session.id ?? 0] as const);
  const [, ...replies] = await within(signal, control.batch([['PING'], ...unblock]));
  // Unknown to servers below 5.0, or forbidden: an end of what we send takes a client off as well.
  const others = blocked.filter((session) => {
    const place = known.indexOf(session);
    return place < 0 || typeof replies[place] !== 'number';
  });
  await within(signal, Promise.all(others.map((session) => session.halfClose())));
  await until(blocked, (session) => session.drained, 'could not be taken off a command that blocks', signal);
  return blocked.filter((session) => session.blocked !== undefined && !session.ended);
}

/** Subscribers get what was published before; readers of streams learn where they stand. */
async function passBarrier(sessions: readonly Session[], signal: AbortSignal): Promise<void> {
  for (const session of sessions) {
    if (session.ended || !session.connected) continue;
    if (session.state.subscribed) session.ask(PING, new OwnCommand());
    const { blocked } = session;
    for (const { place, key } of blocked?.fromLast ?? []) {
      const learn = (reply: Buffer) => {
        const id = lastIdIn(reply);
        if (id !== undefined) blocked?.remember(place, id);
      };
      session.ask(encodeCommand('XINFO', 'STREAM', key), new OwnCommand(learn));
    }
  }
  await until(sessions, (session) => session.drained, 'did not answer PING', signal);
}

/** Where XREAD from `$` goes on. Undefined: the server does not say, and `$` it stays. */
function lastIdIn(reply: Buffer): Buffer | undefined {
  const [, id] = /last-generated-id\r\n\$\d+\r\n(\d+-\d+)\r\n/.exec(reply.toString('latin1')) ?? [];
  if (id !== undefined) return Buffer.from(id);
  return /no such key/i.test(contentOf(reply).toString('latin1', 0, 64)) ? Buffer.from('0-0') : undefined;
}
