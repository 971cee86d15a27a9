import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Direction } from '../../contract';

/** What is being replicated, so that an agent that comes back goes on with it. */
export interface RememberedReplication extends Direction {
  readonly overlap: boolean;
}

/** One small file a migration; absent while nothing is replicated. */
export class StateFile {
  private readonly path: string;

  constructor(directory: string, migrationName: string) {
    this.path = join(directory, `${encodeURIComponent(migrationName)}.replication.json`);
  }

  async read(): Promise<RememberedReplication | undefined> {
    const text = await readFile(this.path, 'utf8').catch(absent);
    if (text === undefined) return undefined;
    const { from, to, overlap }: Partial<Record<string, unknown>> = JSON.parse(text);
    if (from === 'blue' && to === 'green') return { from, to, overlap: overlap === true };
    if (from === 'green' && to === 'blue') return { from, to, overlap: overlap === true };
    throw new Error(`${this.path} names the direction ${from} → ${to}; accepted are blue → green and green → blue.`);
  }

  /** In one step, so that a crash leaves the old content or the new. */
  async write(remembered: RememberedReplication): Promise<void> {
    const { from, to, overlap } = remembered;
    await writeFile(`${this.path}.new`, `${JSON.stringify({ from, to, overlap })}\n`, { mode: 0o600 });
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
