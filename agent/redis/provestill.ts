import { setTimeout as sleep } from 'node:timers/promises';
import { AgentError } from '../errors';
import type { Verb } from '../verb';
import type { Client } from './client';
import { describeGroups, groupClients } from './connected';
import type { RedisContext } from './context';
import { address } from './endpoint';
import { withPrimary } from './primary';
import { movement, takeSnapshot } from './stillness';
import { connectedUsers } from './users';

const betweenSnapshotsMs = 250;
const mostNamed = 8;

/**
 * Proves that nobody has written to a side for `seconds` on end: the call counts of every command that can write, and
 * the replication offset, did not move (but for what a server does by itself; see `movement`).
 */
export const provestill: Verb<RedisContext, 'redis.provestill'> = async (context, args, report) =>
  withPrimary(context.endpoints[args.side], 'provestill', async (client) => {
    const started = performance.now();
    let stillSince = started;
    let latest: readonly string[] = [];
    let before = await takeSnapshot(client);
    for (;;) {
      report.signal.throwIfAborted();
      const stillMs = performance.now() - stillSince;
      if (stillMs >= args.seconds * 1000) return { replicationOffset: before.offset, seconds: args.seconds };
      report.progress({ phase: 'Proving that nobody writes', done: Math.floor(stillMs / 1000), total: args.seconds });
      await sleep(betweenSnapshotsMs, undefined, { signal: report.signal });
      const after = await takeSnapshot(client);
      const moved = await movement(client, before, after);
      before = after;
      if (moved.length === 0) continue;
      latest = moved;
      stillSince = performance.now();
      // Checked only here: a stillness that has begun in time is waited for.
      if (stillSince - started >= args.timeoutSeconds * 1000) {
        throw await notStill(client, address(context.endpoints[args.side]), latest, args.timeoutSeconds);
      }
    }
  });

async function notStill(client: Client, where: string, moved: readonly string[], seconds: number): Promise<AgentError> {
  const users = await connectedUsers(client);
  const who = users.length === 0 ? 'nobody is connected now' : `connected: ${describeGroups(groupClients(users))}`;
  return new AgentError(
    'Agent.NotStill',
    `${where} did not stand still within ${seconds} s; just now: ${moved.slice(0, mostNamed).join(', ')} (${who}). ` +
      'Stop who writes, close the connections (redis.evict) or their access, and repeat.',
  );
}
