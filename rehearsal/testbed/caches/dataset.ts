import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** What an RDB file begins with, before the version of its form. */
const MAGIC = ['REDIS', 'VALKEY'];
const MAX_MAGIC_LENGTH = 6;

/** @throws Error where it is no RDB file: before anything is started */
export function assertDataset(file: string): void {
  const begin = beginOf(file);
  if (MAGIC.some((magic) => begin.startsWith(magic))) return;
  throw new Error(
    `--dataset: got ${file}, which is no RDB file: it begins with ${JSON.stringify(begin)}. Make one with redis-cli --rdb FILE.`,
  );
}

function beginOf(file: string): string {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new Error(`--dataset: got ${file}, where no file is. Make one with redis-cli --rdb FILE.`);
  }
  const descriptor = openSync(file, 'r');
  try {
    const begin = Buffer.alloc(MAX_MAGIC_LENGTH);
    return begin.toString('latin1', 0, readSync(descriptor, begin));
  } finally {
    closeSync(descriptor);
  }
}
