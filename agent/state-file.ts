import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A small file of a migration that outlives the process. */
export class StateFile {
  readonly path: string;

  constructor(directory: string, migrationName: string, what: string) {
    this.path = join(directory, `${encodeURIComponent(migrationName)}.${what}.json`);
  }

  /** As parsed; `undefined` where there is none. */
  async read(): Promise<unknown> {
    const text = await readFile(this.path, 'utf8').catch(absent);
    return text === undefined ? undefined : JSON.parse(text);
  }

  /** In one step, so that a crash leaves the old content or the new. */
  async write(content: object): Promise<void> {
    await writeFile(`${this.path}.new`, `${JSON.stringify(content)}\n`, { mode: 0o600 });
    await rename(`${this.path}.new`, this.path);
  }

  async forget(): Promise<void> {
    await rm(this.path, { force: true });
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
