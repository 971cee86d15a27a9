import { randomBytes } from 'node:crypto';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port';
import { PortTaken, ServerProcess } from '../server-process';
import { copyData, layData } from './data-template';
import { DATABASE_TITLE, type DatabaseEngine, type DatabaseEngineName } from './database-engine';
import { findDatabase } from './find-database';
import { type Dialect, MYSQL_DIALECT, POSTGRESQL_DIALECT } from './server-dialect';
import { ownerOf } from './server-owner';
import { checkSettings, type DatabaseTls, FILES, type Layout, type Settings } from './server-settings';
import { SUPERUSER } from './superuser';

export interface DatabaseOptions {
  readonly engine: DatabaseEngineName;
  /** A line: `10.11`, `17`. @default - the newest known; PostgreSQL: what is installed */
  readonly version?: string;
  /** Of the superuser `rdsadmin`. @default - a random one */
  readonly password?: string;
  /** TLS with this certificate. @default - none with MariaDB and PostgreSQL; MySQL makes a certificate of its own */
  readonly tls?: DatabaseTls;
  /** The engine's own settings, over those of a server that shares its machine. @default - none */
  readonly settings?: Settings;
  /** @default - a free one */
  readonly port?: number;
}

/** A started database server. It holds a folder of its own, which goes when it is stopped. */
export interface DatabaseServer {
  readonly engine: DatabaseEngineName;
  /** As the server itself says it. */
  readonly version: string;
  readonly host: string;
  readonly port: number;
  /** The superuser, who may sign in from everywhere. On RDS it is RDS's own: see `asRds` for what customers get. */
  readonly user: string;
  readonly password: string;
  /** Of the process now running; the last one's after a `kill`. */
  readonly pid: number;
  readonly running: boolean;
  /** Ends it and removes its data. Safe to call twice. */
  stop(): Promise<void>;
  /** Ends the process as a failure would, and keeps its data for a `restart`. @param signal SIGKILL by default */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** The same server with the same data on the same port again. @param settings added to those it was started with */
  restart(settings?: Settings): Promise<void>;
  /**
   * A second server with the data that this one has at one instant, as a clone of an Aurora cluster has it: users,
   * procedures and replication configuration included, but for replication that runs. Same superuser, TLS and settings.
   * It recovers as after a crash; this one stands still while its data is copied.
   *
   * @param settings added to those of this one
   * @throws for PostgreSQL, whose processes cannot be stopped at one instant.
   */
  clone(settings?: Settings): Promise<DatabaseServer>;
  /** The last lines of its log. */
  logTail(lines?: number): string;
  /** Resolves at the next line of its log that matches; rejects once `signal` aborts. */
  saw(pattern: RegExp, signal: AbortSignal): Promise<void>;
}

const PORT_ATTEMPTS = 5;

/**
 * Starts a database server and waits until it accepts connections: binary log in ROW format, a server id of its own,
 * small buffers.
 *
 * @throws EngineUnavailable where this machine cannot have it; with the end of its log where it does not come up.
 */
export async function startDatabase(options: DatabaseOptions): Promise<DatabaseServer> {
  const engine = await findDatabase(options.engine, options.version);
  return started(engine, options);
}

/** Puts a data directory at the path, which is not there yet. */
type LayData = (engine: DatabaseEngine, data: string) => Promise<void>;

