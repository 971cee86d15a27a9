import type { GroupOptions } from '../../clients/client-group';
import type { SqlRole } from '../../clients/sql/protocol';
import { SqlLoad } from '../../clients/sql/sql-load';
import { type ClientSource, inTurn } from '../clients/client-sources';
import { groupOfSource, groupsOfStopped } from '../groups';
import type { DatabaseMigration } from '../migration';
import type { LoadSettings } from '../system-under-test';
import type { TestbedNetwork } from '../testbed-network';
import type { Databases } from './databases';

const HOSTS = 2;

/**
 * The clients of the database: of every source that blue lets in, a site that reads (over a pool, and over a connection a page) and writes a little, and for
 * every service and program that the migration stops the processes that write most. Who writes from the site is in no list of
 * workloads, and is refused.
 */
export async function startClients(
  migration: DatabaseMigration,
  databases: Databases,
  network: TestbedNetwork,
  { seed, turnsPerSecond }: LoadSettings,
): Promise<SqlLoad> {
  const stopped = groupsOfStopped(migration.workloads).map(({ name }) => name);
  const writers = stopped.length === 0 ? ['writers'] : stopped;
  const { sources } = network;
  const group = (name: string, source: ClientSource, share: number, clients: GroupOptions<SqlRole>['clients']) => ({
    name,
    processes: HOSTS,
    localAddresses: network.hostsOf(source, HOSTS),
    clients,
    turnsPerSecond: turnsPerSecond * share,
  });
  const [blue, green] = await Promise.all([databases.serverId('blue'), databases.serverId('green')]);
  return SqlLoad.start({
    engine: databases.blue.engine,
    // RDS gives green blue's own name.
    recordName: migration.record?.name ?? migration.configuration.blue.host,
    ...(migration.readerRecord !== undefined && { readerName: migration.readerRecord.name }),
    port: migration.sides.blue.port,
    dns: network.dns,
    sides: network.endpoints,
    serverIds: { blue, green },
    credentials: databases.accounts.application,
    seed,
    groups: [
      ...sources.map((source) =>
        group(groupOfSource('site', source, sources), source, 0.5 / sources.length, {
          transfer: 2,
          order: 1,
          reader: 2,
          visitor: 3,
        }),
      ),
      ...writers.map((name, index) =>
        group(name, inTurn(sources, index), 0.5 / writers.length, { transfer: 4, order: 2 }),
      ),
    ],
  });
}
