import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/** Held until it is released, or this process ends in whatever way. */
export interface Lock {
  release(): void;
}

/**
 * An flock(2) on the file, which Node.js has no call for: flock(1) takes it on a descriptor that both share, and leaves it
 * with this process. Its children do not inherit it: a server that a job starts must not hold the job's lock.
 *
 * @param wait for its holder. Else there is none where somebody does.
 */
export async function takeLock(path: string, wait: boolean): Promise<Lock | undefined> {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'a', 0o600);
  const child = spawn('flock', [...(wait ? [] : ['--nonblock']), '3'], {
    stdio: ['ignore', 'ignore', 'inherit', file],
  });
  const [code] = await once(child, 'close');
  if (code === 0) return { release: () => closeSync(file) };
  closeSync(file);
  if (!wait && code === 1) return undefined;
  throw new Error(`flock ended with ${code} for ${path}.`);
}
