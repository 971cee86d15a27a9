import { chmodSync, existsSync, readdirSync, readlinkSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, HostUnderTest, isRoot, job } from './host-under-test';

let host: HostUnderTest;
beforeEach(async () => {
  host = await HostUnderTest.start();
});
afterEach(() => host.stop());

const crontab = () => host.read('etc/cron.d/cutover-batch');
const lines = () =>
  crontab()
    .split('\n')
    .filter((line) => /^[*\d@]|^CRON_TZ/.test(line));
const current = () => readlinkSync(join(host.root, 'opt/cutover-batch/current'));
const agent = () => JSON.parse(host.read('opt/aws/amazon-cloudwatch-agent/etc/amazon-cloudwatch-agent.json'));
const start = () => `root ${host.root}/opt/cutover-batch/current/cutover-batch`;

test('cron has a line a job that names it, those of a zone of their own last, and nothing else of it', async () => {
  await host.deploy([
    job('tokyo', { schedule: '0 9 * * 1-5', timeZone: 'Asia/Tokyo', command: 'rm -rf /tmp/x%y' }),
    job('orders', { schedule: '*/5 * * * *' }),
    job('warm', { schedule: '@reboot' }),
  ]);
  expect(lines()).toEqual([
    `* * * * * ${start()} tick`,
    expect.stringMatching(/^17 \* \* \* \* root logrotate /),
    `*/5 * * * * ${start()} run orders`,
    `@reboot ${start()} run warm`,
    'CRON_TZ=Asia/Tokyo',
    `0 9 * * 1-5 ${start()} run tokyo`,
  ]);
  expect(crontab()).toContain('MAILTO=""\n');
  expect(statSync(join(host.root, 'etc/cron.d/cutover-batch')).mode & 0o777).toBe(0o644);
});

test('texts that only the deploy knows are in their places, and the definitions are root’s alone', async () => {
  const folder = await host.asset([
    job('orders', { logGroup: { binding: 0 } as never, environment: { BUCKET: { binding: 1 } as never } }),
  ]);
  expect(await host.apply(folder, ['group-1', 'bucket-2'])).toMatchObject({ status: 0 });
  const file = join(current(), 'definitions.json');
  const { jobs } = JSON.parse(host.read(file.slice(host.root.length)));
  expect(jobs[0]).toMatchObject({ logGroup: 'group-1', environment: { BUCKET: 'bucket-2' } });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await host.apply(folder, ['group-1'])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('The deploy brought 1 texts, and text 1 is asked for.'),
  });
});

test('the CloudWatch agent follows each job, the runner and the files of the app, and is left alone where that is so', async () => {
  const folder = await host.deploy([job('orders')], {
    logFiles: [{ path: '/var/log/app.log', logGroup: 'group-app' }],
  });
  const followed = agent().logs.logs_collected.files.collect_list as { file_path: string; log_group_name: string }[];
  expect(followed.map(({ file_path, log_group_name }) => [file_path.replace(host.root, ''), log_group_name])).toEqual([
    ['/var/log/cutover-batch/runs.log', 'group-of-runs'],
    ['/var/log/cutover-batch/jobs/orders.log', 'group-of-orders'],
    ['/var/log/app.log', 'group-app'],
  ]);
  host.write('tools/systemctl', `#!/bin/sh\necho "systemctl $*" >> "${host.root}/tools.log"\n`);
  host.write('tools.log', '');
  await host.apply(folder);
  expect(host.asked().filter((line) => line.includes('restart'))).toEqual([]);
});

test('the machine gets its packages, zone, users and set-up, each command once', async () => {
  const more = {
    packages: ['php8.3-cli', 'mariadb105'],
    timeZone: 'Europe/Berlin',
    users: [{ name: 'batch-user', uid: 1234, groups: ['batch-group'] }],
    setup: ['echo once >> "$CUTOVER_BATCH_ROOT/setup.log"'],
  };
  await host.deploy([job('orders')], more);
  await host.deploy([job('orders'), job('mails')], more);
  expect(host.asked()).toEqual(
    expect.arrayContaining([
      'dnf install --assumeyes php8.3-cli mariadb105',
      'timedatectl set-timezone Europe/Berlin',
      'groupadd batch-group',
      'useradd --create-home --uid 1234 --groups batch-group batch-user',
      'systemctl enable --now crond',
    ]),
  );
  expect(host.read('setup.log')).toBe('once\n');
  await host.deploy([job('orders')], { ...more, setup: ['echo twice >> "$CUTOVER_BATCH_ROOT/setup.log"'] });
  expect(host.read('setup.log')).toBe('once\ntwice\n');
});

test.each([
  ['a set-up command fails', { setup: ['exit 7'] }, 'setup: the command ended with 7: exit 7'],
  ['a user of a job is not there', { jobs: [job('orders', { user: 'gone' })] }, "no user 'gone'"],
])('where %s the deploy fails, and cron goes by what was there', async (_, more, problem) => {
  await host.deploy([job('before')]);
  const before = [crontab(), current()];
  const { status, stderr } = await host.apply(await host.asset([job('orders')], more));
  expect([status, stderr]).toEqual([1, expect.stringContaining(problem)]);
  expect([crontab(), current()]).toEqual(before);
});

