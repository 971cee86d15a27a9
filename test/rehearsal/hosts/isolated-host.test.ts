import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { relative, sep } from 'node:path';
import { HostsClock } from '../../../rehearsal/hosts/isolated/hosts-clock';
import { IsolatedHost } from '../../../rehearsal/hosts/isolated/isolated-host';
import { whyNotIsolated } from '../../../rehearsal/hosts/isolated/isolation';

/** Root's alone: elsewhere the test below says what is missing. */
const asRoot = process.getuid?.() === 0 ? test : test.skip;

const BEGIN = Date.parse('2020-11-01T05:30:00Z');

test('without root, hosts of their own are refused in one sentence that says what to do', async () => {
  expect(await whyNotIsolated(1000)).toBe(
    'Hosts of their own need root, for users, mounts and process namespaces: run it as root, e.g. with sudo, or in a container.',
  );
});

describe('a host of its own', () => {
  let clock: HostsClock;
  let host: IsolatedHost;

  beforeAll(async () => {
    if (process.getuid?.() !== 0) return;
    clock = new HostsClock({ begin: BEGIN, rate: 60 });
    host = await IsolatedHost.start({
      hostname: 'batch-1',
      timeZone: 'Europe/Berlin',
      users: [{ name: 'shop', uid: 1234 }],
      clock,
      mounts: {},
      tools: { greet: '#!/bin/sh\necho "hello from $(hostname)"\n' },
    });
  }, 120_000);
  afterAll(async () => {
    await host?.remove();
    clock?.close();
  });

  const out = async (script: string, environment = {}) => {
    const { stdout, stderr } = await host.run(['sh', '-c', script], environment);
    return stdout + stderr;
  };

  asRoot('has users, files, programs and processes that are not the machine’s', async () => {
    writeFileSync(host.path('etc/cron.d/shop'), 'x\n');
    expect(await out('greet; ls /etc/cron.d; id -u shop; ps -o comm= -C tail; ps ax | wc -l')).toMatch(
      /^hello from batch-1\nshop\n1234\ntail\n[1-9]\n$/,
    );
    expect(existsSync('/etc/cron.d/shop')).toBe(false);
    expect(await out('useradd --create-home batch && stat -c %U:%G /home/batch')).toBe('batch:batch\n');
    expect(await out('touch /usr/bin/new && touch /usr/lib/new')).toContain('Read-only file system');
    expect(existsSync('/usr/bin/new')).toBe(false);
    expect(await out('printenv SECRET || echo none')).toBe('none\n');
  });

  asRoot('goes by the rehearsal’s clock in every program, whatever its environment is, and sleeps by it', async () => {
    const before = clock.now();
    const [shown = '', slept = ''] = (await out('env -i date +%s; sleep 120; env -i date +%s')).trim().split('\n');
    const after = clock.now();
    expect(Number(shown) * 1_000).toBeGreaterThanOrEqual(Math.floor(before / 1_000) * 1_000);
    expect(Number(slept) - Number(shown)).toBeGreaterThanOrEqual(120);
    expect(Number(slept) * 1_000).toBeLessThanOrEqual(after);
  });

  asRoot('has files whose times are told apart to the second of its clock, as its cron compares them', async () => {
    const [first, second] = (await out('touch a; date -r a +%s; sleep 6; touch a; date -r a +%s; rm a'))
      .trim()
      .split('\n');
    expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(5);
    expect(Math.abs(Number(second) * 1_000 - clock.now())).toBeLessThan(60_000);
  });

  asRoot('has its clock put back alone, and the rehearsal’s goes on', async () => {
    const before = clock.now();
    clock.step('batch-1', -3_600);
    const shown = Number(await out('date +%s')) * 1_000;
    clock.step('batch-1', 3_600);
    expect(shown).toBeLessThan(before - 3_000_000);
    expect(clock.now()).toBeGreaterThan(before);
  });

  asRoot('dies with all of its processes, and comes back with its disk and another boot', async () => {
    const boot = await out('echo kept > /var/lib/kept; echo lost > /run/lost; cat /proc/sys/kernel/random/boot_id');
    const sleeper = host.run(['sleep', '1000000']);
    await host.kill();
    expect((await sleeper).status).not.toBe(0);
    expect(() => host.entrance).toThrow('The host batch-1 is down.');
    await host.boot();
    expect(await out('cat /var/lib/kept; ls /run/lost')).toMatch(/^kept\nls: cannot access/);
    expect(await out('cat /proc/sys/kernel/random/boot_id')).not.toBe(boot);
  });

  asRoot('leaves nothing on the machine', async () => {
    const [folder = ''] = relative(tmpdir(), host.path('')).split(sep);
    expect(readdirSync(tmpdir())).toContain(folder);
    await host.remove();
    expect(readdirSync(tmpdir())).not.toContain(folder);
  });
});
