import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { childrenOf, ended } from './child-processes';
import type { Command } from './engine';
import { endWithProcess } from './left-behind';
import { parentDeathGuard } from './parent-death';
import { ServerLog } from './server-log';

/** The port was taken between choosing it and listening on it. */
export class PortTaken extends Error {}

export interface ServerProcessOptions {
  /** For error messages, e.g. `Redis 7.0.15 at 127.0.0.1:40123`. */
  readonly title: string;
  /** Its working directory; removed when this process ends without having stopped the server. */
  readonly folder: string;
  /** The line of its log that says that it accepts connections. */
  readonly ready: RegExp;
  /** The account that it runs as. @default - the one of this process */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/** The process of a server: started until it is ready, ended, and never outliving this process. */
export class ServerProcess {
  private process?: ChildProcess;
  private readonly log = new ServerLog();
  private release?: () => void;

  constructor(private readonly options: ServerProcessOptions) {}

  /** Of the process now running; the last one's after it ended. */
  get pid(): number {
    return this.process?.pid ?? 0;
  }

  get running(): boolean {
    const child = this.process;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /**
   * Resolves once it accepts connections.
   *
   * @throws with the end of its log; PortTaken where another process has its port.
   */
  async start(command: Command): Promise<void> {
    const { folder, owner } = this.options;
    const { file, args, env } = await guarded(command);
    this.log.clear();
    const child = spawn(file, args, {
      cwd: folder,
      env: { ...process.env, ...env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...owner,
    });
    this.process = child;
    this.log.read(child.stdout);
    this.log.read(child.stderr);
    // Without a pid it could not be spawned at all; the `error` that follows says why.
    if (child.pid !== undefined) this.release = endWithProcess({ pid: child.pid, folder });
    await this.ready(child);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    if (child && this.running) {
      const exited = once(child, 'exit');
      const children = await childrenOf(this.pid);
      child.kill(signal);
      await exited;
      await ended(children);
    }
    this.release?.();
    this.release = undefined;
  }

  /** Runs `work` while the process stands still, and has it go on whatever happens. */
  async frozen(work: () => Promise<void>): Promise<void> {
    const child = this.process;
    if (!child || !this.running) throw new Error(`${this.options.title} does not run.`);
    child.kill('SIGSTOP');
    try {
      await work();
    } finally {
      child.kill('SIGCONT');
    }
  }

  logTail(lines: number): string {
    return this.log.tail(lines);
  }

  saw(pattern: RegExp, signal: AbortSignal): Promise<void> {
    return this.log.saw(pattern, signal);
  }

  private async ready(child: ChildProcess): Promise<void> {
    const failed = new AbortController();
    // `close` and not `exit`: only then has the whole log been read.
    const died = once(child, 'close', { signal: failed.signal }).then(() => {
      const message = `${this.options.title} ended while it started. Its log ends with:\n${this.logTail(20)}`;
      throw /Address already in use/.test(this.logTail(20)) ? new PortTaken(message) : new Error(message);
    });
    try {
      await Promise.race([this.log.saw(this.options.ready, failed.signal), died]);
    } finally {
      failed.abort();
      died.catch(() => undefined);
    }
  }
}

async function guarded(command: Command): Promise<Command> {
  const guard = await parentDeathGuard();
  return guard ? { ...guard, args: [...guard.args, command.file, ...command.args], env: command.env } : command;
}
