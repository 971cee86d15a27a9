import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandsIn, fetchedPackages } from '../../rehearsal/engines/fetched-packages';
import { onDemand } from '../rehearsal/testbed/on-demand';
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

const FAKETIME = {
  title: 'libfaketime 0.9',
  name: 'libfaketime-0.9-bookworm',
  suite: 'bookworm',
  megabytes: 1,
  packages: ['libfaketime'],
};

/** A clock that is ahead of the machine's or behind it, for cron and all that it starts. */
class Clock {
  private constructor(private readonly library: string) {}

  static async fetch(): Promise<Clock> {
    const folder = await fetchedPackages(FAKETIME);
    const file = globSync(join(folder, 'usr/lib/*/faketime/libfaketime.so.1'))[0];
    return new Clock(String(file));
  }

  /** Every process looks each time. */
  get environment(): Record<string, string> {
    return {
      LD_PRELOAD: this.library,
      FAKETIME_TIMESTAMP_FILE: join(host.root, 'clock'),
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** Replaced in one step: a file that is being written would be no time at all. */
  setAhead(seconds: number): void {
    const sign = seconds < 0 ? '-' : '+';
    host.write('clock.new', `${sign}${Math.abs(Math.round(seconds))}\n`);
    renameSync(join(host.root, 'clock.new'), join(host.root, 'clock'));
  }
}

/** cronie itself, for which the host's /etc/cron.d is the machine's. */
async function startCron(environment: Record<string, string> = {}): Promise<void> {
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
    env: { PATH: process.env.PATH, ...environment },
  });
}

/** cron makes an environment of its own: what leads to the endpoints of the test stands in the file. */
function leadToEndpoints(more: Record<string, string> = {}): void {
  const file = join(host.root, 'etc/cron.d/cutover-batch');
  const { PATH: _path, ...environment } = { ...host.environment, ...more };
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  writeFileSync(file, `${variables.join('\n')}\n${host.read('etc/cron.d/cutover-batch')}`);
}

const inCronie = isRoot ? test : test.skip;
/** cron sleeps for whole minutes of the machine's, whatever its clock says. */
const inCronieOnDemand = isRoot ? onDemand : test.skip;

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

inCronieOnDemand('where the clock is put back, cronie starts the line again and the runner does not', async () => {
  const clock = await Clock.fetch();
  clock.setAhead(0);
  mkdirSync(join(host.root, 'etc/cron.d'), { recursive: true });
  await host.deploy([job('orders', { command: 'echo "$CUTOVER_SLOT"' })]);
  leadToEndpoints(clock.environment);
  await startCron(clock.environment);
  await eventually(() => host.eventsOf('orders').includes('succeeded'));
  clock.setAhead(-60);
  await eventually(() => host.eventsOf('orders').includes('not started'));
  const ran = host.output('orders').trim().split('\n');
  expect(new Set(ran).size).toBe(ran.length);
});

inCronieOnDemand(
  'where clocks are put forward, what is due in the hour left out is started once, at the change',
  async () => {
    const clock = await Clock.fetch();
    const change = Date.parse('2026-03-29T01:00:00Z');
    const begin = change - 70_000;
    clock.setAhead((begin - Date.now()) / 1_000);
    mkdirSync(join(host.root, 'etc/cron.d'), { recursive: true });
    const command = 'echo "$CUTOVER_SLOT"';
    await host.deploy(
      [
        job('half-past-two', { schedule: '30 2 * * *', command }),
        job('a-quarter-to-three', { schedule: '45 2 * * *', command }),
        job('each-minute', { command }),
      ],
      { timeZone: 'Europe/Berlin' },
    );
    for (const name of ['half-past-two', 'a-quarter-to-three', 'each-minute']) host.settle(name, new Date(begin));
    leadToEndpoints(clock.environment);
    await startCron({ ...clock.environment, TZ: 'Europe/Berlin' });
    const names = ['half-past-two', 'a-quarter-to-three'];
    await eventually(() => names.every((name) => host.eventsOf(name).includes('succeeded')));
    expect(names.map((name) => host.output(name))).toEqual(['20260329T0100Z-0230\n', '20260329T0100Z-0245\n']);
    const ran = host.output('each-minute').trim().split('\n');
    expect(ran).toContain('20260329T0100Z-0300');
    expect(new Set(ran).size).toBe(ran.length);
  },
);
