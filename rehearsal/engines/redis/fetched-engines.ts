import { existsSync } from 'node:fs';
import { ENGINE_TITLE, type Engine, type EngineName, identify } from '../engine';
import { commandsIn, fetchedPackages, folderOf, type PackageSet } from '../fetched-packages';

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
  return engineIn(await fetchedPackages(packagesOf(offer)), offer);
}

/** Those that were fetched before. */
export async function cachedEngines(): Promise<Engine[]> {
  const here = DEBIAN_ENGINES.map((offer) => ({ offer, folder: folderOf(packagesOf(offer)) }));
  return Promise.all(
    here.filter(({ folder }) => existsSync(folder)).map(({ folder, offer }) => engineIn(folder, offer)),
  );
}

function packagesOf({ engine, version, suite, packages }: DebianEngine): PackageSet {
  const title = `${ENGINE_TITLE[engine]} ${version}`;
  return { title, name: `${engine}-${version}-${suite}`, suite, packages, megabytes: 20 };
}

async function engineIn(folder: string, offer: DebianEngine): Promise<Engine> {
  const command = await commandsIn(folder);
  const server = command(`usr/bin/${offer.engine}-server`);
  const identity = await identify(server);
  return {
    ...identity,
    origin: `Debian ${offer.suite}`,
    server,
    cli: command(`usr/bin/${offer.engine}-cli`),
    benchmark: command(`usr/bin/${offer.engine}-benchmark`),
  };
}
