import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type Command, compareVersions } from '../engine';
import { commandsIn, fetchedPackages } from '../fetched-packages';

const run = promisify(execFile);

/** A memcached that can be started on this machine. */
export interface MemcachedEngine {
  /** As the server itself says it, e.g. `1.6.18`. */
  readonly version: string;
  /** Where it comes from, for people. */
  readonly origin: string;
  readonly server: Command;
}

/** Debian's archive has no older one: its text protocol is that of 1.4. */
const SUITES = [
  {
    version: '1.6.9',
    suite: 'bullseye',
    packages: ['memcached', 'libevent-2.1-7', 'libsasl2-2', 'libssl1.1', 'libc6'],
  },
  { version: '1.6.18', suite: 'bookworm', packages: ['memcached', 'libevent-2.1-7', 'libsasl2-2', 'libssl3', 'libc6'] },
];

/** Of the same version or the next later one; of all that are earlier, the latest. */
export async function nearestMemcached(version: string): Promise<MemcachedEngine> {
  const onPath = await memcachedOnPath();
  const suites = SUITES.map((suite) => ({ version: suite.version, start: () => fetched(suite) }));
  const offers = [...suites, ...(onPath === undefined ? [] : [{ version: onPath.version, start: async () => onPath }])];
  const sorted = offers.toSorted((a, b) => compareVersions(a.version, b.version));
  const nearest = sorted.find((offer) => compareVersions(offer.version, version) >= 0) ?? sorted.at(-1);
  if (nearest === undefined) throw new Error('No memcached is known.');
  return nearest.start().catch((error: Error) => {
    if (onPath !== undefined) return onPath;
    throw new Error(
      `memcached ${nearest.version} cannot be started on this machine: ${error.message} Install memcached so that it is on PATH, or run on a machine with apt-get and Debian sources.`,
    );
  });
}

async function fetched({ version, suite, packages }: (typeof SUITES)[number]): Promise<MemcachedEngine> {
  const title = `memcached ${version}`;
  const folder = await fetchedPackages({ title, name: `memcached-${version}-${suite}`, suite, packages, megabytes: 6 });
  const server = (await commandsIn(folder))('usr/bin/memcached');
  return { version: await versionOf(server), origin: `Debian ${suite}`, server };
}

async function memcachedOnPath(path = process.env.PATH ?? ''): Promise<MemcachedEngine | undefined> {
  for (const folder of path.split(delimiter).filter((entry) => entry !== '')) {
    const file = join(folder, 'memcached');
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!found) continue;
    const server: Command = { file, args: [], env: {} };
    return { version: await versionOf(server), origin: file, server };
  }
  return undefined;
}

async function versionOf(server: Command): Promise<string> {
  const { stdout } = await run(server.file, [...server.args, '-V'], { env: { ...process.env, ...server.env } });
  const version = /^memcached (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (version !== undefined) return version;
  throw new Error(`${server.file} -V answered "${stdout.trim().slice(0, 120)}"; expected "memcached 1.…".`);
}
