import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Identifiers } from '../../aws/identifiers';
import type { CommandOutcome, CommandRunner } from '../../aws/ssm/command-invocations';
import type { ManagedInstance } from '../../aws/ssm/managed-instances';
import type { Host, HostProps } from '../../hosts/host';
import type { ProcessHook } from '../../hosts/host-process';
import { Hosts } from '../../hosts/hosts';
import { groupOnHosts, HOSTS_OF_A_SERVICE, nameOnHosts } from '../groups';
import type { StoppedWorkload } from '../migration';
import { namesOf } from '../workload-standing';
import { OwnCommands } from './own-commands';

/** A workload that runs on hosts, as its states know it. */
interface HostWorkload {
  readonly id: string;
  readonly kind: string;
  readonly document: string;
  /** The program or unit. */
  readonly name: string;
  readonly ids: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

const PROGRAM = 'supervisor program';
const UNIT = 'systemd unit';
const COMMAND = 'command';

/** The instances on which each group runs now. */
type Running = Map<string, Set<string>>;

/** Starts and stops the users that a program or a unit stands for. Resolves when so many run. */
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
    const workloads = stopped.filter(({ kind }) => [PROGRAM, UNIT, COMMAND].includes(kind)).map(read);
    const running: Running = new Map();
    const hosts = await Hosts.start(
      instancesOf(workloads, ids).map((instance) => hostOf(instance, workloads, running, scale)),
    );
    const commands = new OwnCommands(workloads.filter(({ kind }) => kind === COMMAND).map(({ document }) => document));
    return new WorkloadHosts(workloads, hosts, running, commands);
  }

  get instances(): readonly ManagedInstance[] {
    return this.hosts.instances;
  }

  readonly run: CommandRunner = (order, signal): Promise<CommandOutcome> =>
    this.commands.has(order.documentName) ? this.commands.run(order) : this.hosts.run(order, signal);

  /** Where each workload runs, and how it would be started again. */
  standing(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.workloads.map((workload) => [
        `${workload.kind} ${workload.id}`,
        this.hosts.all
          .filter(({ instance }) => isOn(workload, instance))
          .map((host) => `${host.instance.instanceId} ${this.howItIs(workload, host)}`)
          .join(', '),
      ]),
    );
  }

  stop(): Promise<void> {
    return this.hosts.stop();
  }

  private howItIs({ kind, name, document }: HostWorkload, { root, instance }: Host): string {
    if (kind === COMMAND) return this.commands.isStopped(document, instance.instanceId) ? 'stopped' : 'running';
    const state = this.running.get(groupOnHosts(kind, name))?.has(instance.instanceId) ? 'running' : 'stopped';
    if (kind === UNIT) return isChanged(root, name) ? `${state}, changed` : state;
    const file = readFileSync(join(root, 'etc/supervisor/conf.d', `${name}.conf`), 'utf8');
    return `${state} with ${file.match(/^auto(re)?start=.*$/gm)?.join(' ')}`;
  }
}

function read(workload: StoppedWorkload): HostWorkload {
  const { id, kind, facts } = workload;
  const { tags } = facts;
  return {
    id,
    kind,
    name: nameOnHosts(workload) ?? id,
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
  const here = workloads.filter((workload) => isOn(workload, instance));
  const process = (kind: string, name: string): ProcessHook => {
    const group = groupOnHosts(kind, name);
    const hosts = running.get(group) ?? new Set<string>();
    running.set(group, hosts);
    const set = async (runs: boolean) => {
      if (runs) hosts.add(instance.instanceId);
      else hosts.delete(instance.instanceId);
      await scale(group, hosts.size);
    };
    return { start: () => set(true), stop: () => set(false) };
  };
  // Two workloads may stop the same program.
  const namesOfKind = (kind: string) => [...new Set(here.filter((each) => each.kind === kind).map(({ name }) => name))];
  return {
    instance,
    programs: namesOfKind(PROGRAM).map((name) => ({ name, process: process(PROGRAM, name) })),
    units: namesOfKind(UNIT).map((name) => ({
      name: unitName(name),
      process: process(UNIT, name),
      restart: 'always' as const,
    })),
    // Users that cannot be stopped are a fault of the rehearsal itself.
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

/** A service, where nothing else is said. */
const unitName = (unit: string) => (/\.[a-z]+$/.test(unit) ? unit : `${unit}.service`);

/** Whether the unit has drop-ins, of which it had none. */
const isChanged = (root: string, unit: string) => existsSync(join(root, 'etc/systemd/system', `${unitName(unit)}.d`));

const isObject = (value: unknown): value is Readonly<Record<string, never>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
