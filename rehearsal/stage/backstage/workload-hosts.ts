import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Identifiers } from '../../aws/identifiers';
import type { CommandOutcome, CommandRunner } from '../../aws/ssm/command-invocations';
import type { ManagedInstance } from '../../aws/ssm/managed-instances';
import type { Host, HostProps } from '../../hosts/host';
import type { ProcessHook } from '../../hosts/host-process';
import { Hosts } from '../../hosts/hosts';
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

/** Hosts of a tag where the assembly says no number: one of them may go on while the other is stopped. */
const HOSTS_OF_A_TAG = 2;

/** The managed instances that a migration's workloads run on: where commands find what they stop. */
export class WorkloadHosts {
  private constructor(
    private readonly workloads: readonly HostWorkload[],
    private readonly hosts: Hosts,
    private readonly running: ReadonlyMap<string, boolean>,
    private readonly commands: OwnCommands,
  ) {}

  static async start(stopped: readonly StoppedWorkload[], ids: Identifiers): Promise<WorkloadHosts> {
    const workloads = stopped.filter(({ kind }) => [PROGRAM, UNIT, COMMAND].includes(kind)).map(read);
    const running = new Map<string, boolean>();
    const hosts = await Hosts.start(
      instancesOf(workloads, ids).map((instance) => hostOf(instance, workloads, running)),
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
    const state = this.running.get(key(instance, name)) === true ? 'running' : 'stopped';
    if (kind !== PROGRAM) return state;
    const file = readFileSync(join(root, 'etc/supervisor/conf.d', `${name}.conf`), 'utf8');
    return `${state} with ${file.match(/^auto(re)?start=.*$/gm)?.join(' ')}`;
  }
}

function read({ id, kind, facts }: StoppedWorkload): HostWorkload {
  const { parameters, tags } = facts;
  const given = isObject(parameters) ? parameters : {};
  const [name = id] = namesOf(given.program ?? given.unit ?? null);
  return {
    id,
    kind,
    name,
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
      Array.from({ length: HOSTS_OF_A_TAG }, () => ({ instanceId: `i-0${ids.hex(16)}`, tags: each })),
    ),
  ];
}

function hostOf(
  instance: ManagedInstance,
  workloads: readonly HostWorkload[],
  running: Map<string, boolean>,
): HostProps {
  const here = workloads.filter((workload) => isOn(workload, instance));
  const process = (name: string): ProcessHook => ({
    start: () => void running.set(key(instance, name), true),
    stop: () => void running.set(key(instance, name), false),
  });
  // Two workloads may stop the same program.
  const namesOfKind = (kind: string) => [...new Set(here.filter((each) => each.kind === kind).map(({ name }) => name))];
  return {
    instance,
    programs: namesOfKind(PROGRAM).map((name) => ({ name, process: process(name) })),
    units: namesOfKind(UNIT).map((unit) => {
      const name = /\.[a-z]+$/.test(unit) ? unit : `${unit}.service`;
      return { name, process: process(unit), restart: 'always' as const };
    }),
    // The hooks above only remember; nothing of them can fail.
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

const key = ({ instanceId }: ManagedInstance, name: string) => `${instanceId} ${name}`;

const isObject = (value: unknown): value is Readonly<Record<string, never>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
