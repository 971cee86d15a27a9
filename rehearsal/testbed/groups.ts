import { namesOf } from '../workloads/facts';
import { type PlacedWorkload, workloadsIn } from '../workloads/kinds';
import type { ClientSource } from './clients/client-sources';
import type { StoppedWorkload } from './migration';

/** Two, as everywhere: a service with one host is down whenever that is. So many hosts have a tag, too. */
export const HOSTS_OF_A_SERVICE = 2;

/** Name of the load's group for a service that the state machine stops. */
export function groupOfService(service: string): string {
  return `service ${service}`;
}

/** Name of the load's group of clients that come by one source; where there is no other, it need not be told apart. */
export function groupOfSource(name: string, source: ClientSource, all: readonly ClientSource[]): string {
  return all.length === 1 ? name : `${name} in ${source.name}`;
}

/** The groups of everything that the migration stops and clients stand for, each with its processes' number of hosts. */
export function groupsOfStopped(workloads: readonly StoppedWorkload[]): readonly { name: string; hosts: number }[] {
  return [
    ...workloadsIn('account', workloads).flatMap(({ workload, kind }) =>
      kind.service === undefined ? [] : [{ name: groupOfService(kind.service(workload)), hosts: HOSTS_OF_A_SERVICE }],
    ),
    ...groupsOnHosts(workloads),
  ];
}

/** Name of the load's group for what runs on hosts: a program under supervisord, a unit under systemd. */
export function groupOnHosts(kind: string, name: string): string {
  return `${kind} ${name}`;
}

/** The groups of everything that the migration stops on hosts, each with as many processes as it has hosts. */
export function groupsOnHosts(workloads: readonly StoppedWorkload[]): readonly { name: string; hosts: number }[] {
  const places = new Map<string, Map<string, number>>();
  for (const placed of workloadsIn('hosts', workloads)) {
    const name = nameOnHosts(placed);
    if (name === undefined) continue;
    const { kind, facts } = placed.workload;
    const group = groupOnHosts(kind, name);
    const ids = namesOf(facts.ids);
    const known = places.get(group) ?? new Map<string, number>();
    known.set(JSON.stringify([ids, facts.tags]), ids.length === 0 ? HOSTS_OF_A_SERVICE : ids.length);
    places.set(group, known);
  }
  return [...places].map(([name, known]) => ({
    name,
    hosts: [...known.values()].reduce((sum, each) => sum + each, 0),
  }));
}

/** What the workload's document is told to stop; undefined where it stops no process. */
export function nameOnHosts({ workload, kind }: PlacedWorkload<'hosts'>): string | undefined {
  const { parameters } = workload.facts;
  if (kind.process === undefined || typeof parameters !== 'object' || parameters === null) return undefined;
  return namesOf(Reflect.get(parameters, kind.process.parameter))[0];
}
