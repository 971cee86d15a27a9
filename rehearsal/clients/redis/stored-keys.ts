import type Redis from 'ioredis';
import { nowMs } from '../clock';
import { KINDS, type Kind } from './cache-protocol';
import type { Ledger } from './ledger/ledger';
import type { FoundRegister } from './ledger/register-ledger';

/** The keys of a side after the load has stopped. */
export interface StoredKeys {
  readonly registers: ReadonlyMap<string, FoundRegister>;
  /** Job to how often it waits. */
  readonly jobs: ReadonlyMap<string, number>;
  readonly counters: ReadonlyMap<string, number>;
}

const BATCH = 500;

/** Reads everything that was ever written to. */
export async function readStoredKeys(
  redis: Redis,
  ledger: Ledger,
  databases: Readonly<Record<Kind, number>>,
): Promise<StoredKeys> {
  const registers = new Map<string, FoundRegister>();
  for (const kind of KINDS) {
    const keys = ledger.registers.keys().filter((register) => register.kind === kind);
    await redis.select(databases[kind]);
    for (let start = 0; start < keys.length; start += BATCH) {
      const batch = keys.slice(start, start + BATCH);
      const pipeline = redis.pipeline();
      for (const { key, holds } of batch) {
        if (holds === 'hash') pipeline.hget(key, 'id');
        else pipeline.get(key);
        pipeline.pttl(key);
      }
      const answers = await allOf(pipeline.exec());
      for (const [index, { key }] of batch.entries()) {
        const value = answers[2 * index];
        const id = typeof value === 'string' ? (value.split('|', 1)[0] ?? null) : null;
        registers.set(key, { id, expires: answers[2 * index + 1] !== -1, atMs: nowMs() });
      }
    }
  }

  const jobs = new Map<string, number>();
  await redis.select(databases.queue);
  for (const queue of ledger.queues.queues()) {
    for (const job of await redis.lrange(queue, 0, -1)) jobs.set(job, (jobs.get(job) ?? 0) + 1);
  }

  const counters = new Map<string, number>();
  for (const { kind, key } of ledger.counters.keys()) {
    await redis.select(databases[kind]);
    counters.set(key, Number((await redis.get(key)) ?? 0));
  }
  return { registers, jobs, counters };
}

async function allOf(executed: Promise<[Error | null, unknown][] | null>): Promise<unknown[]> {
  return ((await executed) ?? []).map(([error, value]) => {
    if (error) throw error;
    return value;
  });
}
