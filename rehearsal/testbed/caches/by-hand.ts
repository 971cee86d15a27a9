import { setTimeout as sleep } from 'node:timers/promises';
import type { SeriesPoint } from '../../clients/ledger/latency-series';
import { openCache } from '../../clients/redis/data/cache-address';
import type { ClientFigures } from '../../report/result';
import { groupsOfStopped } from '../groups';
import type { CacheMigration } from '../migration';
import { Testbed, type TestbedOptions } from '../testbed';
import { CacheUnderTest } from './cache-under-test';
import type { Caches, CachesOptions } from './caches';

export interface ByHand {
  readonly figures: ClientFigures;
  readonly series: readonly SeriesPoint[];
  readonly startedAt: number;
}

/** Keys read and written at a time. */
const BATCH = 500;
const WARM_UP_MS = 2_000;
const SETTLE_MS = 3_000;
const BETWEEN_HOSTS_MS = 500;

/**
 * The switch as teams do it by hand: stop one of the two watchers, copy, flip the record, wait for the TTL, and close
 * what is left on the old side, host by host. The same load, the same engines, the same checks.
 */
export async function byHand(migration: CacheMigration, options: TestbedOptions & CachesOptions): Promise<ByHand> {
  const system = await CacheUnderTest.start(migration, options);
  const testbed = await Testbed.start(migration, system, { ...options, faults: () => undefined });
  const { clients } = testbed.load;
  const startedAt = Date.now();
  try {
    await sleep(WARM_UP_MS);
    for (const { name } of groupsOfStopped(migration.workloads)) await clients.group(name).stop(1);
    await copy(system.servers);
    await testbed.account.changeRecord({ blue: 0, green: 100 }, migration.record);
    await sleep(testbed.options.propagationMs + migration.record.ttlSeconds * 1000);
    await restartClients(system.servers);
    for (const { name } of groupsOfStopped(migration.workloads)) clients.group(name).start();
    await sleep(SETTLE_MS);
    await clients.stop();
    const figures = await testbed.load.judge('green', [], startedAt);
    return { figures, series: clients.series(), startedAt };
  } finally {
    await testbed.stop();
  }
}

/** SCAN, DUMP, RESTORE, as every copy script on the net does it. */
async function copy(caches: Caches): Promise<void> {
  const [source, target] = await Promise.all([openCache(caches.address('blue')), openCache(caches.address('green'))]);
  try {
    const keyspace = await source.info('keyspace');
    for (const [, database = '0'] of keyspace.matchAll(/^db(\d+):/gm)) {
      await Promise.all([source.select(Number(database)), target.select(Number(database))]);
      let cursor = '0';
      do {
        const [next, keys] = await source.scanBuffer(cursor, 'COUNT', BATCH);
        cursor = next.toString();
        const reads = source.pipeline();
        for (const key of keys) reads.dumpBuffer(key).pttl(key);
        const read = (await reads.exec()) ?? [];
        const writes = target.pipeline();
        keys.forEach((key, index) => {
          const payload = read[index * 2]?.[1];
          const expiry = Number(read[index * 2 + 1]?.[1]);
          if (payload instanceof Buffer) writes.restore(key, Math.max(0, expiry), payload, 'REPLACE');
        });
        await writes.exec();
      } while (cursor !== '0');
    }
  } finally {
    source.disconnect();
    target.disconnect();
  }
}

/** Connections outlive the name: somebody restarts the hosts that CLIENT LIST still shows on the old side, one by one. */
async function restartClients(caches: Caches): Promise<void> {
  const blue = await openCache(caches.address('blue'));
  try {
    const listed = String(await blue.call('CLIENT', 'LIST'));
    const own = String(await blue.call('CLIENT', 'ID'));
    const byHost = new Map<string, string[]>();
    for (const [, id = '', host = ''] of listed.matchAll(/^id=(\d+) addr=([^:]+):/gm)) {
      if (id !== own) byHost.set(host, [...(byHost.get(host) ?? []), id]);
    }
    for (const ids of byHost.values()) {
      for (const id of ids) await blue.call('CLIENT', 'KILL', 'ID', id);
      await sleep(BETWEEN_HOSTS_MS);
    }
  } finally {
    blue.disconnect();
  }
}
