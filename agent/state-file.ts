import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isNativeError } from 'node:util/types';
import { AgentError } from './errors';

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
    try {
      await writeFile(`${this.path}.new`, `${JSON.stringify(content)}\n`, { mode: 0o600 });
      await rename(`${this.path}.new`, this.path);
    } catch (error) {
      throw notKept(this.path, error);
    }
  }

  async forget(): Promise<void> {
    await rm(this.path, { force: true });
  }
}

const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);

/** Else it would read as if it were the disk of one of the sides. */
export function notKept(path: string, error: unknown): AgentError {
  const code = isNativeError(error) && 'code' in error ? error.code : undefined;
  const [what, remedy] = FULL.has(code)
    ? ["the migration host's own disk is full", 'make space there']
    : ["the migration host's own disk cannot be written to", 'see to that'];
  return new AgentError(
    'Agent.Failed',
    `The agent cannot note its state in ${dirname(path)}: ${what} (${code ?? String(error)}). Neither side is at fault: ${remedy}, and repeat.`,
    { cause: error },
  );
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
