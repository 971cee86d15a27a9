import { setTimeout as sleep } from 'node:timers/promises';
import type { Verb } from '../verb';
import { clientsOf } from './connected-clients';
import type { MemcachedSides } from './sides';

const ROUND_MS = 1_000;

/**
 * Memcached has no command that closes a client's connection, and ElastiCache none of its own but a reboot, which would
 * empty the side. So clients are waited for: those that connect again resolve the record. Who keeps a connection is named.
 */
export const left: Verb<MemcachedSides, 'memcached.left'> = async (sides, args, report) => {
  const endpoint = sides.endpoint(args.side);
  const began = performance.now();
  let quietSince = began;
  for (;;) {
    report.signal.throwIfAborted();
    const found = await clientsOf(endpoint);
    const now = performance.now();
    const waitedMs = Math.round(now - began);
    if (found.connections > 0) {
      quietSince = now;
      if (waitedMs >= args.timeoutSeconds * 1000) return { ...found, waitedMs };
      report.progress({ phase: 'Waiting for clients to leave', done: found.connections });
    } else if (now - quietSince >= args.quietSeconds * 1000) {
      return { ...found, waitedMs };
    }
    await sleep(ROUND_MS, undefined, { signal: report.signal });
  }
};