/** @param copy where the data comes from. @default - an empty database */
async function started(engine: DatabaseEngine, options: DatabaseOptions, copy?: LayData): Promise<DatabaseServer> {
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    const server = await StartedDatabase.prepare(engine, options, port, copy);
    try {
      await (copy ? server.start({}) : server.begin());
      return server;
    } catch (error) {
      await server.stop();
      if (!(error instanceof PortTaken) || options.port !== undefined || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

class StartedDatabase implements DatabaseServer {
  readonly user = SUPERUSER;
  readonly host: string;
  readonly port: number;
  private readonly process: ServerProcess;
  private readonly dialect: Dialect;
  private settings: Settings;
  /** Not for a log, which private fields would show up in. */
  readonly #password: string;
  readonly #options: DatabaseOptions;

  private constructor(
    private readonly found: DatabaseEngine,
    private readonly layout: Layout,
    options: DatabaseOptions,
  ) {
    const { password, settings } = options;
    this.#options = options;
    this.host = layout.host;
    this.port = layout.port;
    this.#password = password ?? randomBytes(12).toString('hex');
    this.settings = settings ?? {};
    this.dialect = dialectOf(found.engine);
    const owner = ownerOf(found.engine);
    this.process = new ServerProcess({
      title: `${DATABASE_TITLE[found.engine]} ${found.version} at ${this.host}:${this.port}`,
      folder: layout.folder,
      ready: this.dialect.ready,
      ...(owner && { owner }),
    });
  }

  static async prepare(
    engine: DatabaseEngine,
    options: DatabaseOptions,
    port: number,
    copy?: LayData,
  ): Promise<StartedDatabase> {
    checkSettings(options.settings ?? {});
    const folder = await mkdtemp(join(tmpdir(), `${engine.engine}-${engine.version}-`));
    try {
      const layout = { host: '127.0.0.1', port, folder, data: join(folder, 'data'), tls: options.tls !== undefined };
      const owner = ownerOf(engine.engine);
      if (owner) await chown(folder, owner.uid, owner.gid);
      if (copy) await copy(engine, layout.data);
      else await layData(engine, layout.data, dialectOf(engine.engine).initialise);
      const server = new StartedDatabase(engine, layout, options);
      if (options.tls) {
        const { certificate, key, authority } = options.tls;
        await server.write(FILES.certificate, certificate);
        await server.write(FILES.key, key);
        await server.write(FILES.authority, authority);
      }
      return server;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get engine(): DatabaseEngineName {
    return this.found.engine;
  }

  get version(): string {
    return this.found.version;
  }

  get password(): string {
    return this.#password;
  }

  get pid(): number {
    return this.process.pid;
  }

  get running(): boolean {
    return this.process.running;
  }

  /** The first start, which also makes the superuser. */
  async begin(): Promise<void> {
    const { firstStart, afterFirstStart } = this.dialect;
    if (firstStart) await this.write(FILES.firstStart, firstStart(this.password));
    await this.start(firstStart ? this.dialect.firstStartSetting(join(this.layout.folder, FILES.firstStart)) : {});
    await rm(join(this.layout.folder, FILES.firstStart), { force: true });
    await afterFirstStart?.(this.layout, this.password);
  }

  async stop(): Promise<void> {
    // Its data goes anyway: nothing needs to be written out first.
    await this.process.end(this.dialect.stopAtOnce);
    await rm(this.layout.folder, { recursive: true, force: true });
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.process.end(signal);
  }

  async restart(settings: Settings = {}): Promise<void> {
    checkSettings(settings);
    this.settings = { ...this.settings, ...settings };
    await this.process.end(this.dialect.stopInOrder);
    await this.start({});
  }

  async clone(settings: Settings = {}): Promise<DatabaseServer> {
    if (this.engine === 'postgresql') throw new Error('PostgreSQL cannot be cloned here; MariaDB and MySQL can.');
    const { port: _own, ...options } = this.#options;
    const all = { ...this.settings, skip_slave_start: 'ON', ...settings };
    return started(this.found, { ...options, password: this.password, settings: all }, (_engine, data) =>
      this.copyData(data),
    );
  }

  private async copyData(to: string): Promise<void> {
    await this.process.frozen(() => copyData(this.layout.data, to));
    // The server's UUID: two of the same would not follow each other. And what says that the first one runs here.
    for (const own of ['auto.cnf', 'server.sock', 'server.sock.lock']) await rm(join(to, own), { force: true });
  }

  logTail(lines = 20): string {
    return this.process.logTail(lines);
  }

  saw(pattern: RegExp, signal: AbortSignal): Promise<void> {
    return this.process.saw(pattern, signal);
  }

  async start(only: Settings): Promise<void> {
    const { dialect, layout, found } = this;
    for (const [name, content] of Object.entries(dialect.configuration(found, layout, { ...this.settings, ...only }))) {
      await this.write(name, content);
    }
    const { server } = found;
    await this.process.start({
      ...server,
      args: [...server.args, ...dialect.flags(join(layout.folder, FILES.configuration))],
    });
  }

  /** Readable by the server's user only, for the passwords and keys in it. */
  private async write(name: string, content: string): Promise<void> {
    const file = join(this.layout.folder, name);
    await writeFile(file, content, { mode: 0o600 });
    const owner = ownerOf(this.found.engine);
    if (owner) await chown(file, owner.uid, owner.gid);
  }
}

function dialectOf(engine: DatabaseEngineName): Dialect {
  return engine === 'postgresql' ? POSTGRESQL_DIALECT : MYSQL_DIALECT;
}
