import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { commandsIn, fetchedPackages } from '../../rehearsal/engines/fetched-packages';
import { eventually, HostUnderTest, isRoot, job } from './host-under-test';

/** Amazon Linux 2023 has 3.20. */
const LOGROTATE = {
  title: 'logrotate 3.21',
  name: 'logrotate-3.21-bookworm',
  suite: 'bookworm',
  megabytes: 4,
  packages: ['logrotate', 'libc6', 'libacl1', 'libpopt0', 'libselinux1', 'libpcre2-8-0'],
};

let host: HostUnderTest;
beforeEach(async () => {
  host = await HostUnderTest.start();
});
afterEach(() => host.stop());

/** With the arguments of cron's line. */
async function rotate(): Promise<void> {
  const logrotate = (await commandsIn(await fetchedPackages(LOGROTATE)))('usr/sbin/logrotate');
  const line = host
    .read('etc/cron.d/cutover-batch')
    .split('\n')
    .find((each) => each.includes('logrotate'));
  const [, given = ''] = /root logrotate (.*)$/.exec(String(line)) ?? [];
  await promisify(execFile)(logrotate.file, [...logrotate.args, ...given.split(' ')]);
}

(isRoot ? test : test.skip)('logs are kept small, and a run that goes on writes on', async () => {
  const command =
    'head -c 11000000 /dev/zero | tr "\\0" x; echo; echo before; while [ ! -e go ]; do sleep 0.05; done; echo after';
  await host.deploy([job('chatty', { command })]);
  const running = host.ended(host.run('chatty', '--now'));
  await eventually(() => host.output('chatty').endsWith('before\n'));
  await rotate();
  const [revision = ''] = readdirSync(join(host.root, 'opt/cutover-batch/revisions'));
  host.write(join('opt/cutover-batch/revisions', revision, 'files/go'), '');
  await running;
  expect(host.output('chatty')).toBe('after\n');
  const logs = join(host.root, 'var/log/cutover-batch/jobs');
  expect(readdirSync(logs).sort()).toEqual(['chatty.log', 'chatty.log.1.gz']);
  expect(statSync(join(logs, 'chatty.log.1.gz')).size).toBeLessThan(100_000);
  await host.runToEnd('chatty', '--now');
  expect(host.states('chatty')).toEqual(['succeeded', 'succeeded']);
});
