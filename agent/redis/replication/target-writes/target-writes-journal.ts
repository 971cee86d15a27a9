import { appendFile, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { notKept } from '../../../state-file';

export interface JournaledKey {
  readonly database: number;
  readonly key: Buffer;
}

/**
 * LIVE: the keys that clients wrote on the target, on disk, for an agent that comes back. Its time of change says until
 * when somebody listened to the target. Key names are clients' data: the file is readable by the agent only.
 */
export class TargetWritesJournal {
  private readonly path: string;
  private unwritten: string[] = [];

  constructor(directory: string, migrationName: string) {
    // As earlier versions of the agent call it: one that takes over on the same host must find it.
    this.path = join(directory, `${encodeURIComponent(migrationName)}.their-keys`);
  }

  add({ database, key }: JournaledKey): void {
    this.unwritten.push(`${database} ${key.toString('base64')}\n`);
  }

  /** Writes what was added, and that until now nothing was missed. */
  async flush(): Promise<void> {
    const lines = this.unwritten.join('');
    this.unwritten = [];
    await appendFile(this.path, lines, { mode: 0o600 }).catch((error: unknown) => {
      throw notKept(this.path, error);
    });
    const now = new Date();
    await utimes(this.path, now, now);
  }

  /** What an earlier process has written, and until when (milliseconds since the epoch) it listened. */
  async read(): Promise<{ readonly keys: readonly JournaledKey[]; readonly listenedUntil: number } | undefined> {
    const status = await stat(this.path).catch(absent);
    if (status === undefined) return undefined;
    const lines = (await readFile(this.path, 'latin1')).split('\n');
    // A crash may have cut the last line short; its key was touched late enough to be found by its idle time.
    const keys = lines.slice(0, -1).map((line): JournaledKey => {
      const [database, key = ''] = line.split(' ');
      return { database: Number(database), key: Buffer.from(key, 'base64') };
    });
    return { keys, listenedUntil: status.mtimeMs };
  }

  async forget(): Promise<void> {
    this.unwritten = [];
    await rm(this.path, { force: true });
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
