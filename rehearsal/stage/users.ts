import type { GroupOptions } from '../clients/client-group';
import { Load } from '../clients/load';
import type { Migration } from './migration';
import type { Surroundings } from './surroundings';

export interface UsersOptions {
  readonly seed: string;
  /** Of all users together. */
  readonly turnsPerSecond: number;
}

/** Hosts of a service that keeps a lock so that no job runs twice: two, as everywhere. */
const WATCHERS = 2;

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
): Promise<Load> {
  const services = migration.services.length === 0 ? ['workers'] : migration.services.map(({ service }) => service);
  const address = (side: 'blue' | 'green') => ({
    host: surroundings.address(side),
    port: migration.sides[side].endpoint.port,
  });
  // Only FENCED promises that a lock has one holder. These are in no list of workloads: they meet the closed door.
  const fenced = migration.configuration.consistency === 'FENCED';
  const web: GroupOptions = {
    name: 'web',
    processes: 2,
    localAddresses: surroundings.clientAddresses(0, 2),
    clients: { session: 4, profile: 2, cache: 3, counter: 2, producer: 1, ...(fenced && { lock: 1 }) },
    turnsPerSecond: turnsPerSecond * 0.8,
  };
  return Load.start({
    recordName: migration.record.name,
    port: migration.sides.blue.endpoint.port,
    dns: surroundings.dns,
    sides: { blue: address('blue'), green: address('green') },
    seed,
    groups: [
      web,
      ...services.map(
        (service, index): GroupOptions => ({
          name: groupOfService(service),
          processes: WATCHERS,
          localAddresses: surroundings.clientAddresses(2 + index * WATCHERS, WATCHERS),
          clients: { lock: 2, consumer: 1 },
          turnsPerSecond: (turnsPerSecond * 0.2) / services.length,
        }),
      ),
    ],
  });
}