test('a deploy does not cut a run, which works on its own files until it ends', async () => {
  const command = 'echo begins; while [ ! -e ../../../go ]; do sleep 0.05; done; cat version';
  await host.deploy([job('long', { command })], { files: { version: 'one\n' } });
  const running = host.ended(host.run('long', '--now'));
  await eventually(() => host.output('long') === 'begins\n');
  for (const version of ['two', 'three', 'four', 'five', 'six', 'seven', 'eight']) {
    await host.deploy([job('long', { command: 'cat version' })], { files: { version: `${version}\n` } });
  }
  host.write('opt/cutover-batch/go', '');
  await running;
  expect(host.output('long')).toBe('begins\none\n');
  await host.runToEnd('long', '--now');
  expect(host.output('long')).toBe('begins\none\neight\n');
});

test('what former deploys brought goes, but for the last ones', async () => {
  for (const version of ['1', '2', '3', '4', '5', '6', '7']) {
    await host.deploy([job('orders')], { files: { version } });
    utimesSync(current(), Number(version), Number(version));
  }
  expect(readdirSync(join(host.root, 'opt/cutover-batch/revisions')).length).toBeLessThanOrEqual(6);
  expect(existsSync(current())).toBe(true);
});

test('a job that is new or due at other times has missed nothing, and one that was there has', async () => {
  const settled = (name: string) => JSON.parse(host.read(`var/lib/cutover-batch/ledger/${name}/settled.json`)).until;
  const weekAgo = new Date(Date.now() - 7 * 86_400_000);
  await host.deploy([job('same', { schedule: '@hourly' }), job('other', { schedule: '@hourly' })]);
  for (const name of ['same', 'other']) host.settle(name, weekAgo);
  await host.deploy([job('same', { schedule: '@hourly' }), job('other', { schedule: '@daily' }), job('new')]);
  expect(settled('same')).toBe(weekAgo.toISOString());
  for (const name of ['other', 'new']) expect(settled(name) > weekAgo.toISOString()).toBe(true);
});

test('no deploy changes which side runs a job', async () => {
  await host.deploy([job('orders')], { gate: 'closed' });
  const gate = 'var/lib/cutover-batch/gates/orders.json';
  const [first] = [JSON.parse(host.read(gate))];
  expect(first).toEqual({
    instanceId: host.aws.instanceId,
    cuts: [{ epoch: 0, from: '1970-01-01T00:00:00.000Z', runs: false }],
  });
  const opened = { ...first, cuts: [...first.cuts, { epoch: 1, from: '2026-01-01T00:00:30.000Z', runs: true }] };
  host.write(gate, JSON.stringify(opened));
  await host.deploy([job('orders', { schedule: '@daily' })], { gate: 'closed' });
  await host.deploy([]);
  await host.deploy([job('orders')], { gate: 'open' });
  expect(JSON.parse(host.read(gate))).toEqual(opened);
});

test('what is on the host can be listed', async () => {
  await host.deploy([
    job('orders', { schedule: '0 0 1 1 *' }),
    job('warm', { schedule: '@reboot' }),
    job('never', { schedule: '0 0 31 2 *' }),
  ]);
  await host.runToEnd('warm', '--now');
  const { stdout } = await host.ended(host.command('usr/bin/cutover-batch', 'list'));
  const [head, ...rows] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));
  expect(head).toEqual(['JOB', 'SCHEDULE', 'NEXT (UTC)', 'LAST SLOT', 'IT']);
  expect(rows).toEqual([
    ['orders', '0 0 1 1 *', expect.stringMatching(/^\d{4}-01-01T00:00$/), '-', '-'],
    ['warm', '@reboot', 'at boot', expect.stringContaining('-hand'), 'succeeded'],
    ['never', '0 0 31 2 *', 'never', '-', '-'],
  ]);
});

(isRoot ? test : test.skip)(
  'anyone who runs a job may read its files, and nobody else’s mode of them matters',
  async () => {
    const folder = await host.asset([job('orders', { command: 'bin/orders.sh', user: 'nobody' })], {
      files: { 'bin/orders.sh': '#!/bin/sh\ncat bin/rates.txt\n', 'bin/rates.txt': '1.5\n' },
    });
    chmodSync(join(folder, 'files/bin'), 0o700);
    chmodSync(join(folder, 'files/bin/orders.sh'), 0o700);
    chmodSync(join(folder, 'files/bin/rates.txt'), 0o600);
    await host.apply(folder);
    await host.runToEnd('orders', '--now');
    expect(host.output('orders')).toBe('1.5\n');
  },
);

test('what goes wrong in the runner itself is in the log of runs', async () => {
  await host.deploy([job('orders')]);
  const { status } = await host.ended(host.run('mails'));
  expect([status, host.events()]).toEqual([
    1,
    [
      expect.objectContaining({
        event: 'problem',
        reason: "job: got 'mails'; there are orders.",
        arguments: ['run', 'mails'],
      }),
    ],
  ]);
});

test('the file of cron is left alone where nothing has changed', async () => {
  const folder = await host.deploy([job('orders')]);
  const inode = () => statSync(join(host.root, 'etc/cron.d/cutover-batch')).ino;
  const before = inode();
  await host.apply(folder);
  expect(inode()).toBe(before);
});
