import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareVersions, isOfLine } from '../../../../rehearsal/engines/engine';
import { availableEngines, closest, findEngine, nearestEngine } from '../../../../rehearsal/engines/redis/find-engine';
import { startServer } from '../../../../rehearsal/engines/redis/server';

jest.setTimeout(180_000);

describe('versions', () => {
  test('are ordered by their numbers', () => {
    expect(['10.0', '6.2.1', '6.0', '6.10', '6.2'].sort(compareVersions)).toEqual([
      '6.0',
      '6.2',
      '6.2.1',
      '6.10',
      '10.0',
    ]);
  });

  test('belong to a line by whole numbers', () => {
    expect(isOfLine('6.0.16', '6.0')).toBe(true);
    expect(isOfLine('6.0.16', '6')).toBe(true);
    expect(isOfLine('6.0.16', '6.0.1')).toBe(false);
    expect(isOfLine('60.0.1', '6')).toBe(false);
  });

  test('the closest is of the same line, else the next newer, else the newest older', () => {
    const versions = ['8.0.2', '6.0.16', '7.0.15'].map((version) => ({ version }));
    const pick = (version: string) => closest(version, versions)?.version;
    expect(pick('7.0.7')).toBe('7.0.15');
    expect(pick('2.8.24')).toBe('6.0.16');
    expect(pick('7.2')).toBe('8.0.2');
    expect(pick('9.1')).toBe('8.0.2');
    expect(closest('7.0', [])).toBeUndefined();
  });
});

describe('an engine', () => {
  let folder: string;
  const { PATH } = process.env;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bin-'));
  });
  afterEach(async () => {
    process.env.PATH = PATH;
    await rm(folder, { recursive: true });
  });

  /** A folder of PATH with a server in it, as a package manager would have left it. */
  async function installOnPath(name: string, script: string): Promise<void> {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
    process.env.PATH = `${folder}:${PATH}`;
  }

  test('on PATH is preferred, and judged by what it says it is', async () => {
    const { server } = await findEngine('valkey', '8.1');
    const environment = Object.entries(server.env).map(([name, value]) => `${name}=${value}`);
    const command = ['exec env', ...environment, server.file, ...server.args, '"$@"'].join(' ');
    await installOnPath('redis-server', command);

    const found = await findEngine('valkey', '8');
    expect(found.origin).toBe(join(folder, 'redis-server'));
    expect(await availableEngines()).toContainEqual(found);
    const started = await startServer(found);
    await started.stop();
  });

  test('that cannot say its version is passed over', async () => {
    await installOnPath('redis-server', 'echo broken; exit 1');
    const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      expect((await findEngine('redis', '7.0')).origin).not.toContain(folder);
      expect(stderr).toHaveBeenCalledWith(expect.stringContaining(join(folder, 'redis-server')));
    } finally {
      stderr.mockRestore();
    }
  });

  test('that nobody packages is refused, saying what was looked for, where, and what to do', async () => {
    await expect(findEngine('redis', '2.8.24')).rejects.toThrow(
      /Redis 2\.8\.24 cannot be started.*PATH.*Debian package.*Redis 6\.0 \(bullseye\).*Install redis-server 2\.8\.24/s,
    );
  });

  test('that nobody packages has the nearest newer one stand in', async () => {
    expect(await nearestEngine('redis', '2.8.24')).toMatchObject({
      engine: 'redis',
      version: expect.stringMatching(/^6\.0\./),
    });
    expect(await nearestEngine('valkey', '7.2')).toMatchObject({ version: expect.stringMatching(/^8\.1\./) });
  });

  test.each([
    ['redis', '8.0'],
    ['valkey', '9'],
  ] as const)('%s %s runs too', async (name, version) => {
    const started = await startServer(await findEngine(name, version));
    expect(started.engine.version.startsWith(`${version}.`)).toBe(true);
    await started.stop();
  });
});
