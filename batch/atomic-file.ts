import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Replaces a file in one step: after a crash it has the old content or the new. */
export function replaceFile(path: string, text: string, mode = 0o600): void {
  const made = writeBeside(path, text, mode);
  renameSync(made, path);
  syncFolder(path);
}

/** Creates a file with its content in one step. `false` where it is there already. */
export function createFile(path: string, text: string, mode = 0o600): boolean {
  const made = writeBeside(path, text, mode);
  try {
    linkSync(made, path);
    syncFolder(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(made);
  }
}

/** Hidden, so that cron and listings of the folder leave it out. */
function writeBeside(path: string, text: string, mode: number): string {
  mkdirSync(dirname(path), { recursive: true });
  const made = join(dirname(path), `.${basename(path)}.${process.pid}.${process.hrtime.bigint()}`);
  const file = openSync(made, 'wx', mode);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  return made;
}

function syncFolder(path: string): void {
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}
