import type { GroupOptions } from '../../clients/client-group';
import { MemcachedLoad } from '../../clients/memcached/memcached-load';
import type { MemcachedRole } from '../../clients/memcached/memcached-protocol';
import { inTurn } from '../clients/client-sources';
import { groupOfService, groupOfSource, groupsOfStopped, HOSTS_OF_A_SERVICE } from '../groups';
import type { MemcachedMigration } from '../migration';
import type { LoadSettings } from '../system-under-test';
import type { TestbedNetwork } from '../testbed-network';

const WEB_HOSTS = 2;
/** What a busy minute asks for: enough that green is seen to fill itself. */
const MAX_PAGES = 1_000;

/** The clients of the pages: web applications of every source that blue lets in, and anyone who is stopped for the switch. */
export async function startClients(
  migration: MemcachedMigration,
  network: TestbedNetwork,
  { seed, turnsPerSecond, pages }: LoadSettings & { readonly pages: number },
): Promise<MemcachedLoad> {
  const stopped = groupsOfStopped(migration.workloads);
  const workers = stopped.length === 0 ? [{ name: groupOfService('workers'), hosts: HOSTS_OF_A_SERVICE }] : stopped;
  const { sources } = network;
  return MemcachedLoad.start({
    recordName: migration.record.name,
    port: migration.sides.blue.port,
    dns: network.dns,
    sides: network.endpoints,
    seed,
    pages: Math.max(1, Math.min(pages, MAX_PAGES)),
    groups: [
      ...sources.map(
        (source): GroupOptions<MemcachedRole> => ({
          name: groupOfSource('web', source, sources),
          processes: WEB_HOSTS,
          localAddresses: network.hostsOf(source, WEB_HOSTS),
          clients: { page: 5 },
          turnsPerSecond: (turnsPerSecond * 0.8) / sources.length,
        }),
      ),
      ...workers.map(
        ({ name, hosts }, index): GroupOptions<MemcachedRole> => ({
          name,
          processes: hosts,
          localAddresses: network.hostsOf(inTurn(sources, index), hosts),
          clients: { page: 3 },
          turnsPerSecond: (turnsPerSecond * 0.2) / workers.length,
        }),
      ),
    ],
  });
}
