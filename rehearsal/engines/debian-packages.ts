import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { type AptSource, readAptSources } from './apt-sources';

const run = promisify(execFile);

/** Suites that live in Debian's main archive side by side, so that one's name can stand in for another's. */
const DEBIAN_SUITE = /^(buster|bullseye|bookworm|trixie|forky|sid|(old)*stable|testing|unstable)$/;

export interface PackageRequest {
  /** Debian's codename, e.g. `bullseye`. It need not be the machine's own. */
  readonly suite: string;
  /** All that is needed, dependencies included: nothing is resolved, nothing of the machine's is used. */
  readonly packages: readonly string[];
  /** Where the packages' files end up; made whole or not at all. */
  readonly folder: string;
  /** Told while packages come: how many bytes of all have come. @default - nobody is told */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

/**
 * Unpacks packages of any Debian suite beside the system, without root.
 *
 * The archive's address and keyring are those of the machine's own apt sources, read when this runs. apt verifies
 * the suite's signature against that keyring and every package against the suite; a keyring that does not know the
 * suite makes this fail, and nothing here turns the check off.
 *
 * Several processes may ask for the same folder at once: each works in a folder of its own, and the first to rename
 * it into place wins.
 */
export async function fetchDebianPackages(request: PackageRequest, sources = readAptSources()): Promise<void> {
  const archive = debianArchive(sources);
  const parent = dirname(request.folder);
  await mkdir(parent, { recursive: true });
  const work = await mkdtemp(join(parent, `.${basename(request.folder)}-`));
  try {
    const apt = await privateApt(work, archive, request.suite);
    await apt(['update']);
    const downloads = join(work, 'downloads');
    await mkdir(downloads);
    const total = bytesOf(await apt(['--print-uris', 'download', ...request.packages]));
    const { onProgress = () => undefined } = request;
    onProgress(0, total);
    await apt(['download', ...request.packages], (percent) => onProgress(Math.round((total * percent) / 100), total));
    onProgress(total, total);
    const root = join(work, 'root');
    for (const file of await readdir(downloads)) await run('dpkg', ['-x', join(downloads, file), root]);
    await moveIntoPlace(root, request.folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

export interface SourceRequest {
  readonly suite: string;
  /** Of the source package, e.g. `cronie`. */
  readonly source: string;
  /** Where it ends up, with Debian's patches; made whole or not at all. */
  readonly folder: string;
}

/** Unpacks a source package of any Debian suite, as `fetchDebianPackages` does packages. Needs `dpkg-source`, of dpkg-dev. */
export async function fetchDebianSource(request: SourceRequest, sources = readAptSources()): Promise<void> {
  const parent = dirname(request.folder);
  await mkdir(parent, { recursive: true });
  const work = await mkdtemp(join(parent, `.${basename(request.folder)}-`));
  try {
    const apt = await privateApt(work, debianArchive(sources), request.suite, 'deb-src');
    await apt(['update']);
    const downloads = join(work, 'downloads');
    await mkdir(downloads);
    await apt(['source', request.source]);
    const unpacked = (await readdir(downloads, { withFileTypes: true })).find((entry) => entry.isDirectory());
    if (unpacked === undefined) throw new Error(`apt-get source ${request.source} unpacked nothing: install dpkg-dev.`);
    await moveIntoPlace(join(downloads, unpacked.name), request.folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The archive of the machine that holds every Debian suite. */
export function debianArchive(sources: readonly AptSource[]): AptSource {
  const archive = sources.find(({ suite, components }) => DEBIAN_SUITE.test(suite) && components.includes('main'));
  if (!archive) {
    const seen = [...new Set(sources.map(({ suite }) => suite))].join(', ') || 'no source at all';
    throw new Error(
      `the apt sources of this machine (/etc/apt) name no Debian suite with the component main; found: ${seen}`,
    );
  }
  return archive;
}

/** `apt-get` with lists, cache and status of its own: the machine's are neither needed nor touched. */
async function privateApt(work: string, archive: AptSource, suite: string, types: 'deb' | 'deb-src' = 'deb') {
  const file = (name: string) => join(work, name);
  for (const folder of ['lists/partial', 'cache/archives/partial', 'no-parts']) {
    await mkdir(file(folder), { recursive: true });
  }
  await writeFile(file('status'), '');
  await writeFile(
    file('debian.sources'),
    [
      `Types: ${types}`,
      `URIs: ${archive.uri}`,
      `Suites: ${suite}`,
      'Components: main',
      ...(archive.signedBy ? [`Signed-By: ${archive.signedBy}`] : []),
      '',
    ].join('\n'),
  );
  const options = {
    'Dir::State': work,
    'Dir::State::lists': file('lists'),
    'Dir::State::status': file('status'),
    'Dir::Cache': file('cache'),
    'Dir::Etc::sourcelist': file('debian.sources'),
    'Dir::Etc::sourceparts': file('no-parts'),
    // Pins are for what is installed on the machine, which this is not.
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': file('no-parts'),
    // As root, apt would drop to a user that cannot write here.
    'APT::Sandbox::User': userInfo().username,
    'Acquire::Languages': 'none',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
    'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled': 'false',
    'Acquire::Retries': '2',
    'Acquire::http::Timeout': '30',
    // An update that could not fetch its index is a warning by default, and the download then says "no such package".
    'APT::Update::Error-Mode': 'any',
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  return async (words: readonly string[], onPercent?: (percent: number) => void): Promise<string> => {
    const brings = words.includes('download') || words.includes('source');
    const cwd = brings ? file('downloads') : work;
    return aptGet(['-q', ...flags, ...words], cwd, onPercent).catch((error: Failure) => {
      throw new Error(`apt-get ${brings ? 'download' : 'update'} (${suite}) failed: ${reasonOf(error)}`);
    });
  };
}

type Failure = Error & { stderr?: string; code?: string | number };

/** What it prints. apt writes how far it is to a descriptor of its own, on which nothing else is written. */
async function aptGet(
  args: readonly string[],
  cwd: string,
  onPercent: (percent: number) => void = () => undefined,
): Promise<string> {
  const child = spawn('apt-get', ['-o', 'APT::Status-Fd=3', ...args], {
    cwd,
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [, output, errors, status] = child.stdio as readonly (Readable | null)[] as readonly [
    null,
    Readable,
    Readable,
    Readable,
  ];
  createInterface(status).on('line', (line) => {
    const percent = /^dlstatus:\d+:([\d.]+):/.exec(line)?.[1];
    if (percent !== undefined) onPercent(Number(percent));
  });
  const [stdout, stderr, [code]] = await Promise.all([text(output), text(errors), once(child, 'close')]);
  if (code !== 0) throw Object.assign(new Error(`it ended with ${code}`), { stderr });
  return stdout;
}

/** Of lines like `'http://…' redis_7.0.deb 1234 SHA256:…`. */
function bytesOf(uris: string): number {
  return [...uris.matchAll(/^'\S+' \S+ (\d+) /gm)].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}

function reasonOf(error: Failure): string {
  if (error.code === 'ENOENT') return 'there is no apt-get on this machine';
  const errors = (error.stderr ?? '').split('\n').filter((line) => /^[EW]: /.test(line));
  const reason = errors.length > 0 ? errors.join(' ') : error.message;
  return /NO_PUBKEY|not signed|signatures? couldn't be verified/i.test(reason)
    ? `${reason} The keyring of this machine does not know that suite: update the package debian-archive-keyring.`
    : reason;
}

/** The first process has made it; what the others made is the same. */
export async function moveIntoPlace(root: string, folder: string): Promise<void> {
  await rename(root, folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
}
