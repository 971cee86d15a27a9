import { setTimeout as sleep } from 'node:timers/promises';
import { openCache } from '../clients/data/cache-address';
import type { CacheFigures } from '../clients/figures';
import type { SeriesPoint } from '../clients/ledger/latency-series';
import type { Migration } from './migration';
import { Scene, type SceneOptions } from './scene';
import { groupOfService } from './users';

export interface ByHand {
  readonly figures: CacheFigures;
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
export async function byHand(migration: Migration, options: SceneOptions): Promise<ByHand> {
  const scene = await Scene.set(migration, { ...options, faults: () => undefined });
  const startedAt = Date.now();
  try {
    await sleep(WARM_UP_MS);
    for (const { service } of migration.services) await scene.users.group(groupOfService(service)).stop(1);
    await copy(scene);
    await scene.account.changeRecord({ blue: 0, green: 100 });
    await sleep(scene.options.propagationMs + migration.record.ttlSeconds * 1000);
    await restartClients(scene);
    for (const { service } of migration.services) scene.users.group(groupOfService(service)).start();
    await sleep(SETTLE_MS);
    await scene.users.stop();
    const figures = await scene.users.check({ serving: 'green', server: scene.caches.green });
    return { figures, series: scene.users.series(), startedAt };
  } finally {
    await scene.strike();
  }
}

/** SCAN, DUMP, RESTORE, as every copy script on the net does it. */
async function copy({ caches }: Scene): Promise<void> {
  const [source, target] = await Promise.all([openCache(caches.blue), openCache(caches.green)]);
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
async function restartClients({ caches }: Scene): Promise<void> {
  const blue = await openCache(caches.blue);
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
