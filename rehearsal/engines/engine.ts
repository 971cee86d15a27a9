import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type EngineName = 'redis' | 'valkey';

/** A program with what must stand before its own arguments, e.g. a binary that needs its own loader. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Added to the environment of the process. */
  readonly env: Readonly<Record<string, string>>;
}

/** A server that can be started on this machine. */
export interface Engine {
  readonly engine: EngineName;
  /** As the server itself says it, e.g. `6.0.16`. */
  readonly version: string;
  /** Where it comes from, for people: a path, or a Debian suite. */
  readonly origin: string;
  readonly server: Command;
  /** `redis-cli` or `valkey-cli`; absent where it was not installed with the server. */
  readonly cli?: Command;
  /** `redis-benchmark` or `valkey-benchmark`; absent where it was not installed with the server. */
  readonly benchmark?: Command;
}

/** Engines under one name as people know it. */
export const ENGINE_TITLE: Readonly<Record<EngineName, string>> = { redis: 'Redis', valkey: 'Valkey' };

/**
 * What a server answers to `--version`. A package may install `redis-server` as another name of Valkey, so the
 * answer decides what it is, not the file's name.
 */
export async function identify(server: Command): Promise<{ engine: EngineName; version: string }> {
  const { stdout } = await run(server.file, [...server.args, '--version'], {
    env: { ...process.env, ...server.env },
    timeout: 20_000,
  });
  const answer = /^(Redis|Valkey) server v=(\d+\.\d+\.\d+)/.exec(stdout);
  if (!answer?.[1] || !answer[2]) {
    throw new Error(
      `${server.file} --version answered "${stdout.trim().slice(0, 120)}"; expected "Redis server v=…" or "Valkey server v=…".`,
    );
  }
  return { engine: answer[1] === 'Redis' ? 'redis' : 'valkey', version: answer[2] };
}

/** Whether `version` (`6.0.16`) is of the line `wanted` (`6`, `6.0` or `6.0.16`). */
export function isOfLine(version: string, wanted: string): boolean {
  return version === wanted || version.startsWith(`${wanted}.`);
}

/** Orders versions by their numbers: 6.0 before 6.2 before 10.0. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
