import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BatchMetricDefinition } from '../../contract/batch';
import { eventually, HostUnderTest, isRoot, job, LEASE, readProc } from './host-under-test';

let host: HostUnderTest;
beforeEach(async () => {
  host = await HostUnderTest.start();
});
afterEach(() => host.stop());

const thisMinute = () => new Date().toISOString().slice(0, 16).replaceAll(/[-:]/g, '');

test('a slot is started once, however often cron starts its line', async () => {
  await host.deploy([job('orders', { command: 'echo "$CUTOVER_JOB at work"' })]);
  host.settle('orders', new Date(Date.now() - 1));
  await Promise.all(Array.from({ length: 5 }, () => host.runToEnd('orders')));
  const slots = Object.keys(host.records('orders'));
  expect(host.output('orders')).toBe('orders at work\n'.repeat(slots.length));
  expect(host.eventsOf('orders').filter((event) => event === 'succeeded')).toHaveLength(slots.length);
});

test('of many runners that want one slot at once, one has it', async () => {
  await host.deploy([job('orders', { command: 'echo ran', overlap: 'allow' })]);
  const slot = `${thisMinute()}Z-0000`;
  await Promise.all(Array.from({ length: 8 }, () => host.runToEnd('orders', '--slot', slot)));
  expect(host.output('orders')).toBe('ran\n');
  expect(host.states('orders')).toEqual(['succeeded']);
});

test('what cron starts late is for the newest minute that nobody has', async () => {
  await host.deploy([job('orders', { command: 'echo "$CUTOVER_SLOT"', overlap: 'queue' })]);
  host.settle('orders', new Date(Date.now() - 2 * 60_000));
  for (let time = 0; time < 2; time += 1) await host.runToEnd('orders');
  const [first = '', second = ''] = host.output('orders').split('\n');
  expect(second < first).toBe(true);
  expect([host.output('orders').split('\n').length, first <= `${thisMinute()}Z-9999`]).toEqual([3, true]);
});

test('a clock that is put back starts nothing again', async () => {
  await host.deploy([job('orders')]);
  // As after the step: slots that are still to come have been started.
  for (let minutes = 0; minutes < 3; minutes += 1) {
    const at = new Date(Date.now() + minutes * 60_000).toISOString().slice(0, 16).replaceAll(/[-:]/g, '');
    host.claim('orders', `${at}Z-${at.slice(-4)}`, { state: 'succeeded', at: new Date().toISOString() });
  }
  host.settle('orders', new Date(Date.now() - 1));
  await host.runToEnd('orders');
  expect(host.output('orders')).toBe('');
  expect(host.eventsOf('orders')).toEqual(['not started']);
});

test('a check says whether a run has done what it is for, with all that the run has', async () => {
  const writes = { command: 'echo "$CUTOVER_SLOT_AT" > "$ROWS"', environment: { ROWS: join(host.root, 'rows') } };
  const newer = 'test "$(cat "$ROWS")" = "$CUTOVER_SLOT_AT" && echo newer';
  await host.deploy([
    job('writes', { ...writes, criterion: { exitCodes: [0], check: newer } }),
    job('idles', { ...writes, command: ':', criterion: { exitCodes: [0], check: newer } }),
    job('fails', { command: 'exit 1', criterion: { exitCodes: [0], check: 'echo looked' } }),
    job('hangs', { command: ':', timeoutSeconds: 1, criterion: { exitCodes: [0], check: 'sleep 60' } }),
  ]);
  await host.runToEnd('writes', '--slot', '20261130T0905Z-0905');
  expect([host.states('writes'), host.output('writes')]).toEqual([['succeeded'], 'newer\n']);
  for (const name of ['idles', 'fails', 'hangs']) await host.runToEnd(name, '--slot', '20261130T0906Z-0906');
  expect(['idles', 'fails', 'hangs'].flatMap((name) => host.states(name))).toEqual(['failed', 'failed', 'failed']);
  expect(host.output('fails')).toBe('');
});

test('a metric says whether a run has done what it is for, and is asked for after the run alone', async () => {
  const metric: BatchMetricDefinition = {
    ...{ namespace: 'Shop', name: 'RowsWritten', dimensions: [], statistic: 'Sum', periodSeconds: 60 },
    ...{ comparison: 'GreaterThanThreshold', threshold: 0, withinSeconds: 1 },
  };
  const criterion = { exitCodes: [0], metric };
  await host.deploy([job('writes', { command: ':', criterion }), job('fails', { command: 'exit 1', criterion })]);
  host.aws.values.push([3]);
  await host.runToEnd('writes', '--slot', '20261130T0905Z-0905');
  await host.runToEnd('fails', '--slot', '20261130T0905Z-0905');
  expect([host.states('writes'), host.states('fails'), host.aws.metricsAsked.length]).toEqual([
    ['succeeded'],
    ['failed'],
    1,
  ]);
  host.aws.values.splice(0, 1, [0]);
  await host.runToEnd('writes', '--slot', '20261130T0906Z-0906');
  expect(host.states('writes')).toEqual(['succeeded', 'failed']);
});

