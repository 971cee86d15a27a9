import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fetchDebianPackages } from './debian-packages';
import type { Command } from './engine';
import { FetchProgress } from './fetch-progress';

/** Packages of one Debian suite, unpacked into a cache folder of their own. */
export interface PackageSet {
  /** As people know it, e.g. `Redis 6.0`. */
  readonly title: string;
  /** The name of the folder in the cache, without the processor. */
  readonly name: string;
  readonly suite: string;
  readonly packages: readonly string[];
  /** About what there is to download. */
  readonly megabytes: number;
}

/** One folder a set and processor, in the cache folder. */
export function folderOf({ name }: Pick<PackageSet, 'name'>): string {
  return join(cacheFolder(), `${name}-${process.arch}`);
}

/**
 * The user's cache folder, so that one fetch serves every project, and outlives `npm ci`. Root's is everyone's, for
 * PostgreSQL runs as nobody there, who may not enter root's home.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env, uid = process.getuid?.()): string {
  const { XDG_CACHE_HOME: stated } = env;
  const own = uid === 0 ? '/var/cache' : join(homedir(), '.cache');
  return join(stated !== undefined && isAbsolute(stated) ? stated : own, 'cdk-cutover', 'engines');
}

const underWay = new Map<string, Promise<void>>();
const progress = new FetchProgress(process.stderr);

/** The folder that holds the set; fetched first where it is not there yet. */
export async function fetchedPackages(set: PackageSet): Promise<string> {
  const folder = folderOf(set);
  if (existsSync(folder)) return folder;
  let fetching = underWay.get(folder);
  if (!fetching) {
    process.stderr.write(`Fetching ${set.title} from Debian ${set.suite} (once, about ${set.megabytes} MB) …\n`);
    const onProgress = (done: number, total: number) => progress.show(set.title, done, total);
    fetching = fetchDebianPackages({ suite: set.suite, packages: set.packages, folder, onProgress }).finally(() => {
      underWay.delete(folder);
      progress.end(set.title);
    });
    underWay.set(folder, fetching);
  }
  await fetching;
  return folder;
}

/**
 * Runs a binary of another suite with that suite's loader and libraries: with the machine's own, an older or newer
 * C library would refuse it.
 *
 * @returns a function from a path inside the folder to the command that runs it.
 */
export async function commandsIn(folder: string): Promise<(path: string) => Command> {
  const libraries: string[] = [];
  let loader: string | undefined;
  for (const base of ['usr/lib', 'lib']) {
    for (const name of await readdir(join(folder, base)).catch(() => [])) {
      if (!name.endsWith('-linux-gnu')) continue;
      const triplet = join(folder, base, name);
      libraries.push(triplet);
      const file = (await readdir(triplet)).find((entry) => /^ld-linux.*\.so\.\d+$/.test(entry));
      if (file) loader = join(triplet, file);
    }
  }
  if (!loader) {
    throw new Error(
      `${folder} holds no ld-linux loader, so nothing in it can run; delete the folder to fetch it again.`,
    );
  }
  const file = loader;
  return (path) => ({
    file,
    args: ['--library-path', libraries.join(':'), join(folder, path)],
    // The machine's openssl.cnf is written for another OpenSSL than the one that comes along.
    env: { OPENSSL_CONF: '/dev/null' },
  });
}
