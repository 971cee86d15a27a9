import type { Info } from './info';

/** A server's version, for what it can do and for people to read. */
export interface ServerVersion {
  readonly engine: 'redis' | 'valkey';
  /** The engine's own, e.g. `8.1.1` of a Valkey that calls itself Redis 7.2.4 for its clients' sake. */
  readonly text: string;
  /** Whether it has what came with this version of Redis. Valkey has all of 7.2, whatever its own number. */
  atLeast(major: number, minor: number, patch?: number): boolean;
}

export function versionOf(info: Info): ServerVersion {
  const compatible = numbers(info.text('redis_version') ?? '0');
  const valkey = info.text('valkey_version');
  return {
    engine: valkey === undefined ? 'redis' : 'valkey',
    text: valkey ?? info.text('redis_version') ?? 'unknown',
    atLeast: (major, minor, patch = 0) => compareVersions(compatible, [major, minor, patch]) >= 0,
  };
}

/** Negative, zero or positive, as of a sort. Missing numbers count as 0. */
export function compareVersions(one: readonly number[], other: readonly number[]): number {
  for (let i = 0; i < Math.max(one.length, other.length); i += 1) {
    const difference = (one[i] ?? 0) - (other[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function numbers(version: string): readonly number[] {
  return version.split('.').map((part) => Number.parseInt(part, 10) || 0);
}
