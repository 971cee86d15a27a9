import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandsIn, fetchedPackages } from '../../rehearsal/engines/fetched-packages';
import { eventually, HostUnderTest, isRoot, job } from './host-under-test';

jest.setTimeout(300_000);

/** Amazon Linux 2023 has 1.5.7; what a line of /etc/cron.d is, and how it is started, is the same. */
const CRONIE = {
  title: 'cronie 1.7',
  name: 'cronie-1.7-trixie',
  suite: 'trixie',
  megabytes: 4,
  packages: ['cronie', 'libc6', 'libpam0g', 'libselinux1', 'libaudit1', 'libcap-ng0', 'libpcre2-8-0'],
};

let host: HostUnderTest;
let cron: ChildProcess | undefined;
beforeEach(async () => {
  host = await HostUnderTest.start();
});
afterEach(async () => {
  if (cron !== undefined && cron.exitCode === null) {
    cron.kill();
    await once(cron, 'close');
  }
  await host.stop();
});

/** cronie itself, for which the host's /etc/cron.d is the machine's. */
async function startCron(): Promise<void> {
  const crond = (await commandsIn(await fetchedPackages(CRONIE)))('usr/sbin/crond');
  const mounts = [
    'mount -t tmpfs none /run',
    'mount -t tmpfs none /var/spool',
    'mkdir -p /var/spool/cron/crontabs',
    `mount --bind '${host.root}/etc/cron.d' /etc/cron.d`,
  ];
  const script = [...mounts, 'exec "$@"'].join(' && ');
  cron = spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', crond.file, ...crond.args, '-n', '-s'], {
    stdio: 'ignore',
    env: { PATH: process.env.PATH },
  });
}

/** cron makes an environment of its own: what leads to the endpoints of the test stands in the file. */
function leadToEndpoints(): void {
  const file = join(host.root, 'etc/cron.d/cutover-batch');
  const { PATH: _path, ...environment } = host.environment;
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  writeFileSync(file, `${variables.join('\n')}\n${host.read('etc/cron.d/cutover-batch')}`);
}

const inCronie = isRoot ? test : test.skip;

inCronie('cronie starts each job once a minute, as its user, and the tick beside them', async () => {
  mkdirSync(join(host.root, 'etc/cron.d'), { recursive: true });
  await host.deploy([
    job('percent', { command: 'echo "$CUTOVER_SLOT $(date +%u) 100%"' }),
    job('nobody', { command: 'echo "$CUTOVER_SLOT $(id -un)"', user: 'nobody' }),
    job('zone', { schedule: '* * * * *', timeZone: 'Asia/Tokyo', command: 'echo "$CUTOVER_SLOT"' }),
    job('later', { schedule: '0 0 1 1 *' }),
  ]);
  leadToEndpoints();
  await startCron();
  const names = ['percent', 'nobody', 'zone'];
  await eventually(() => names.every((name) => host.eventsOf(name).includes('succeeded')));
  await eventually(() => host.events().some(({ event }) => event === 'heartbeat'));
  for (const name of names) {
    const ran = host.output(name).trim().split('\n');
    expect(ran.map((line) => line.split(' ')[0])).toEqual(Object.keys(host.records(name)));
  }
  expect(host.output('percent')).toMatch(/^\d{8}T\d{4}Z-\d{4} [1-7] 100%\n/);
  expect(host.output('nobody')).toMatch(/ nobody\n/);
  expect(host.output('later')).toBe('');
});
