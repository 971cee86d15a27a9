import type Redis from 'ioredis';
import { type CacheAddress, openCache } from './cache-address';
import { type KeyDigest, keyDigests } from './key-digests';

export interface CompareOptions {
  /** Keys to leave out, by how they begin: what clients write meanwhile, and AWS's own. @default - none */
  readonly exceptPrefixes?: readonly string[];
  /** Milliseconds that two expiries may differ. @default 1000 */
  readonly expirySlackMs?: number;
}

export interface Comparison {
  readonly keys: number;
  readonly mismatches: number;
  /** The first ones. */
  readonly sample: readonly { readonly database: number; readonly key: string; readonly difference: string }[];
}

const BATCH = 200;
const SAMPLE = 20;
const COUNTED_DATABASES = /^db(\d+):keys=/gm;

/**
 * Compares every key of two caches by type, content and expiry, in both directions: what `from` has and `to` lacks,
 * and what `to` has of its own. Made to check a copy from outside: it shares nothing with whatever made the copy.
 */
export async function compareCaches(
  from: CacheAddress,
  to: CacheAddress,
  options: CompareOptions = {},
): Promise<Comparison> {
  const [source, target] = await Promise.all([openCache(from), openCache(to)]);
  const slackMs = options.expirySlackMs ?? 1000;
  let keys = 0;
  let mismatches = 0;
  const sample: Comparison['sample'][number][] = [];
  try {
    const databases = new Set([...(await databasesOf(source)), ...(await databasesOf(target))]);
    for (const database of [...databases].sort((a, b) => a - b)) {
      await Promise.all([source.select(database), target.select(database)]);
      const seen = new Set<string>();
      const compare = async (batch: readonly Buffer[]) => {
        const [theirs, ours] = await Promise.all([keyDigests(source, batch), keyDigests(target, batch)]);
        for (const [index, key] of batch.entries()) {
          const [there, here] = [theirs[index], ours[index]];
          const difference = there && here && differenceOf(there, here, slackMs);
          if (difference === undefined) continue;
          mismatches++;
          if (sample.length < SAMPLE) sample.push({ database, key: key.toString('latin1'), difference });
        }
      };
      for (const side of [source, target]) {
        for await (const batch of scan(side, options.exceptPrefixes ?? [], seen)) {
          keys += batch.length;
          await compare(batch);
        }
      }
    }
    return { keys, mismatches, sample };
  } finally {
    source.disconnect();
    target.disconnect();
  }
}

/** Undefined where they are equal, or one may just have expired. */
function differenceOf(from: KeyDigest, to: KeyDigest, slackMs: number): string | undefined {
  if (to.type === 'none') return aboutToExpire(from, slackMs) ? undefined : 'is missing';
  if (from.type === 'none') return aboutToExpire(to, slackMs) ? undefined : 'is on the target only';
  if (from.type !== to.type) return `is a ${to.type} instead of a ${from.type}`;
  if (from.digest !== to.digest) return 'has another content';
  if (from.remainingMs < 0 !== to.remainingMs < 0) return `expires ${to.remainingMs < 0 ? 'never' : 'after all'}`;
  return from.remainingMs >= 0 && Math.abs(from.expiresAtMs - to.expiresAtMs) > slackMs
    ? 'expires at another time'
    : undefined;
}

function aboutToExpire({ type, remainingMs }: KeyDigest, slackMs: number): boolean {
  return type === 'none' || (remainingMs >= 0 && remainingMs <= slackMs);
}

async function databasesOf(redis: Redis): Promise<number[]> {
  return [...(await redis.info('keyspace')).matchAll(COUNTED_DATABASES)].map(([, database]) => Number(database));
}

/** Every key that is there all the time and was not seen yet, in batches (SCAN's guarantee). */
async function* scan(redis: Redis, exceptPrefixes: readonly string[], seen: Set<string>): AsyncGenerator<Buffer[]> {
  const prefixes = exceptPrefixes.map((prefix) => Buffer.from(prefix));
  let cursor = '0';
  do {
    const [next, found] = await redis.scanBuffer(cursor, 'COUNT', BATCH);
    cursor = next.toString();
    const wanted = found.filter((key) => {
      const name = key.toString('latin1');
      if (seen.has(name) || prefixes.some((prefix) => key.subarray(0, prefix.length).equals(prefix))) return false;
      seen.add(name);
      return true;
    });
    if (wanted.length > 0) yield wanted;
  } while (cursor !== '0');
}
