import type { Identifiers } from '../../aws/identifiers';
import type { CommandOutcome, CommandRunner } from '../../aws/ssm/command-invocations';
import type { ManagedInstance } from '../../aws/ssm/managed-instances';
import type { Host, HostProps } from '../../hosts/host';
import { Hosts } from '../../hosts/hosts';
import { namesOf } from '../../workloads/facts';
import { observedStates, type PlacedWorkload, workloadsIn } from '../../workloads/kinds';
import { groupOnHosts, HOSTS_OF_A_SERVICE, nameOnHosts } from '../groups';
import type { StoppedWorkload } from '../migration';
import { OwnCommands } from './own-commands';

/** A workload that runs on hosts, as its states know it. */
interface HostWorkload extends PlacedWorkload<'hosts'> {
  /** Of the clients that run with it. */
  readonly group: string;
  readonly document: string;
  /** The program or unit. */
  readonly name: string;
  readonly ids: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** The instances on which each group runs now. */
type Running = Map<string, Set<string>>;

/** Starts and stops the clients that a program or a unit stands for. Resolves when so many run. */
export type ScaleGroup = (group: string, running: number) => Promise<void>;

/** The managed instances that a migration's workloads run on: where commands find what they stop. */
export class WorkloadHosts {
  private constructor(
    private readonly workloads: readonly HostWorkload[],
    private readonly hosts: Hosts,
    private readonly running: Running,
    private readonly commands: OwnCommands,
  ) {}

  static async start(stopped: readonly StoppedWorkload[], ids: Identifiers, scale: ScaleGroup): Promise<WorkloadHosts> {
    const workloads = workloadsIn('hosts', stopped).map(read);
    const running: Running = new Map();
    const hosts = await Hosts.start(
      instancesOf(workloads, ids).map((instance) => hostOf(instance, workloads, running, scale)),
    );
    const own = workloads.filter(({ kind }) => kind.process === undefined);
    const commands = new OwnCommands(own.map(({ document }) => document));
    return new WorkloadHosts(workloads, hosts, running, commands);
  }

  get instances(): readonly ManagedInstance[] {
    return this.hosts.instances;
  }

  readonly run: CommandRunner = (order, signal): Promise<CommandOutcome> =>
    this.commands.has(order.documentName) ? this.commands.run(order) : this.hosts.run(order, signal);

  /** Where each workload runs, and how it would be started again. */
  observe(): Readonly<Record<string, string>> {
    return observedStates(this.workloads, (workload) =>
      this.hosts.all
        .filter(({ instance }) => isOn(workload, instance))
        .map((host) => `${host.instance.instanceId} ${this.stateOn(workload, host)}`)
        .join(', '),
    );
  }

  stop(): Promise<void> {
    return this.hosts.stop();
  }

  private stateOn({ kind, name, group, document }: HostWorkload, { root, instance: { instanceId } }: Host): string {
    const runs =
      kind.process === undefined
        ? !this.commands.isStopped(document, instanceId)
        : this.running.get(group)?.has(instanceId) === true;
    return kind.observe(runs ? 'running' : 'stopped', name, root);
  }
}

function read(placed: PlacedWorkload<'hosts'>): HostWorkload {
  const { id, kind, facts } = placed.workload;
  const { tags } = facts;
  const name = nameOnHosts(placed) ?? id;
  return {
    ...placed,
    name,
    group: groupOnHosts(kind, name),
    document: String(facts.document),
    ids: namesOf(facts.ids),
    tags: Object.fromEntries(Object.entries(isObject(tags) ? tags : {}).map(([tag, value]) => [tag, String(value)])),
  };
}

/** Each instance that is named, and two of every set of tags. */
function instancesOf(workloads: readonly HostWorkload[], ids: Identifiers): readonly ManagedInstance[] {
  const named = [...new Set(workloads.flatMap((workload) => workload.ids))];
  const tags = new Map(
    workloads.filter((workload) => workload.ids.length === 0).map((each) => [JSON.stringify(each.tags), each.tags]),
  );
  return [
    ...named.map((instanceId) => ({ instanceId, tags: {} })),
    ...[...tags.values()].flatMap((each) =>
      Array.from({ length: HOSTS_OF_A_SERVICE }, () => ({ instanceId: `i-0${ids.hex(16)}`, tags: each })),
    ),
  ];
}

function hostOf(
  instance: ManagedInstance,
  workloads: readonly HostWorkload[],
  running: Running,
  scale: ScaleGroup,
): HostProps {
  // Two workloads may stop the same program.
  const here = new Map(workloads.filter((each) => isOn(each, instance)).map((each) => [each.group, each]));
  const processes = [...here].flatMap(([group, { kind, name }]) => {
    if (kind.process === undefined) return [];
    const hosts = running.get(group) ?? new Set<string>();
    running.set(group, hosts);
    const set = async (runs: boolean) => {
      if (runs) hosts.add(instance.instanceId);
      else hosts.delete(instance.instanceId);
      await scale(group, hosts.size);
    };
    return [kind.process.on(name, { start: () => set(true), stop: () => set(false) })];
  });
  return {
    instance,
    programs: processes.flatMap(({ programs = [] }) => programs),
    units: processes.flatMap(({ units = [] }) => units),
    // Clients that cannot be stopped are a fault of the rehearsal itself.
    onFault: (fault) => {
      throw fault;
    },
  };
}

/** A host with more tags than a workload asks for has the workload, too. */
function isOn({ ids, tags }: HostWorkload, instance: ManagedInstance): boolean {
  return ids.length > 0
    ? ids.includes(instance.instanceId)
    : Object.entries(tags).every(([tag, value]) => instance.tags[tag] === value);
}

const isObject = (value: unknown): value is Readonly<Record<string, never>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
