import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from '../../../contract/common';
import { serverInfo } from '../dialect';
import { EventStream } from '../replication/event-stream';
import { UnannouncedChanges } from '../replication/unannounced/unannounced';
import { Connection } from '../resp/connection';
import { silentCommandsOf } from '../silent-commands/silent-commands';
import type { Survey } from './survey';

const watchMs = 5_000;
/** Not decided by the first write alone: one that changed nothing is rightly not announced. */
const leastMs = 1_500;
const betweenLooksMs = 250;

export interface KeyspaceEvents {
  readonly available: boolean;
  readonly findings: readonly Finding[];
}

/**
 * Whether the source announces its changes. Its setting cannot be read (CONFIG is forbidden) and must not be probed by
 * a write, so the clients' own writes are watched for up to 5 s: those that are counted should also be heard of.
 */
export async function checkKeyspaceEvents({ from, consistency }: Survey, signal: AbortSignal): Promise<KeyspaceEvents> {
  const unannounced = new UnannouncedChanges(silentCommandsOf(from.version));
  let heard = 0;
  const events = await EventStream.open(from.endpoint, {
    onKey: (_database, _key, event) => {
      heard += 1;
      unannounced.sawEvent(event);
    },
    // Losing this connection is no answer; the connection below is lost too then, and says so.
    onEnd: () => undefined,
  });
  const connection = await Connection.open(from.endpoint, { purpose: 'preflight' });
  try {
    const look = async () => {
      const info = await serverInfo(connection, from.endpoint);
      await events.barrier();
      return unannounced.since(info);
    };
    await look();
    let silent = 0;
    for (let watchedMs = 0; watchedMs < watchMs; watchedMs += betweenLooksMs) {
      await sleep(betweenLooksMs, undefined, { signal });
      if ((await look()).silentWrites) silent += 1;
      if (watchedMs >= leastMs && (heard > 0 || silent > 1)) break;
    }
    return verdict(from.where, heard > 0, silent > (heard > 0 ? 1 : 0), consistency === 'LIVE');
  } finally {
    events.close();
    connection.close();
  }
}

const remedy =
  'Set notify-keyspace-events to AE in the parameter group of the source (a custom one; it takes effect at once), and put it back afterwards.';

/** While clients may be on both sides, what they write is told from the agent's own writes by what is announced. */
const NO_RETURN =
  ' At LIVE clients could not come back here either: the rollback is refused, and they stay where they are. FENCED has one.' +
  ' Keys that are written on both sides are then found by what was copied: those of values above 512 KiB, and those that only' +
  ' an expiry or a deletion here makes differ, are not counted.';

function verdict(where: string, heard: boolean, silent: boolean, live: boolean): KeyspaceEvents {
  if (heard && !silent) return { available: true, findings: [] };
  const finding = (id: string, message: string): Finding => ({ id, severity: 'warning', message, remedy });
  const without = live ? NO_RETURN : '';
  if (heard) {
    const message = `${where} announces some changes, but writes of some kinds were counted and none of them announced: the agent scans all keys again when it is in doubt.`;
    return { available: true, findings: [finding('redis.keyspace-events-partial', message)] };
  }
  if (silent) {
    const message = `${where} does not announce its changes: the agent compares all keys again and again, and the freeze lasts as long as one pass.${without}`;
    return { available: false, findings: [finding('redis.no-keyspace-events', message)] };
  }
  const message = `Nobody wrote to ${where} for 5 s, so whether it announces its changes is not known; without that, the freeze lasts as long as a pass over all keys.${without}`;
  return { available: false, findings: [finding('redis.keyspace-events-unknown', message)] };
}
