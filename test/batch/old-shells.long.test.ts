import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchedPackages } from '../../rehearsal/engines/fetched-packages';
import { BlueHost, cut, ended, minutesAgo, slot } from './blue-host';

jest.setTimeout(300_000);

const JOB = '*/5 * * * *\troot  echo ran';
const CRONTAB = `MAILTO=ops@example.com\n${JOB}\n0 3 * * * root /usr/sbin/tidy\n`;

/** What BusyBox has not, and a host must have: docs/batch-hosts.md. */
const NEEDED = '/usr/bin/flock';

const folder = mkdtempSync(join(tmpdir(), 'old-shells-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A folder with all that BusyBox is, and nothing else but `flock`. */
async function busybox(): Promise<{ readonly shell: readonly string[]; readonly tools: string }> {
  const packages = await fetchedPackages({
    ...{ title: 'BusyBox 1.30', name: 'busybox-1.30-bullseye', suite: 'bullseye' },
    ...{ packages: ['busybox-static'], megabytes: 1 },
  });
  const binary = join(packages, 'bin/busybox');
  const { stdout } = await ended(binary, ['--list']);
  for (const name of stdout.trim().split('\n')) symlinkSync(binary, join(folder, name));
  if (!existsSync(join(folder, 'flock'))) symlinkSync(NEEDED, join(folder, 'flock'));
  return { shell: [join(folder, 'sh')], tools: folder };
}

/** Each as a server calls it `sh`. */
const SHELLS: Readonly<Record<string, () => Promise<{ readonly shell: readonly string[]; readonly tools?: string }>>> =
  {
    'BusyBox, with its own tools': busybox,
    'bash in its POSIX mode': async () => ({ shell: ['/bin/bash', '--posix'] }),
    bash: async () => ({ shell: ['/bin/bash'] }),
    dash: async () => ({ shell: ['/bin/dash'] }),
  };

test.each(Object.entries(SHELLS))(
  '%s takes the guard, judges slots by it, makes up for what it refused, and gives the line back',
  async (_, of) => {
    const { shell, tools } = await of();
    const blue = new BlueHost(CRONTAB, shell, tools);
    try {
      const take = (epoch: number, at: number, runs: string) => blue.tell('guard', JOB, { epoch, cut: cut(at), runs });
      expect(await blue.tell('look', JOB, { check: 'yes' })).toMatchObject({ answer: 'ok', line: 'plain' });
      expect(await take(1, 5, 'no')).toMatchObject({ answer: 'ok', line: 'guarded', epoch: 1, running: 0 });
      const line = blue.lines()[1];
      expect(line).toContain('/guard export || exit 0; echo ran');
      expect(await blue.start(6, line)).toBe('ran\n');
      await blue.start(6, blue.lines()[2]);
      expect(blue.ledger().map(([verb]) => verb)).toEqual(['claim', 'run', 'read']);
      expect(await take(2, -2, 'no')).toMatchObject({ answer: 'ok', epoch: 2 });
      expect(await blue.start(6, line)).toBe('');
      expect(await blue.tell('settle', JOB, { epoch: 2, cut: cut(-2) })).toMatchObject({ deciding: 0, running: 0 });
      expect(blue.ledger().map(([verb]) => verb)).toEqual(['claim', 'run', 'read', 'claim', 'refused']);
      expect(await take(3, -2, 'yes')).toMatchObject({ answer: 'ok', epoch: 3 });
      const makeUp = () =>
        blue.tell('runOwed', JOB, { epoch: 3, since: slot(minutesAgo(20)), late: 'each', overlap: 'no' });
      expect((await makeUp()).owed).toMatchObject({ pending: 1 });
      const owed = blue.lines().find((each) => each.includes(' owed ||'));
      expect(await blue.start(6, owed)).toBe('ran\n');
      expect((await makeUp()).owed).toMatchObject({ pending: 0, startedCount: 1 });
      const left = await blue.tell('unguard', JOB, { epoch: 3 });
      expect(left).toMatchObject({ answer: 'ok', line: 'plain' });
      expect(blue.text()).toBe(CRONTAB);
    } finally {
      blue.stop();
    }
  },
);