test('the exit code and a line of the output say whether a run succeeded', async () => {
  await host.deploy([
    job('fails', { command: 'exit 3' }),
    job('warns', { command: 'exit 3', criterion: { exitCodes: [0, 3] } }),
    job('writes', { command: 'echo rows written: 7', criterion: { exitCodes: [0], logLine: '^rows written: [1-9]' } }),
    job('idles', { command: 'echo rows written: 0', criterion: { exitCodes: [0], logLine: '^rows written: [1-9]' } }),
  ]);
  for (const name of ['fails', 'warns', 'writes', 'idles']) await host.runToEnd(name, '--now');
  expect(['fails', 'warns', 'writes', 'idles'].flatMap((name) => host.states(name))).toEqual([
    'failed',
    'succeeded',
    'succeeded',
    'failed',
  ]);
  const failed = host.events().filter(({ event }) => event === 'failed');
  expect(failed).toMatchObject([
    { Job: 'fails', BatchFailed: 1, reason: 'It ended with exit code 3; accepted is 0.' },
    { Job: 'idles', BatchFailed: 1, reason: 'No line of its output matches ^rows written: [1-9].' },
  ]);
});

describe('a run that is due while one goes on', () => {
  const waits = 'echo begins; while [ ! -e go ]; do sleep 0.05; done; echo ends';
  const begun = (count: number) => () => host.output('long').split('begins').length > count;
  const letGo = () => host.write(join('opt/cutover-batch/revisions', revision(), 'files/go'), '');
  const revision = () => String(readdirSync(join(host.root, 'opt/cutover-batch/revisions'))[0]);
  const claimed = (count: number) => () => host.states('long').length === count;

  test('is left out, and told', async () => {
    await host.deploy([job('long', { command: waits })]);
    host.settle('long', new Date(Date.now() - 3 * 60_000));
    const first = host.ended(host.run('long'));
    await eventually(begun(1));
    await host.runToEnd('long');
    letGo();
    await first;
    expect(host.states('long').sort()).toEqual(['skipped', 'succeeded']);
    expect(host.events().find(({ event }) => event === 'skipped')).toMatchObject({ BatchTooLong: 1 });
  });

  test('waits where it is to', async () => {
    await host.deploy([job('long', { command: waits, overlap: 'queue' })]);
    host.settle('long', new Date(Date.now() - 3 * 60_000));
    const first = host.ended(host.run('long'));
    await eventually(begun(1));
    const second = host.ended(host.run('long'));
    await eventually(claimed(2));
    letGo();
    await Promise.all([first, second]);
    expect(host.output('long')).toBe('begins\nends\nbegins\nends\n');
  });

  test('runs beside it where it may', async () => {
    await host.deploy([job('long', { command: waits, overlap: 'allow' })]);
    host.settle('long', new Date(Date.now() - 3 * 60_000));
    const first = host.ended(host.run('long'));
    await eventually(begun(1));
    const second = host.ended(host.run('long'));
    await eventually(begun(2));
    letGo();
    await Promise.all([first, second]);
    expect(host.states('long')).toEqual(['succeeded', 'succeeded']);
  });

  test('is left out where the runner of the other was killed and its job goes on', async () => {
    await host.deploy([job('long', { command: waits })]);
    host.settle('long', new Date(Date.now() - 3 * 60_000));
    const first = host.run('long');
    await eventually(begun(1));
    first.kill('SIGKILL');
    await host.ended(first);
    await host.runToEnd('long');
    expect(host.states('long').sort()).toEqual(['running', 'skipped']);
    letGo();
    await eventually(() => host.output('long').includes('ends'));
    await eventually(() => !host.hasJobs());
    await host.tick();
    expect(host.states('long').sort()).toEqual(['died', 'skipped']);
    expect(host.output('long')).toBe('begins\nends\n');
  });
});

test('a run that takes too long is ended with all that it has started', async () => {
  const command = `sh -c 'trap "" TERM; echo $$ > child; sleep 600' & echo begun; wait`;
  await host.deploy([job('endless', { command, timeoutSeconds: 1 })]);
  await host.runToEnd('endless', '--now');
  expect(host.states('endless')).toEqual(['timed-out']);
  expect(host.events().at(-1)).toMatchObject({ event: 'timed-out', BatchTooLong: 1, BatchFailed: 1 });
  const revisions = 'opt/cutover-batch/revisions';
  const [name = ''] = readdirSync(join(host.root, revisions));
  const child = host.read(join(revisions, name, 'files/child')).trim();
  expect(child).toMatch(/^\d+$/);
  await eventually(() => !isRunning(child));
});

test('a host without the lease runs nothing, nor does one that just got it', async () => {
  await host.deploy([job('orders')]);
  for (const lease of [
    { value: 'i-00000000000000001', since: new Date(0) },
    { value: host.aws.instanceId, since: new Date() },
  ]) {
    host.aws.parameters.set(LEASE, lease);
    await host.runToEnd('orders', '--now');
  }
  expect(host.output('orders')).toBe('');
  expect(host.states('orders')).toEqual([]);
  expect(host.eventsOf('orders')).toEqual(['not started', 'not started']);
});

