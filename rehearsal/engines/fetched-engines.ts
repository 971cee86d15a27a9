import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fetchDebianPackages } from './debian-packages';
import { type Command, ENGINE_TITLE, type Engine, type EngineName, identify } from './engine';

/** An engine that a Debian suite holds, with every package it needs to run on any Linux of the same processor. */
export interface DebianEngine {
  readonly engine: EngineName;
  /** The line that the suite holds. A rolling suite (sid) may have moved on: the server's own answer decides. */
  readonly version: string;
  readonly suite: string;
  readonly packages: readonly string[];
}

const EVERYWHERE = [
  'libc6',
  'libatomic1',
  'libgcc-s1',
  'libstdc++6',
  'libjemalloc2',
  'liblzf1',
  'libsystemd0',
  'libzstd1',
];
const REDIS = ['redis-server', 'redis-tools'];
const VALKEY = ['valkey-server', 'valkey-tools'];
/** What libsystemd0 needed before it loaded its compressors and libgcrypt only on demand. */
const OLD_SYSTEMD = ['libgcrypt20', 'libgpg-error0', 'liblz4-1', 'liblzma5'];
const OPENSSL_3 = ['libssl3t64', 'zlib1g', 'libcap2'];

export const DEBIAN_ENGINES: readonly DebianEngine[] = [
  {
    engine: 'redis',
    version: '6.0',
    suite: 'bullseye',
    packages: [...REDIS, ...EVERYWHERE, ...OLD_SYSTEMD, 'libssl1.1', 'liblua5.1-0', 'lua-bitop', 'lua-cjson'],
  },
  {
    engine: 'redis',
    version: '7.0',
    suite: 'bookworm',
    packages: [...REDIS, ...EVERYWHERE, ...OLD_SYSTEMD, 'libssl3', 'libcap2'],
  },
  { engine: 'redis', version: '8.0', suite: 'trixie', packages: [...REDIS, ...EVERYWHERE, ...OPENSSL_3] },
  { engine: 'valkey', version: '8.1', suite: 'trixie', packages: [...VALKEY, ...EVERYWHERE, ...OPENSSL_3] },
  { engine: 'valkey', version: '9.1', suite: 'sid', packages: [...VALKEY, ...EVERYWHERE, ...OPENSSL_3] },
];

/** The engine from the cache folder; fetched first where it is not there yet. */
export async function fetchedEngine(offer: DebianEngine): Promise<Engine> {
  const folder = folderOf(offer);
  if (!existsSync(folder)) await fetchOnce(offer, folder);
  return engineIn(folder, offer);
}

/** Those that were fetched before. */
export async function cachedEngines(): Promise<Engine[]> {
  return Promise.all(
    DEBIAN_ENGINES.filter((offer) => existsSync(folderOf(offer))).map((offer) => engineIn(folderOf(offer), offer)),
  );
}

const underWay = new Map<string, Promise<void>>();

function fetchOnce(offer: DebianEngine, folder: string): Promise<void> {
  let fetching = underWay.get(folder);
  if (!fetching) {
    process.stderr.write(
      `Fetching ${ENGINE_TITLE[offer.engine]} ${offer.version} from Debian ${offer.suite} (once, about 20 MB) …\n`,
    );
    fetching = fetchDebianPackages({ suite: offer.suite, packages: offer.packages, folder }).finally(() =>
      underWay.delete(folder),
    );
    underWay.set(folder, fetching);
  }
  return fetching;
}

async function engineIn(folder: string, offer: DebianEngine): Promise<Engine> {
  const command = await runnerIn(folder);
  const server = command(`${offer.engine}-server`);
  const identity = await identify(server);
  return {
    ...identity,
    origin: `Debian ${offer.suite}`,
    server,
    cli: command(`${offer.engine}-cli`),
    benchmark: command(`${offer.engine}-benchmark`),
  };
}

/**
 * Runs a binary of another suite with that suite's loader and libraries: with the machine's own, an older or newer
 * C library would refuse it.
 */
async function runnerIn(folder: string): Promise<(name: string) => Command> {
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
  return (name) => ({
    file,
    args: ['--library-path', libraries.join(':'), join(folder, 'usr', 'bin', name)],
    // The machine's openssl.cnf is written for another OpenSSL than the one that comes along.
    env: { OPENSSL_CONF: '/dev/null' },
  });
}

/** One folder an engine and processor, in the cache folder beside package.json. */
function folderOf({ engine, version, suite }: DebianEngine): string {
  return join(cacheFolder(), `${engine}-${version}-${suite}-${process.arch}`);
}

function cacheFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error(`No package.json in ${__dirname} or above it, so there is no place for .cache/engines.`);
    folder = parent;
  }
  return join(folder, '.cache', 'engines');
}
