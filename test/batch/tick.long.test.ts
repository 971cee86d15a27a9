import { existsSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { Paths } from '../../batch/paths';
import { thisProcess } from '../../batch/processes';
import { tick } from '../../batch/tick';
import { eventually, HostUnderTest, job } from './host-under-test';

const environment = { ...process.env };
afterAll(() => {
  process.env = environment;
});
let host: HostUnderTest;
let began: number;
beforeEach(async () => {
  began = Date.now();
  host = await HostUnderTest.start();
});
afterEach(() => host.stop());

/** From when the test began: a slot stays where it is, whatever minute it is by the end. */
const ago = (minutes: number) => new Date(began - minutes * 60_000);
const minuteOf = (at: Date) => at.toISOString().slice(0, 16).replaceAll(/[-:]/g, '');
const settledUntil = (name: string): string =>
  JSON.parse(host.read(`var/lib/cutover-batch/ledger/${name}/settled.json`)).until;

test('the host that holds the lease says each minute that it lives', async () => {
  await host.deploy([job('orders')]);
  await host.tick();
  const [heartbeat] = host.events();
  expect(heartbeat).toMatchObject({
    event: 'heartbeat',
    BatchHost: 'shop',
    BatchHeartbeat: 1,
    BatchDiskUsed: expect.any(Number),
    _aws: { CloudWatchMetrics: [{ Namespace: 'CdkCutover', Dimensions: [['BatchHost']] }] },
  });
});

test('a slot that nothing was started for is missed, once, and nobody starts it any more', async () => {
  await host.deploy([job('orders')]);
  host.settle('orders', ago(9));
  await host.tick();
  const missed = host.states('orders').filter((state) => state === 'missed');
  expect([2, 3]).toContain(missed.length);
  await host.tick();
  const events = host.events().filter(({ event }) => event === 'missed');
  expect(events.length - missed.length).toBeLessThanOrEqual(1);
  expect(events[0]).toMatchObject({ Job: 'orders', BatchMissed: 1, reason: 'Nothing was started for it.' });
  await host.runToEnd('orders');
  expect(Object.entries(host.records('orders')).filter(([, { state }]) => state === 'succeeded')).toHaveLength(1);
});

test('a slot of the last minutes may still be started, and is not missed yet', async () => {
  await host.deploy([job('orders')]);
  host.settle('orders', ago(4));
  await host.tick();
  expect(host.states('orders')).toEqual([]);
  expect(settledUntil('orders') <= ago(3.9).toISOString()).toBe(true);
});

const waitForRuns = (count: number) =>
  eventually(() => {
    const isOpen = host.states('orders').some((state) => state === 'waiting' || state === 'running');
    return host.output('orders').split('\n').length > count && !isOpen;
  });

test('of late slots each is made up for, one after the other', async () => {
  await host.deploy([job('orders', { late: 'each', command: 'echo "$CUTOVER_SLOT"' })]);
  host.settle('orders', ago(9));
  for (let round = 1; round <= 2; round += 1) {
    await host.tick();
    await waitForRuns(round);
  }
  const ran = host.output('orders').trim().split('\n');
  expect(ran).toEqual([...new Set(ran)].sort());
  expect(host.eventsOf('orders')).not.toContain('missed');
});

test('a late slot is not made up for beside a run that goes on', async () => {
  await host.deploy([job('orders', { late: 'each' })]);
  host.settle('orders', ago(9));
  const asked: string[] = [];
  const look = async () => {
    Object.assign(process.env, host.environment);
    await tick(new Paths(), (_, slot) => asked.push(slot));
  };
  const runner = thisProcess();
  host.claim('orders', `${minuteOf(ago(1))}Z-0000`, { state: 'running', at: '', runner });
  await look();
  expect(asked).toEqual([]);
  host.claim('orders', `${minuteOf(ago(1))}Z-0000`, { state: 'succeeded', at: '', runner });
  await look();
  expect(asked).toHaveLength(1);
});

test('of late slots the newest is made up for, and the others are missed', async () => {
  await host.deploy([job('orders', { late: 'newest', command: 'echo "$CUTOVER_SLOT"' })]);
  host.settle('orders', ago(9));
  await host.tick();
  await waitForRuns(1);
  const [ran = ''] = host.output('orders').trim().split('\n');
  const missed = Object.entries(host.records('orders')).filter(([, { state }]) => state === 'missed');
  expect(missed.length).toBeGreaterThanOrEqual(1);
  for (const [slot] of missed) expect(slot < ran).toBe(true);
});

test('a run whose runner was killed is told, and started again only where that does no harm', async () => {
  const command = 'echo "$CUTOVER_SLOT"; [ -e ../go ] || kill -9 $PPID; sleep 0.2';
  await host.deploy([job('careful', { command }), job('harmless', { command, idempotent: true })]);
  for (const name of ['careful', 'harmless']) {
    const { signal, status } = await host.ended(host.run(name, '--now'));
    expect([signal, status]).toContain('SIGKILL');
    expect(host.states(name)).toEqual(['running']);
  }
  await tickUntilDead('careful');
  expect(host.events().find(({ event }) => event === 'died')).toMatchObject({ Job: 'careful', BatchFailed: 1 });
  // The second try dies as the first did; there is no third.
  while (host.eventsOf('harmless').filter((event) => event === 'died').length < 2) await host.tick();
  await host.tick();
  expect(host.states('harmless')).toEqual(['died']);
  const [slot = ''] = Object.keys(host.records('careful'));
  await host.runToEnd('careful', '--slot', slot);
  expect(host.output('careful').split('\n')).toHaveLength(2);
  expect(host.output('harmless').split('\n')).toHaveLength(3);
});

test('a runner that was killed before it had started anything leaves a missed slot', async () => {
  await host.deploy([job('orders')]);
  const runner = { pid: 999_999_999, startTime: 1, boot: 'another' };
  host.claim('orders', `${minuteOf(ago(2))}Z-0000`, { state: 'waiting', at: ago(2).toISOString(), runner });
  await host.tick();
  expect(host.states('orders')).toEqual(['missed']);
});

test('a time-out holds where the runner is dead', async () => {
  await host.deploy([job('endless', { command: 'echo begun; sleep 600', timeoutSeconds: 1 })]);
  const runner = host.run('endless', '--now');
  await eventually(() => host.output('endless').includes('begun'));
  runner.kill('SIGKILL');
  await host.ended(runner);
  await tickUntilDead('endless');
});

async function tickUntilDead(name: string): Promise<void> {
  while (host.states(name)[0] !== 'died') await host.tick();
}

test('records are kept as long as a slot can be asked for, and no longer', async () => {
  await host.deploy([job('orders', { schedule: '0 0 1 1 *' })]);
  const old = ['20200101T0000Z-0000', '20200102T0000Z-0000'];
  host.claim('orders', old[0] ?? '', { state: 'succeeded', at: '' });
  host.claim('orders', old[1] ?? '', { state: 'running', at: '', runner: undefined });
  host.claim('orders', `${minuteOf(ago(60))}Z-0000`, { state: 'succeeded', at: '' });
  host.settle('orders', ago(100));
  await host.tick();
  expect(Object.keys(host.records('orders'))).toEqual([`${minuteOf(ago(60))}Z-0000`]);
});

test('a mark of a claim that was never made is no run, and goes when it is old', async () => {
  await host.deploy([job('orders', { schedule: '0 0 1 1 *' })]);
  const marks = ['20260101T0000Z-0000', '20260102T0000Z-0000'].map(
    (slot) => `var/lib/cutover-batch/ledger/orders/${slot}.open`,
  );
  for (const mark of marks) host.write(mark, '');
  utimesSync(join(host.root, String(marks[0])), 1, 1);
  await host.tick();
  expect(marks.map((mark) => existsSync(join(host.root, mark)))).toEqual([false, true]);
  expect(host.states('orders')).toEqual([]);
});

test('what keeps the tick from its work is in the log of runs', async () => {
  await host.deploy([job('orders')]);
  host.aws.parameters.clear();
  await expect(host.tick()).rejects.toThrow('ParameterNotFound');
  expect(host.events()).toEqual([expect.objectContaining({ event: 'problem', arguments: ['tick'] })]);
});
