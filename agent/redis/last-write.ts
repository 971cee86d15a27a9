import type { Client } from './client';
import { ELASTICACHE_KEY } from './key';
import { writesAmong } from './write-commands';

/** What a server had done when it was asked. */
export interface Snapshot {
  readonly runId: string;
  readonly role: string;
  readonly offset: number;
  /** Calls by command. */
  readonly calls: ReadonlyMap<string, number>;
  /** Keys and fields that the server itself deleted, expired or evicted. */
  readonly reclaimed: number;
  /** The value of the key that ElastiCache writes into database 0 of caches with replicas, to measure their lag. */
  readonly awsTimestamp: string;
}

export async function takeSnapshot(client: Client): Promise<Snapshot> {
  // One INFO: figures taken one after the other need not belong together.
  const info = await client.info('all');
  return {
    runId: info.text('run_id') ?? '',
    role: info.text('role') ?? '',
    offset: info.number('master_repl_offset'),
    calls: info.calls(),
    reclaimed: ['expired_keys', 'evicted_keys', 'expired_subkeys', 'expired_fields']
      .map((field) => info.number(field))
      .reduce((sum, count) => sum + count, 0),
    awsTimestamp: await client.text('GET', ELASTICACHE_KEY),
  };
}

/** `PING` as a primary sends it to its replicas, every 10 s by default: `*1 $4 PING`, 14 bytes. */
const pingBytes = 14;
/** `REPLCONF GETACK *`, sent when somebody calls WAIT and at failovers. */
const getAckBytes = 37;
/** Reach the replicas without writing: messages, and scripts where they are replicated as such. */
const carried = new Set(['publish', 'script', 'script|load', 'script|flush']);

/**
 * What clients wrote between two snapshots, in words; empty when nothing.
 *
 * The commands' call counts decide: a write inside a script or a transaction counts under its own name, one that a
 * pause holds back does not count before it runs, and one that changed nothing counts, for it shows that somebody
 * still can. The replication offset is the cross-check for whatever counts nowhere. It moves without any user, though:
 * by PINGs to replicas, and by the deletions that expiry and eviction pass on. Such a move is told by its size, or by
 * the counters of expired and evicted keys moving along, and is no write.
 */
export async function movement(client: Client, before: Snapshot, after: Snapshot): Promise<readonly string[]> {
  if (after.runId !== before.runId) return ['the server was restarted or another took its place'];
  if (after.role !== before.role) return [`the server's role changed from ${before.role} to ${after.role}`];
  const moved = [...after.calls].filter(([name, calls]) => calls !== (before.calls.get(name) ?? 0));
  const writes = await writesAmong(
    (command, ...args) => client.call(command, ...args),
    moved.map(([name]) => name),
  );
  const counts = writes.map((name) => ({
    name,
    count: (after.calls.get(name) ?? 0) - (before.calls.get(name) ?? 0),
  }));
  if (isAwsTimestamp(counts, before, after)) return [];
  if (counts.length > 0) {
    return counts.map(({ name, count }) => {
      return count > 0 ? `${count} × ${name.toUpperCase()}` : `the count of ${name.toUpperCase()} was reset`;
    });
  }
  const bytes = after.offset - before.offset;
  if (bytes === 0 || after.reclaimed !== before.reclaimed || moved.some(([name]) => carried.has(name))) return [];
  return isHousekeeping(bytes) ? [] : [`the replication offset moved by ${bytes} bytes that no counted write explains`];
}

/** The one write was AWS's own: its key changed in the very interval in which a single write was counted. */
function isAwsTimestamp(counts: readonly { readonly count: number }[], before: Snapshot, after: Snapshot): boolean {
  return counts.length === 1 && counts[0]?.count === 1 && after.awsTimestamp !== before.awsTimestamp;
}

function isHousekeeping(bytes: number): boolean {
  for (let rest = bytes; rest >= 0; rest -= getAckBytes) if (rest % pingBytes === 0) return true;
  return false;
}
