import type { GroupOptions } from '../../clients/client-group';
import type { SqlRole } from '../../clients/sql/protocol';
import { SqlLoad } from '../../clients/sql/sql-load';
import type { AudienceOptions } from '../act';
import { groupsOfStopped, HOSTS_OF_A_SERVICE } from '../groups';
import type { DatabaseMigration } from '../migration';
import type { Surroundings } from '../surroundings';
import type { Databases } from './databases';

const HOSTS = 2;

/**
 * The users of the database: a site that reads (over a pool, and over a connection a page) and writes a little, and for
 * every service and program that the migration stops the processes that write most. Who writes from the site is in no list of
 * workloads, and meets the closed door.
 */
export async function startUsers(
  migration: DatabaseMigration,
  databases: Databases,
  surroundings: Surroundings,
  { seed, turnsPerSecond }: AudienceOptions,
): Promise<SqlLoad> {
  const stopped = groupsOfStopped(migration).map(({ name }) => name);
  const writers = stopped.length === 0 ? ['writers'] : stopped;
  const group = (name: string, index: number, share: number, clients: GroupOptions<SqlRole>['clients']) => ({
    name,
    processes: HOSTS,
    localAddresses: surroundings.clientAddresses(index * HOSTS_OF_A_SERVICE, HOSTS_OF_A_SERVICE),
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
    dns: surroundings.dns,
    sides: surroundings.endpoints,
    serverIds: { blue, green },
    credentials: databases.users.application,
    seed,
    groups: [
      group('site', 0, 0.5, { transfer: 2, order: 1, reader: 2, visitor: 3 }),
      ...writers.map((name, index) => group(name, index + 1, 0.5 / writers.length, { transfer: 4, order: 2 })),
    ],
  });
}
