import type { Consistency } from '../../agent/contract';
import { CacheLoad } from '../clients/cache-load';
import type { Role } from '../clients/cache-protocol';
import type { GroupOptions } from '../clients/client-group';
import type { Migration } from './migration';
import type { Surroundings } from './surroundings';

export interface UsersOptions {
  readonly seed: string;
  /** Of all users together. */
  readonly turnsPerSecond: number;
}

/** Hosts of a service that keeps a lock so that no job runs twice: two, as everywhere. */
const WATCHERS = 2;

const WEB_CLIENTS = { session: 4, profile: 2, cache: 3, counter: 2, producer: 1 };

/**
 * What web applications do, as far as it fits what was promised. Only FENCED promises that a lock has one holder; its
 * holders here are in no list of workloads, and meet the closed door.
 */
const WEB: Readonly<Record<Consistency, GroupOptions<Role>['clients']>> = {
  COLD: { cache: 10 },
  LIVE: WEB_CLIENTS,
  FENCED: { ...WEB_CLIENTS, lock: 1 },
};

/** Name of the load's group for a service that the state machine stops. */
export function groupOfService(service: string): string {
  return `service ${service}`;
}

/**
 * The users of the cache: web applications with sessions and caches, producers of jobs, and for every service that the
 * migration stops the processes that work on the jobs under a lock.
 */
export async function startUsers(
  migration: Migration,
  surroundings: Surroundings,
  { seed, turnsPerSecond }: UsersOptions,
): Promise<CacheLoad> {
  const services = migration.services.length === 0 ? ['workers'] : migration.services.map(({ service }) => service);
  const address = (side: 'blue' | 'green') => ({
    host: surroundings.address(side),
    port: migration.sides[side].endpoint.port,
  });
  const { consistency } = migration.configuration;
  const web: GroupOptions<Role> = {
    name: 'web',
    processes: 2,
    localAddresses: surroundings.clientAddresses(0, 2),
    clients: WEB[consistency],
    turnsPerSecond: turnsPerSecond * 0.8,
  };
  return CacheLoad.start({
    recordName: migration.record.name,
    port: migration.sides.blue.endpoint.port,
    dns: surroundings.dns,
    sides: { blue: address('blue'), green: address('green') },
    seed,
    groups: [
      web,
      ...services.map(
        (service, index): GroupOptions<Role> => ({
          name: groupOfService(service),
          processes: WATCHERS,
          localAddresses: surroundings.clientAddresses(2 + index * WATCHERS, WATCHERS),
          clients: consistency === 'COLD' ? { cache: 3 } : { lock: 2, consumer: 1 },
          turnsPerSecond: (turnsPerSecond * 0.2) / services.length,
        }),
      ),
    ],
  });
}
