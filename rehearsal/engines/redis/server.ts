import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENGINE_TITLE, type Engine } from '../engine';
import { freePort } from '../free-port';
import { PortTaken, ServerProcess } from '../server-process';
import { FILES, type ServerOptions, serverConfiguration } from './server-configuration';

/** A started server. It holds a folder of its own, which goes when it is stopped. */
export interface Server {
  readonly engine: Engine;
  readonly host: string;
  readonly port: number;
  /** Of the process now running; the last one's after a `kill`. */
  readonly pid: number;
  readonly running: boolean;
  /** PEM file of the authority that signed its certificate. Undefined without TLS. */
  readonly authorityFile: string | undefined;
  /** Ends it in order and removes its data. Safe to call twice. */
  stop(): Promise<void>;
  /** Ends the process as a failure would, and keeps its folder for a `restart`. @param signal SIGKILL by default */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** The same server on the same port again: empty, unless it was started with `persist`. */
  restart(): Promise<void>;
  /** The last lines of its log. */
  logTail(lines?: number): string;
}

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
  private readonly process: ServerProcess;
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
    this.process = new ServerProcess({
      title: `${ENGINE_TITLE[engine.engine]} ${engine.version} at ${host}:${port}`,
      folder,
      ready: /ready to accept connections/i,
    });
  }

  /** Lays out the folder: configuration, certificates, snapshot. Readable by this user only, for the passwords in it. */
  static async prepare(engine: Engine, options: ServerOptions, host: string, port: number): Promise<StartedServer> {
    const folder = await mkdtemp(join(tmpdir(), `${engine.engine}-${engine.version}-`));
    try {
      const write = (name: string, text: string) => writeFile(join(folder, name), text, { mode: 0o600 });
      await write(FILES.configuration, serverConfiguration(engine, options, host, port, folder));
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

  get authorityFile(): string | undefined {
    return this.#options.tls && join(this.folder, FILES.authority);
  }

  get pid(): number {
    return this.process.pid;
  }

  get running(): boolean {
    return this.process.running;
  }

  async start(): Promise<void> {
    const { server } = this.engine;
    await this.process.start({ ...server, args: [...server.args, join(this.folder, FILES.configuration)] });
    // A cache node comes back empty: the snapshot it started from is not its data.
    if (!this.#options.persist) await rm(join(this.folder, FILES.snapshot), { force: true });
  }

  async stop(): Promise<void> {
    await this.process.end('SIGTERM');
    await rm(this.folder, { recursive: true, force: true });
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.process.end(signal);
  }

  async restart(): Promise<void> {
    await this.process.end('SIGTERM');
    await this.start();
  }

  logTail(lines = 20): string {
    return this.process.logTail(lines);
  }
}
