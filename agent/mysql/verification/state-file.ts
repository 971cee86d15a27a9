import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Direction } from '../../contract';
import type { BinlogPosition } from '../../database-contract';

/** Both sides were equal, but for what the log of `from` holds after the position. */
export interface VerifiedUpTo extends Direction {
  readonly position: BinlogPosition;
}

const side = z.enum(['blue', 'green']);
const verifiedUpTo: z.ZodType<VerifiedUpTo> = z.object({
  from: side,
  to: side,
  position: z.object({ file: z.string(), position: z.number(), gtid: z.string().optional() }),
});

/** One small file a migration, so that an agent that comes back need not compare everything again. */
export class StateFile {
  private readonly path: string;

  constructor(directory: string, migrationName: string) {
    this.path = join(directory, `${encodeURIComponent(migrationName)}.verification.json`);
  }

  /** `undefined` where nothing was verified in this direction. */
  async read({ from, to }: Direction): Promise<VerifiedUpTo | undefined> {
    const text = await readFile(this.path, 'utf8').catch(absent);
    if (text === undefined) return undefined;
    const verified = verifiedUpTo.parse(JSON.parse(text));
    return verified.from === from && verified.to === to ? verified : undefined;
  }

  /** In one step, so that a crash leaves the old content or the new. */
  async write(verified: VerifiedUpTo): Promise<void> {
    await writeFile(`${this.path}.new`, `${JSON.stringify(verified)}\n`, { mode: 0o600 });
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
