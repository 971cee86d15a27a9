import { setTimeout as sleep } from 'node:timers/promises';
import { AgentError } from '../errors';
import type { Verb } from '../verb';
import type { Client } from './client';
import { describeGroups, groupClients } from './client-list';
import { connectedClients } from './connected-clients';
import type { RedisContext } from './context';
import { address } from './endpoint';
import { movement, takeSnapshot } from './last-write';
import { withPrimary } from './primary';

const betweenSnapshotsMs = 250;
const mostNamed = 8;

/**
 * Proves that nobody has written to a side for `seconds` on end: the call counts of every command that can write, and
 * the replication offset, did not move (but for what a server does by itself; see `movement`).
 */
export const nowrites: Verb<RedisContext, 'redis.nowrites'> = async (context, args, report) =>
  withPrimary(context.endpoints[args.side], 'nowrites', async (client) => {
    const started = performance.now();
    let noWritesSince = started;
    let latest: readonly string[] = [];
    let before = await takeSnapshot(client);
    for (;;) {
      report.signal.throwIfAborted();
      const noWritesMs = performance.now() - noWritesSince;
      if (noWritesMs >= args.seconds * 1000) return { replicationOffset: before.offset, seconds: args.seconds };
      report.progress({
        phase: 'Proving that nobody writes',
        done: Math.floor(noWritesMs / 1000),
        total: args.seconds,
      });
      await sleep(betweenSnapshotsMs, undefined, { signal: report.signal });
      const after = await takeSnapshot(client);
      const moved = await movement(client, before, after);
      before = after;
      if (moved.length === 0) continue;
      latest = moved;
      noWritesSince = performance.now();
      // Checked only here: what has begun in time is waited for.
      if (noWritesSince - started >= args.timeoutSeconds * 1000) {
        throw await writesContinue(client, address(context.endpoints[args.side]), latest, args.timeoutSeconds);
      }
    }
  });

async function writesContinue(
  client: Client,
  where: string,
  moved: readonly string[],
  seconds: number,
): Promise<AgentError> {
  const connected = await connectedClients(client);
  const who =
    connected.length === 0 ? 'nobody is connected now' : `connected: ${describeGroups(groupClients(connected))}`;
  return new AgentError(
    'Agent.WritesContinue',
    `${where} is still written to after ${seconds} s; just now: ${moved.slice(0, mostNamed).join(', ')} (${who}). ` +
      'Stop who writes, close the connections (redis.evict) or their access, and repeat.',
  );
}
