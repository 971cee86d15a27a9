import type { Consistency } from '../../../contract/cache';
import type { GroupOptions } from '../../clients/client-group';
import { CacheLoad } from '../../clients/redis/cache-load';
import type { Role } from '../../clients/redis/cache-protocol';
import { inTurn } from '../clients/client-sources';
import { groupOfService, groupOfSource, groupsOfStopped, HOSTS_OF_A_SERVICE } from '../groups';
import type { CacheMigration } from '../migration';
import type { LoadSettings } from '../system-under-test';
import type { TestbedNetwork } from '../testbed-network';
import type { Caches } from './caches';

const WEB_HOSTS = 2;
const WEB_CLIENTS = { session: 4, profile: 2, cache: 3, counter: 2, producer: 1 };

/**
 * What web applications do, as far as it fits what was promised. Only FENCED promises that a lock has one holder; its
 * holders here are in no list of workloads, and are refused.
 */
const WEB: Readonly<Record<Consistency, GroupOptions<Role>['clients']>> = {
  COLD: { cache: 10 },
  LIVE: WEB_CLIENTS,
  FENCED: { ...WEB_CLIENTS, lock: 1 },
};

/**
 * The clients of the cache: of every source that blue lets in, web applications with sessions and caches, producers of
 * jobs; and for every service and program that the migration stops the processes that work on the jobs under a lock.
 */
export async function startClients(
  migration: CacheMigration,
  { forClients }: Caches,
  network: TestbedNetwork,
  { seed, turnsPerSecond }: LoadSettings,
): Promise<CacheLoad> {
  const stopped = groupsOfStopped(migration.workloads);
  const workers = stopped.length === 0 ? [{ name: groupOfService('workers'), hosts: HOSTS_OF_A_SERVICE }] : stopped;
  const { consistency } = migration.configuration;
  const { sources } = network;
  const web = sources.map(
    (source): GroupOptions<Role> => ({
      name: groupOfSource('web', source, sources),
      processes: WEB_HOSTS,
      localAddresses: network.hostsOf(source, WEB_HOSTS),
      clients: WEB[consistency],
      turnsPerSecond: (turnsPerSecond * 0.8) / sources.length,
    }),
  );
  return CacheLoad.start({
    recordName: migration.record.name,
    port: migration.sides.blue.port,
    dns: network.dns,
    ...forClients,
    sides: network.endpoints,
    ...network.relayEndpoint,
    seed,
    groups: [
      ...web,
      ...workers.map(
        ({ name, hosts }, index): GroupOptions<Role> => ({
          name,
          processes: hosts,
          localAddresses: network.hostsOf(inTurn(sources, index), hosts),
          clients: consistency === 'COLD' ? { cache: 3 } : { lock: 2, consumer: 1 },
          turnsPerSecond: (turnsPerSecond * 0.2) / workers.length,
        }),
      ),
    ],
  });
}
