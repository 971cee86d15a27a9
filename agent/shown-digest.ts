import { createHmac, randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Enough to find one among all keys of a side. */
const SHOWN_DIGITS = 16;
const KEY = /^[0-9a-f]{64}$/;

/** Of this process alone, until the host's is taken up. */
let key = randomBytes(32);

/**
 * What results and logs say in place of a key, a row's key or a secret. By a key that only the host has: by a digest that
 * anyone can compute, anyone who reads a result can try which of few possible values it is.
 */
export function shownDigest(value: string | Buffer): string {
  return createHmac('sha256', key).update(value).digest('hex').slice(0, SHOWN_DIGITS);
}

/** What `cutover-agent digest` reads too: by it, who may read the host's files finds the key that a result speaks of. */
export function digestKeyFile(stateDirectory: string): string {
  return join(stateDirectory, 'digest-key');
}

/** From now on digests are the host's, as those of its service were before it was started again. Tells whether it has a key. */
export async function takeUpDigestKey(stateDirectory: string): Promise<boolean> {
  const text = await readFile(digestKeyFile(stateDirectory), 'utf8').catch(() => '');
  if (!KEY.test(text.trim())) return false;
  key = Buffer.from(text.trim(), 'hex');
  return true;
}

/** Of the service. A host whose disk is full has one for this process: nothing but names of differences depends on it. */
export async function keepDigestKey(stateDirectory: string): Promise<void> {
  if (await takeUpDigestKey(stateDirectory)) return;
  const file = digestKeyFile(stateDirectory);
  try {
    await writeFile(`${file}.new`, `${key.toString('hex')}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch {
    // It cannot be read again later, and that is all.
  }
}
