import { setTimeout as sleep } from 'node:timers/promises';
import type { KeysCheckArgs } from '../../../contract/cache';
import type { CheckResult } from '../../../contract/common';
import type { Report } from '../../verb';
import type { Caches } from '../caches';
import { learnDialect } from '../dialect';
import type { ResolvedEndpoint } from '../endpoint';
import { EventStream } from '../replication/event-stream';
import { scanKeys } from '../replication/search/scan';
import { Connection } from '../resp/connection';
import { AppearedKeys, TooManyKeys } from './appeared-keys';

const MIN_PAUSE_MS = 1_000;

/** Clients are on that server: it is looked at for a fifth of the time at most. */
const PAUSE_OF_LOOKS = 4;

/**
 * Whether keys appear that applications write. A key has appeared that was not there at the first look, or at any later one,
 * and is now; and one that the server announces as written. A server that announces nothing does not tell of a key that is
 * written over, and so is not seen what has come and gone between two looks.
 */
export async function keysCheck(
  { endpoints }: Pick<Caches, 'endpoints'>,
  args: KeysCheckArgs,
  { signal }: Report,
): Promise<CheckResult> {
  const endpoint = endpoints[args.side];
  const keys = new AppearedKeys(args);
  const late = performance.now() + args.withinSeconds * 1000;
  const connection = await Connection.open(endpoint, { purpose: 'check' });
  let events: EventStream | undefined;
  try {
    await learnDialect(connection, endpoint);
    events = await listen(endpoint, keys);
    while (await look(connection, args, keys, late, signal)) {
      const pause = Math.min(keys.pauseMs, late - performance.now());
      if (keys.enough || pause <= 0) break;
      await sleep(pause, undefined, { signal });
    }
    return keys.result();
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof TooManyKeys) return { passed: false, detail: error.message };
    throw error;
  } finally {
    events?.close();
    connection.close();
  }
}

/** Not every server announces what is written; one that ends the announcements is looked at all the same. */
function listen(endpoint: ResolvedEndpoint, keys: AppearedKeys): Promise<EventStream> {
  return EventStream.open(endpoint, {
    onKey: (database, key, event) => keys.announced(database, key, event),
    onEnd: () => undefined,
  });
}

/** Gives whether it came to the end of the keys, or to enough of them. */
async function look(
  connection: Connection,
  { database, pattern }: KeysCheckArgs,
  keys: AppearedKeys,
  late: number,
  signal: AbortSignal,
): Promise<boolean> {
  const began = performance.now();
  keys.beginLook();
  for await (const page of scanKeys(connection, database, { match: pattern })) {
    signal.throwIfAborted();
    keys.seen(page);
    if (keys.enough) return true;
    if (performance.now() > late) return false;
  }
  keys.endLook(Math.max(MIN_PAUSE_MS, PAUSE_OF_LOOKS * (performance.now() - began)));
  return true;
}
