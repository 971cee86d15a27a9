import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const VARIABLE = 'MADE_ONCE';

/**
 * A folder that is made once in a run of Jest, by the first suite that asks for it, and read by all: to synthesize an example
 * takes seconds, and a dozen suites look at each. Who writes into a folder makes one of its own.
 */
export function madeOnce(name: string, make: (folder: string) => void): string {
  const folder = join(folderOfRun(), name);
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const beside = mkdtempSync(`${folder}-`);
  make(beside);
  try {
    renameSync(beside, folder);
  } catch (error) {
    // Another worker was first, with the same.
    if (!existsSync(folder)) throw error;
    rmSync(beside, { recursive: true, force: true });
  }
  return folder;
}

function folderOfRun(): string {
  const folder = process.env[VARIABLE];
  if (folder === undefined) throw new Error(`${VARIABLE} is not set: jest.config.json sets it, by test/made-once.ts.`);
  return folder;
}

/** Before all suites. */
export default function begin(): void {
  process.env[VARIABLE] = mkdtempSync(join(tmpdir(), 'made-once-'));
}

/** After all suites. */
export function end(): void {
  rmSync(folderOfRun(), { recursive: true, force: true });
}
