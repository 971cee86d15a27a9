import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { childrenOf } from '../../engines/child-processes';
import { endWithProcess } from '../../engines/left-behind';
import { parentDeathGuard } from '../../engines/parent-death';
import { BOOT_SCRIPT, IS_UP } from './boot-script';
import { clockLibrary } from './clock-library';
import type { HostsClock } from './hosts-clock';
import { whyNotIsolated } from './isolation';
import { type RootFolderProps, writeDisk } from './root-folder';

export interface IsolatedHostProps extends RootFolderProps {
  readonly clock: HostsClock;
  /** Paths of the machine, each where the host has it. */
  readonly mounts: Readonly<Record<string, string>>;
  /** Programs of /usr/local/bin, by name: what a real host has of its distribution and of AWS. */
  readonly tools: Readonly<Record<string, string>>;
  /** Programs of /usr/bin and /usr/sbin in the place of the machine's, by name. @default - the machine's */
  readonly programs?: Readonly<Record<string, string>>;
}

/** What a command has ended with. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A host of its own on this machine: processes, users, /etc, /var and clock are its own, the programs of /usr are the
 * machine's. Nothing in it reaches the machine's files, and its disk outlives it.
 */
export class IsolatedHost {
  /** How often it was started. */
  boots = 0;
  private init?: { readonly outer: ChildProcess; readonly pid: number; readonly release: () => void };

  private constructor(
    private readonly props: IsolatedHostProps,
    private readonly folder: string,
  ) {}

  /** Resolves when it is up. @throws Error, one sentence, where this machine cannot run such hosts */
  static async start(props: IsolatedHostProps): Promise<IsolatedHost> {
    const why = await whyNotIsolated();
    if (why !== undefined) throw new Error(why);
    const host = new IsolatedHost(props, await mkdtemp(join(tmpdir(), 'batch-host-')));
    try {
      await host.install();
      await host.boot();
      return host;
    } catch (error) {
      await host.remove();
      throw error;
    }
  }

  get name(): string {
    return this.props.hostname;
  }

  get isUp(): boolean {
    return this.init !== undefined;
  }

  /** Where a file of the host's disk is on the machine. */
  path(file: string): string {
    return join(this.folder, 'disk', file);
  }

  /** How to start a program in the host: what its words are put behind. @throws Error where it is down */
  get entrance(): readonly string[] {
    if (this.init === undefined) throw new Error(`The host ${this.name} is down.`);
    const namespaces = ['--mount', '--pid', '--uts', '--ipc', '--root', '--wd'];
    return ['nsenter', '--target', String(this.init.pid), ...namespaces, '--'];
  }

  /** A program of the host, as root, with what every login has. */
  spawn(words: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
    const [file = '', ...args] = [...this.entrance, ...words];
    return spawn(file, args, {
      env: { PATH: HOST_PATH, HOME: '/root', LC_ALL: 'C', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
  }

  async run(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const child = this.spawn(words, environment);
    const streams = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        streams[name] += text;
      });
    }
    const [status] = await once(child, 'close');
    return { status, ...streams };
  }

  /** The power goes: every process ends at once, and the disk stays. */
  async kill(): Promise<void> {
    const { init } = this;
    if (init === undefined) return;
    this.init = undefined;
    const ended = once(init.outer, 'close');
    process.kill(init.pid, 'SIGKILL');
    await ended;
    init.release();
  }

  /** Starts it with what is on its disk. */
  async boot(): Promise<void> {
    await writeFile(join(this.folder, 'lent/boot-id'), `${randomUUID()}\n`);
    const guard = await parentDeathGuard();
    const namespaces = ['unshare', '--mount', '--pid', '--uts', '--ipc', '--fork', '--kill-child=KILL'];
    const folders = ['root', 'disk', 'lent'].map((name) => join(this.folder, name));
    const mounts = Object.entries(this.props.mounts).flat();
    const words = [...namespaces, 'sh', '-c', BOOT_SCRIPT, 'boot', ...folders, ...mounts];
    const [file = '', ...args] = guard === undefined ? words : [guard.file, ...guard.args, ...words];
    const outer = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const release = endWithProcess({ pid: outer.pid ?? 0, folder: this.folder });
    await upOrFailed(outer, this.name);
    const [pid] = await childrenOf(outer.pid ?? 0);
    if (pid === undefined) throw new Error(`The host ${this.name} ended as soon as it was up.`);
    this.init = { outer, pid, release };
    this.boots += 1;
  }

  /** Ends it, and removes its disk. */
  async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async install(): Promise<void> {
    const { clock, tools, programs = {}, ...disk } = this.props;
    const lent = join(this.folder, 'lent');
    for (const folder of ['root', 'disk', 'lent/local/bin', 'lent/local/sbin', 'lent/programs']) {
      await mkdir(join(this.folder, folder), { recursive: true, mode: 0o755 });
    }
    await writeDisk(join(this.folder, 'disk'), disk);
    await copyFile(await clockLibrary(), join(lent, 'clock.so'));
    clock.addHost(disk.hostname, join(lent, 'clock'));
    for (const [name, text] of Object.entries(tools)) {
      await writeFile(join(lent, 'local/bin', name), text, { mode: 0o755 });
    }
    for (const [name, text] of Object.entries(programs)) {
      await writeFile(join(lent, 'programs', name), text, { mode: 0o755 });
    }
  }
}

export const HOST_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** @throws Error with what it said last */
async function upOrFailed(outer: ChildProcess, name: string): Promise<void> {
  const said: string[] = [];
  outer.stderr?.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const { stdout } = outer;
  if (stdout === null) throw new Error('The first process of a host has no output.');
  const isUp = new Promise<boolean>((resolve) => {
    createInterface({ input: stdout }).once('line', (line) => resolve(line === IS_UP));
    outer.once('close', () => resolve(false));
    outer.once('error', () => resolve(false));
  });
  if (await isUp) return;
  throw new Error(`The host ${name} cannot be started on this machine: ${said.join('').trim()}`);
}
