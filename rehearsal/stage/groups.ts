import type { Json } from '../assembly';
import type { ClientSource } from './clients/client-sources';
import type { Migration, StoppedWorkload } from './migration';

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

/** The groups of everything that the migration stops and users stand for, each with its processes' number of hosts. */
export function groupsOfStopped({
  services,
  workloads,
}: Pick<Migration, 'services' | 'workloads'>): readonly { name: string; hosts: number }[] {
  return [
    ...services.map(({ service }) => ({ name: groupOfService(service), hosts: HOSTS_OF_A_SERVICE })),
    ...groupsOnHosts(workloads),
  ];
}

/** Name of the load's group for what runs on hosts: a program under supervisord, a unit under systemd. */
export function groupOnHosts(kind: string, name: string): string {
  return `${kind} ${name}`;
}

/** Kinds of workloads that are processes on hosts, and the parameter of their document that names them. */
const ON_HOSTS: Readonly<Record<string, string>> = { 'supervisor program': 'program', 'systemd unit': 'unit' };

/** The groups of everything that the migration stops on hosts, each with as many processes as it has hosts. */
export function groupsOnHosts(workloads: readonly StoppedWorkload[]): readonly { name: string; hosts: number }[] {
  const places = new Map<string, Map<string, number>>();
  for (const workload of workloads) {
    const name = nameOnHosts(workload);
    if (name === undefined) continue;
    const group = groupOnHosts(workload.kind, name);
    const ids = textsOf(workload.facts.ids);
    const known = places.get(group) ?? new Map<string, number>();
    known.set(JSON.stringify([ids, workload.facts.tags]), ids.length === 0 ? HOSTS_OF_A_SERVICE : ids.length);
    places.set(group, known);
  }
  return [...places].map(([name, known]) => ({
    name,
    hosts: [...known.values()].reduce((sum, each) => sum + each, 0),
  }));
}

/** What the workload's document is told to stop; undefined for other kinds. */
export function nameOnHosts({ kind, facts }: StoppedWorkload): string | undefined {
  const { parameters } = facts;
  const parameter = ON_HOSTS[kind];
  if (parameter === undefined || typeof parameters !== 'object' || parameters === null) return undefined;
  return textsOf((parameters as Readonly<Record<string, Json>>)[parameter])[0];
}

const textsOf = (fact: Json | undefined): readonly string[] => (Array.isArray(fact) ? fact.map(String) : []);
