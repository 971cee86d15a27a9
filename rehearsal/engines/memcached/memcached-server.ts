import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port';
import { PortTaken, ServerProcess } from '../server-process';
import type { MemcachedEngine } from './find-memcached';

export interface MemcachedOptions {
  /** In MB. @default 64 */
  readonly memory?: number;
  /** Further arguments of the server, e.g. `-I 2m`. */
  readonly args?: readonly string[];
}

const PORT_ATTEMPTS = 5;

/** A started memcached. Its folder goes when it is stopped. */
export class MemcachedServer {
  /** @throws with the end of the server's log where it does not come up */
  static async start(engine: MemcachedEngine, options: MemcachedOptions = {}): Promise<MemcachedServer> {
    for (let attempt = 1; ; attempt++) {
      const folder = await mkdtemp(join(tmpdir(), `memcached-${engine.version}-`));
      const server = new MemcachedServer(engine, options, await freePort('127.0.0.1'), folder);
      try {
        await server.run();
        return server;
      } catch (error) {
        await server.stop();
        if (!(error instanceof PortTaken) || attempt === PORT_ATTEMPTS) throw error;
      }
    }
  }

  readonly host = '127.0.0.1';
  private readonly process: ServerProcess;

  private constructor(
    readonly engine: MemcachedEngine,
    private readonly options: MemcachedOptions,
    readonly port: number,
    private readonly folder: string,
  ) {
    // It says when it listens, and little else, at two v's; at one nothing.
    const title = `memcached ${engine.version} at ${this.host}:${port}`;
    this.process = new ServerProcess({ title, folder, ready: /server listening/ });
  }

  get running(): boolean {
    return this.process.running;
  }

  /** Ends it in order. Safe to call twice. */
  async stop(): Promise<void> {
    await this.process.end('SIGTERM');
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Ends the process as a failure would. */
  async kill(): Promise<void> {
    await this.process.end('SIGKILL');
  }

  private async run(): Promise<void> {
    const { server } = this.engine;
    const { memory = 64, args = [] } = this.options;
    const own = ['-vv', '-l', this.host, '-p', String(this.port), '-U', '0', '-m', String(memory), ...args];
    // It refuses to run as root.
    const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
    await this.process.start({ ...server, args: [...server.args, ...own, ...user] });
  }
}
