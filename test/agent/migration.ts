import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Credentials } from '../../agent/credentials';
import { Executor } from '../../agent/executor';
import { JsonLog } from '../../agent/log';
import { Migration as Opened } from '../../agent/migration';
import type { CacheEndpoint, CacheMigrationConfiguration } from '../../contract/cache';

export function configurationOf(blue: CacheEndpoint, green: CacheEndpoint): CacheMigrationConfiguration {
  return {
    migrationName: 'sessions',
    kind: 'cache',
    consistency: 'FENCED',
    recordName: 'sessions.internal.example',
    recordTtlSeconds: 5,
    blue,
    green,
  };
}

/** The agent as one process has it, with a configuration file of its own. */
export class Migration {
  private opened: Opened | undefined;

  private constructor(
    readonly executor: Executor,
    private readonly folder: string,
  ) {}

  static async between(blue: CacheEndpoint, green: CacheEndpoint): Promise<Migration> {
    const folder = await mkdtemp(join(tmpdir(), 'agent-migration-'));
    const file = join(folder, 'configuration.json');
    await writeFile(file, JSON.stringify(configurationOf(blue, green)));
    const log = new JsonLog({ write: () => undefined });
    const executor = new Executor(async () => {
      migration.opened ??= await Opened.open({
        source: { file },
        stateDirectory: folder,
        log,
        credentials: new Credentials((text) => log.conceal(text)),
      });
      return migration.opened;
    });
    const migration = new Migration(executor, folder);
    return migration;
  }

  async end(): Promise<void> {
    await this.opened?.sides.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
