import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { AptSource } from '../../../rehearsal/engines/apt-sources';
import { fetchDebianPackages } from '../../../rehearsal/engines/debian-packages';

const run = promisify(execFile);
const SUITE = 'trixie';
const PART = 2 ** 18;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'));
  await buildArchive();
  const release = join(folder, 'debian', 'dists', SUITE, 'Release');
  for (const key of ['known', 'unknown']) {
    await gpg('--passphrase', '', '--quick-generate-key', `${key}@example`, 'rsa2048', 'sign');
    await gpg('--output', join(folder, `${key}.gpg`), '--export', `${key}@example`);
  }
  await gpg('--armor', '-u', 'known@example', '--output', `${release}.gpg`, '--detach-sign', release);
});
afterAll(async () => {
  // gpg leaves an agent running for its keys.
  await run('gpgconf', ['--homedir', join(folder, 'keys'), '--kill', 'all']);
  await rm(folder, { recursive: true, force: true });
});

async function gpg(...args: readonly string[]): Promise<void> {
  await run('gpg', ['--homedir', join(folder, 'keys'), '--batch', ...args]);
}

const source = (signedBy: string): AptSource => ({
  uri: `file:${join(folder, 'debian')}`,
  suite: 'bookworm',
  components: ['main'],
  signedBy: join(folder, signedBy),
});

test('packages of another suite are unpacked, by several at once, with nothing left over', async () => {
  const target = join(folder, 'cache', 'hello-1');
  const request = { suite: SUITE, packages: ['hello'], folder: target };
  await Promise.all([1, 2, 3].map(() => fetchDebianPackages(request, [source('known.gpg')])));
  expect(await readFile(join(target, 'usr', 'bin', 'hello'), 'utf8')).toBe('hello\n');
  expect(await readdir(join(folder, 'cache'))).toEqual(['hello-1']);
});

test('how many bytes have come is told while they come', async () => {
  const bytes = (await stat(join(folder, 'debian/pool/hello_1_all.deb'))).size;
  const server = createServer(async (request, response) => {
    const file = await readFile(join(folder, String(request.url))).catch(() => undefined);
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('content-length', file.length);
    for (let start = 0; start < file.length; start += PART) {
      response.write(file.subarray(start, start + PART));
      if (file.length > PART) await setTimeout(300);
    }
    response.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const told: [number, number][] = [];
  try {
    await fetchDebianPackages(
      {
        suite: SUITE,
        packages: ['hello'],
        folder: join(folder, 'cache', 'hello-slow'),
        onProgress: (...progress) => told.push(progress),
      },
      [{ ...source('known.gpg'), uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/debian` }],
    );
  } finally {
    server.close();
  }
  expect(told[0]).toEqual([0, bytes]);
  expect(told.at(-1)).toEqual([bytes, bytes]);
  const between = told.filter(([done]) => done > 0 && done < bytes);
  expect(between.length).toBeGreaterThan(0);
  await rm(join(folder, 'cache', 'hello-slow'), { recursive: true });
});

test('an archive signed with a key that the machine does not know is refused', async () => {
  const request = { suite: SUITE, packages: ['hello'], folder: join(folder, 'cache', 'hello-2') };
  await expect(fetchDebianPackages(request, [source('unknown.gpg')])).rejects.toThrow(/debian-archive-keyring/);
  expect(await readdir(join(folder, 'cache'))).not.toContain('hello-2');
});

test('a package that does not exist is named', async () => {
  const request = { suite: SUITE, packages: ['goodbye'], folder: join(folder, 'cache', 'goodbye') };
  await expect(fetchDebianPackages(request, [source('known.gpg')])).rejects.toThrow(/trixie.*goodbye/s);
});

test('a suite that the archive does not have is named', async () => {
  const request = { suite: 'forky', packages: ['hello'], folder: join(folder, 'cache', 'hello-3') };
  await expect(fetchDebianPackages(request, [source('known.gpg')])).rejects.toThrow(/apt-get update \(forky\) failed/);
});

/** A Debian archive of one package, as apt reads it. */
async function buildArchive(): Promise<void> {
  await mkdir(join(folder, 'keys'), { mode: 0o700 });
  await mkdir(join(folder, 'cache'));
  const tree = join(folder, 'hello');
  await mkdir(join(tree, 'DEBIAN'), { recursive: true });
  await mkdir(join(tree, 'usr', 'bin'), { recursive: true });
  await writeFile(join(tree, 'usr', 'bin', 'hello'), 'hello\n');
  await writeFile(join(tree, 'usr', 'bin', 'large'), randomBytes(2 * 2 ** 20));
  const control =
    'Package: hello\nVersion: 1\nArchitecture: all\nMaintainer: Archive <archive@example>\nDescription: hello\n';
  await writeFile(join(tree, 'DEBIAN', 'control'), control);
  const archive = join(folder, 'debian');
  await mkdir(join(archive, 'pool'), { recursive: true });
  const file = join(archive, 'pool', 'hello_1_all.deb');
  await run('dpkg-deb', ['--build', '--root-owner-group', tree, file]);
  const deb = await readFile(file);

  const packages = `${control}Filename: pool/hello_1_all.deb\nSize: ${deb.length}\nSHA256: ${sha256(deb)}\n`;
  const { stdout: architecture } = await run('dpkg', ['--print-architecture']);
  const index = `main/binary-${architecture.trim()}`;
  const suite = join(archive, 'dists', SUITE);
  await mkdir(join(suite, index), { recursive: true });
  await writeFile(join(suite, index, 'Packages'), packages);
  await writeFile(
    join(suite, 'Release'),
    `Origin: Test\nSuite: ${SUITE}\nCodename: ${SUITE}\nDate: ${new Date().toUTCString()}\nArchitectures: ${architecture.trim()}\n` +
      `Components: main\nSHA256:\n ${sha256(packages)} ${Buffer.byteLength(packages)} ${index}/Packages\n`,
  );
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
