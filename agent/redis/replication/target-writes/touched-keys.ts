import { AgentError } from '../../../errors';
import { clientsOf, parseClientList } from '../../client-list';
import { CLIENT_NAME } from '../../resp/connection';
import { ReplyError } from '../../resp/reply';
import type { Links } from '../links';
import { databasesInUse, scanKeys } from '../search/scan';
import type { TargetWrites } from './target-writes';

/** OBJECT IDLETIME counts whole seconds of a clock that is a second coarse. */
const COARSENESS_MS = 2000;

/**
 * LIVE: for a while nobody listened to the target (a lost connection, a dead agent), so what clients wrote there is not
 * known. A key that was touched in that time may have been written by them, and is taken for theirs. Where no user
 * has come to the target yet, nothing is. What cannot be seen any more is a key that they deleted in that time.
 */
export async function claimTouched(
  target: Links,
  targetWrites: TargetWrites,
  deafSince: number | 'ever',
): Promise<void> {
  if (!targetWrites.any && !(await clientsAreThere(target))) return;
  if (deafSince === 'ever') throw cannotTell('nothing is known of the time before');
  for (const database of await databasesInUse(target.scan)) {
    for await (const keys of scanKeys(target.scan, database)) {
      const idle = await target.scan.batchIn(
        database,
        keys.map((key) => ['OBJECT', 'IDLETIME', key]),
      );
      const deafMs = Date.now() - deafSince + COARSENESS_MS;
      keys.forEach((key, i) => {
        const seconds = idle[i];
        if (seconds instanceof ReplyError && !/no such key/i.test(seconds.message)) throw cannotTell(seconds.message);
        if (typeof seconds === 'number' && seconds * 1000 < deafMs) targetWrites.claim(database, key);
      });
    }
  }
}

async function clientsAreThere({ control }: Links): Promise<boolean> {
  const clients = parseClientList(String(await control.command('CLIENT', 'LIST')));
  const own = clients.find(({ name }) => name.startsWith(CLIENT_NAME));
  return clientsOf(clients, { ownPrefix: CLIENT_NAME, ownAddress: own?.address ?? '' }).length > 0;
}

function cannotTell(why: string): AgentError {
  return new AgentError(
    'Agent.Failed',
    'Clients are on the target already, and which keys they have written there while no agent listened cannot be told ' +
      `(${why}): stop the writes to the source, and decide by hand which side's values stand.`,
  );
}
