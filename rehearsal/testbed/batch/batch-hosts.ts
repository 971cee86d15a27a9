import { chown, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Dialect } from '../../../cron/dialect';
import type { CommandRunner } from '../../aws/ssm/command-invocations';
import type { ManagedInstance, ManagedInstances } from '../../aws/ssm/managed-instances';
import { amazonLinuxTools, NODE } from '../../hosts/isolated/amazon-linux-tools';
import { installedCron } from '../../hosts/isolated/crons';
import type { HostsClock } from '../../hosts/isolated/hosts-clock';
import { HOST_PATH, IsolatedHost } from '../../hosts/isolated/isolated-host';
import type { HostUser } from '../../hosts/isolated/root-folder';
import { SsmAgent } from '../../hosts/ssm-agent';
import { OUTSIDE } from './side-effects';

export type BatchSide = 'blue' | 'green';

/** A crontab of the old host, or a script that it starts. */
export interface HostFile {
  readonly path: string;
  readonly text: string;
  /** @default root */
  readonly owner?: string;
  /** @default 0o644 */
  readonly mode?: number;
}

export interface BatchHostsProps {
  readonly clock: HostsClock;
  readonly timeZone: string;
  /** Where scripts of both hosts leave what they do. */
  readonly outside: string;
  readonly blue: {
    readonly instanceId: string;
    readonly cron: Dialect;
    readonly users: readonly HostUser[];
    readonly files: readonly HostFile[];
    /** Programs of /usr/bin and /usr/sbin, in the place of the machine's. */
    readonly programs: Readonly<Record<string, string>>;
    readonly tags: Readonly<Record<string, string>>;
  };
  readonly green: {
    readonly instanceId: string;
    /** Assets of the deploy. */
    readonly mounts: Readonly<Record<string, string>>;
    /** Where AWS is, for its programs. */
    readonly environment: Readonly<Record<string, string>>;
    readonly tools: Readonly<Record<string, string>>;
  };
}

interface Place {
  readonly instance: ManagedInstance;
  readonly host: IsolatedHost;
  readonly agent: SsmAgent;
}

/** The old server with its crontabs and the batch host, each a host of its own, reached by Systems Manager alone. */
export class BatchHosts {
  private constructor(private readonly places: Readonly<Record<BatchSide, Place>>) {}

  /** Resolves when both are up and blue's cron runs. */
  static async start(props: BatchHostsProps): Promise<BatchHosts> {
    const blue = await startBlue(props);
    try {
      const green = await startGreen(props);
      return new BatchHosts({
        blue: placeOf(blue, props.blue.instanceId, props.clock),
        green: placeOf(green, props.green.instanceId, props.clock),
      });
    } catch (error) {
      await blue.remove();
      throw error;
    }
  }

  get instances(): readonly ManagedInstance[] {
    return Object.values(this.places).map(({ instance }) => instance);
  }

  host(side: BatchSide): IsolatedHost {
    return this.places[side].host;
  }

  /** Carries out a command on the host that it is for. A host that dies meanwhile answers nothing. */
  readonly run: CommandRunner = async (order, signal) => {
    const place = Object.values(this.places).find(({ instance }) => instance.instanceId === order.instance.instanceId);
    if (place === undefined) throw new Error(`The rehearsal has no host ${order.instance.instanceId}.`);
    const { boots } = place.host;
    const outcome = await place.agent.run(order, signal);
    if (place.host.boots !== boots || !place.host.isUp) throw new Error(`The host ${place.host.name} died meanwhile.`);
    return outcome;
  };

  /** The power of a host goes: Systems Manager reaches it no more. */
  async kill(side: BatchSide, managed: ManagedInstances): Promise<void> {
    const { host, instance } = this.places[side];
    managed.setOnline(instance.instanceId, false);
    await host.kill();
  }

  /** It comes back with its disk, and its cron starts with it. */
  async boot(side: BatchSide, managed: ManagedInstances): Promise<void> {
    const { host, instance } = this.places[side];
    await host.boot();
    await startCron(host);
    managed.setOnline(instance.instanceId, true);
  }

  async remove(): Promise<void> {
    for (const { agent, host } of Object.values(this.places)) {
      agent.stop();
      await host.remove();
    }
  }
}

async function startBlue({ clock, timeZone, outside, blue }: BatchHostsProps): Promise<IsolatedHost> {
  const cron = await installedCron(blue.cron);
  const host = await IsolatedHost.start({
    hostname: 'blue',
    timeZone,
    users: blue.users,
    clock,
    mounts: { ...cron.mounts, [outside]: OUTSIDE },
    tools: cron.tools,
    programs: blue.programs,
  });
  try {
    for (const file of blue.files) await put(host, file, blue.users);
    await startCron(host);
    return host;
  } catch (error) {
    await host.remove();
    throw error;
  }
}

/** As EC2 starts it: what the app says is there only when the association has run. */
async function startGreen({ clock, outside, green }: BatchHostsProps): Promise<IsolatedHost> {
  const cron = await installedCron('cronie');
  const tools = { ...amazonLinuxTools(green.environment), ...green.tools, ...cron.tools };
  return IsolatedHost.start({
    hostname: 'green',
    timeZone: 'UTC',
    users: [],
    clock,
    mounts: { ...cron.mounts, ...green.mounts, [process.execPath]: NODE, [outside]: OUTSIDE },
    tools,
  });
}

async function startCron(host: IsolatedHost): Promise<void> {
  const { status, stderr } = await host.run(['crond']);
  if (status !== 0) throw new Error(`cron cannot be started on ${host.name}: ${stderr.trim()}`);
}

async function put(host: IsolatedHost, { path, text, owner, mode = 0o644 }: HostFile, users: readonly HostUser[]) {
  const file = host.path(path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { mode });
  const uid = users.find(({ name }) => name === owner)?.uid;
  if (uid !== undefined) await chown(file, uid, uid);
}

function placeOf(host: IsolatedHost, instanceId: string, clock: HostsClock): Place {
  const agent = new SsmAgent({
    folder: host.path('var/lib/amazon/ssm'),
    seenAs: '/var/lib/amazon/ssm',
    workingDirectory: '/',
    environment: { PATH: HOST_PATH, HOME: '/root', LC_ALL: 'C' },
    entrance: () => host.entrance,
    clock,
  });
  return { instance: { instanceId, tags: {} }, host, agent };
}