test('a copy of the disk on another instance runs nothing', async () => {
  await host.deploy([job('orders')]);
  host.aws.instanceId = 'i-0fedcba9876543210';
  await host.runToEnd('orders', '--now');
  await host.tick();
  expect([host.output('orders'), host.events().filter(({ event }) => event === 'heartbeat')]).toEqual(['', []]);
});

test('Systems Manager may fail for a moment', async () => {
  await host.deploy([job('orders')]);
  host.aws.failing.set('GetParameter', 2);
  await host.runToEnd('orders', '--now');
  expect(host.states('orders')).toEqual(['succeeded']);
});

test('a job of a host for runs by hand runs when somebody starts it, and never by its schedule', async () => {
  await host.deploy([job('orders', { command: 'echo at work' })], { gate: 'byHand' });
  host.settle('orders', new Date(Date.now() - 120_000));
  await host.runToEnd('orders');
  expect([host.output('orders'), host.states('orders')]).toEqual(['', []]);
  await host.runToEnd('orders', '--now');
  expect([host.output('orders'), host.states('orders')]).toEqual(['at work\n', ['succeeded']]);
});

test('a run by hand that the gate keeps from starting is told', async () => {
  await host.deploy([job('orders')], { gate: 'closed' });
  await host.runToEnd('orders', '--now');
  expect(host.states('orders')).toEqual([]);
  expect(host.events().find(({ event }) => event === 'not started')).toMatchObject({
    reason: 'The gate of the job is closed on this host.',
  });
});

test('a job whose gate is shut does not run, by the minute of its slot', async () => {
  await host.deploy([job('orders')], { gate: 'closed' });
  await host.runToEnd('orders', '--now');
  expect(host.states('orders')).toEqual([]);
  const cuts = [
    { from: '1970-01-01T00:00:00.000Z', runs: false },
    { from: new Date(Date.now() - 90_000).toISOString(), runs: true },
  ];
  host.write('var/lib/cutover-batch/gates/orders.json', JSON.stringify({ instanceId: host.aws.instanceId, cuts }));
  host.settle('orders', new Date(Date.now() - 600_000));
  await host.runToEnd('orders');
  await host.tick();
  expect(host.states('orders')).toEqual(['succeeded']);
});

test('the command has what cron gives, what the app states, and its standard input', async () => {
  const command = 'cat; echo "$HOME $LOGNAME $SHELL $LEVEL $(basename "$PWD") 50% $(cat rate.txt)"';
  await host.deploy([job('rates', { command, standardInput: 'in\nput\n', environment: { LEVEL: 'debug' } })], {
    files: { 'rate.txt': '1.5' },
  });
  await host.runToEnd('rates', '--now');
  if (isRoot) expect(host.output('rates')).toBe('in\nput\n/root root /bin/sh debug files 50% 1.5\n');
});

(isRoot ? test : test.skip)('a job runs as its user, with the user’s groups alone', async () => {
  await host.deploy([
    job('as-nobody', {
      command: 'id -un; id -Gn; echo $HOME; cat definitions.json ../definitions.json',
      user: 'nobody',
    }),
    job('as-root', { command: 'id -un' }),
  ]);
  for (const name of ['as-nobody', 'as-root']) await host.runToEnd(name, '--now');
  expect(host.output('as-root')).toBe('root\n');
  const [user, groups, home, ...refusals] = host.output('as-nobody').trim().split('\n');
  expect([user, groups, home]).toEqual(['nobody', 'nogroup', '/nonexistent']);
  expect(refusals.at(-1)).toContain('Permission denied');
});

(isRoot ? test : test.skip)('groups of who starts the runner are not the job’s', async () => {
  await host.deploy([job('as-nobody', { command: 'id -Gn', user: 'nobody' })]);
  const runner = host.program(
    'setpriv',
    '--groups=0,2',
    join(host.root, 'usr/bin/cutover-batch'),
    'run',
    'as-nobody',
    '--now',
  );
  await host.ended(runner);
  expect(host.output('as-nobody')).toBe('nogroup\n');
});

test('a user that the host does not have is told, and nothing is started', async () => {
  await host.deploy([job('orders')]);
  const revisions = join(
    'opt/cutover-batch/revisions',
    String(readdirSync(join(host.root, 'opt/cutover-batch/revisions'))[0]),
  );
  const definitions = JSON.parse(host.read(join(revisions, 'definitions.json')));
  host.write(
    join(revisions, 'definitions.json'),
    JSON.stringify({ ...definitions, jobs: [job('orders', { user: 'gone' })] }),
  );
  await host.runToEnd('orders', '--now');
  expect(host.events().at(-1)).toMatchObject({ event: 'failed', reason: expect.stringContaining("no user 'gone'") });
});

function isRunning(pid: string): boolean {
  return /^\d+ \(.*\) [^ZX]/.test(readProc(pid, 'stat'));
}
