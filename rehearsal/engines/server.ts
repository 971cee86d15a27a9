import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, ENGINE_TITLE, type Engine } from './engine';
import { freePort } from './free-port';
import { endWithProcess } from './left-behind';
import { parentDeathGuard } from './parent-death';
import { FILES, type ServerOptions, serverConfiguration } from './server-configuration';
import { ServerLog } from './server-log';

/** A started server. It holds a folder of its own, which goes when it is stopped. */
export interface Server {
  readonly engine: Engine;
  readonly host: string;
  readonly port: number;
  /** Of the process now running; the last one's after a `kill`. */
  readonly pid: number;
  readonly running: boolean;
  /** Ends it in order and removes its data. Safe to call twice. */
  stop(): Promise<void>;
  /** Ends the process as a failure would, and keeps its folder for a `restart`. @param signal SIGKILL by default */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** The same server on the same port again: empty, unless it was started with `persist`. */
  restart(): Promise<void>;
  /** The last lines of its log. */
  logTail(lines?: number): string;
}

/** The port was taken between choosing it and listening on it. */
class PortTaken extends Error {}

const PORT_ATTEMPTS = 5;
/** A cluster node also listens 10,000 above its port. */
const HIGHEST_CLUSTER_PORT = 55_535;

/**
 * Starts a server and waits until it accepts connections.
 *
 * @throws with the end of the server's log where it does not come up.
 */
export async function startServer(engine: Engine, options: ServerOptions = {}): Promise<Server> {
  const host = options.host ?? '127.0.0.1';
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await choosePort(host, options.clusterEnabled ?? false));
    const server = await StartedServer.prepare(engine, options, host, port);
    try {
      await server.start();
      return server;
    } catch (error) {
      await server.stop();
      if (!(error instanceof PortTaken) || options.port !== undefined || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function choosePort(host: string, cluster: boolean): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = await freePort(host);
    if (!cluster || port <= HIGHEST_CLUSTER_PORT) return port;
  }
  throw new Error(`No free port up to ${HIGHEST_CLUSTER_PORT} at ${host} for a cluster node.`);
}

class StartedServer implements Server {
  private process?: ChildProcess;
  private readonly log = new ServerLog();
  private release?: () => void;
  /** With passwords in it: not for a log, which private fields would show up in. */
  readonly #options: ServerOptions;

  private constructor(
    readonly engine: Engine,
    options: ServerOptions,
    readonly host: string,
    readonly port: number,
    private readonly folder: string,
  ) {
    this.#options = options;
  }

  /** Lays out the folder: configuration, certificates, snapshot. Readable by this user only, for the passwords in it. */
  static async prepare(engine: Engine, options: ServerOptions, host: string, port: number): Promise<StartedServer> {
    const folder = await mkdtemp(join(tmpdir(), `${engine.engine}-${engine.version}-`));
    try {
      const write = (name: string, text: string) => writeFile(join(folder, name), text, { mode: 0o600 });
      await write(FILES.configuration, serverConfiguration(options, host, port, folder));
      if (options.tls) {
        await write(FILES.certificate, options.tls.certificate);
        await write(FILES.key, options.tls.key);
        await write(FILES.authority, options.tls.authority);
      }
      if (options.rdbFile !== undefined) {
        await copyFile(options.rdbFile, join(folder, FILES.snapshot));
        await chmod(join(folder, FILES.snapshot), 0o600);
      }
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    return new StartedServer(engine, options, host, port, folder);
  }

  get pid(): number {
    return this.process?.pid ?? 0;
  }

  get running(): boolean {
    const child = this.process;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }

  async start(): Promise<void> {
    const { file, args, env } = await this.command();
    this.log.clear();
    const child = spawn(file, args, {
      cwd: this.folder,
      env: { ...process.env, ...env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process = child;
    this.log.read(child.stdout);
    this.log.read(child.stderr);
    // Without a pid it could not be spawned at all; the `error` that follows says why.
    if (child.pid !== undefined) this.release = endWithProcess({ pid: child.pid, folder: this.folder });
    await this.ready(child);
    // A cache node comes back empty: the snapshot it started from is not its data.
    if (!this.#options.persist) await rm(join(this.folder, FILES.snapshot), { force: true });
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
    await rm(this.folder, { recursive: true, force: true });
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.end(signal);
  }

  async restart(): Promise<void> {
    await this.end('SIGTERM');
    await this.start();
  }

  logTail(lines = 20): string {
    return this.log.tail(lines);
  }

  private async command(): Promise<Command> {
    const { server } = this.engine;
    const guard = await parentDeathGuard();
    const args = [...server.args, join(this.folder, FILES.configuration)];
    return guard ? { ...guard, args: [...guard.args, server.file, ...args], env: server.env } : { ...server, args };
  }

  private async ready(child: ChildProcess): Promise<void> {
    const failed = new AbortController();
    // `close` and not `exit`: only then has the whole log been read.
    const died = once(child, 'close', { signal: failed.signal }).then(() => {
      const message = `${this.title} ended while it started. Its log ends with:\n${this.logTail()}`;
      throw /Address already in use/.test(this.logTail()) ? new PortTaken(message) : new Error(message);
    });
    try {
      await Promise.race([this.log.saw(/Ready to accept connections/, failed.signal), died]);
    } finally {
      failed.abort();
      died.catch(() => undefined);
    }
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    if (child && this.running) {
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    }
    this.release?.();
    this.release = undefined;
  }

  private get title(): string {
    return `${ENGINE_TITLE[this.engine.engine]} ${this.engine.version} at ${this.host}:${this.port}`;
  }
}
