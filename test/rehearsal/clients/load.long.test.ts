import childProcess, { type ChildProcess } from 'node:child_process';
import type { GroupOptions } from '../../../rehearsal/clients/client-group';
import { KINDS, type Role } from '../../../rehearsal/clients/redis/cache-protocol';
import { seenBy } from '../figure-values';
import { pause, TwoSides } from './two-sides';

jest.setTimeout(120_000);

let sides: TwoSides;
beforeEach(async () => {
  sides = await TwoSides.start();
});
afterEach(() => sides.stop());

function groups(): GroupOptions<Role>[] {
  return [
    {
      name: 'web',
      localAddresses: [sides.network.address(21)],
      clients: { session: 4, profile: 2, cache: 2, counter: 2, producer: 1 },
      turnsPerSecond: 400,
    },
    {
      name: 'queue watcher',
      processes: 2,
      localAddresses: [sides.network.address(31), sides.network.address(32)],
      clients: { lock: 3, consumer: 1 },
      turnsPerSecond: 300,
    },
  ];
}

const onBlue = () => ({ serving: 'blue', server: sides.servers.blue });
const onGreen = () => ({ serving: 'green', server: sides.servers.green });

test('clients of an undisturbed cache lose nothing', async () => {
  const load = await sides.load(groups());
  await pause(3000);
  await load.stop();
  const figures = seenBy(await load.check(onBlue()));
  expect(figures).toMatchObject({
    failed: 0,
    lostWrites: 0,
    conflicts: 0,
    lockViolations: 0,
    sessionsLost: 0,
    expiryLost: 0,
    jobsDoneTwice: 0,
    jobsLost: 0,
    jobsUnanswered: 0,
    sides: [{ side: 'blue', writes: figures.writes }],
  });
  for (const kind of KINDS) expect(figures[`longestWriteGapMs.${kind}`]).toBeGreaterThan(0);
  expect(figures.locksAcquired).toBeGreaterThan(0);
  expect(figures.jobsPushed).toBeGreaterThan(0);
  expect(figures.jobsTaken + figures.jobsWaiting).toBe(figures.jobsPushed);
  const series = load.series();
  expect(series.reduce((sum, { operations }) => sum + operations, 0)).toBe(figures.operations);
});

test('a fenced switch shows as a gap and nothing else', async () => {
  const load = await sides.load(groups());
  await pause(1500);
  await sides.fence('blue');
  await sides.promoteGreen();
  sides.pointTo('green');
  await pause(3500);
  await load.stop();
  const figures = seenBy(await load.check(onGreen()));
  expect(figures).toMatchObject({
    lostWrites: 0,
    conflicts: 0,
    lockViolations: 0,
    sessionsLost: 0,
    expiryLost: 0,
    jobsDoneTwice: 0,
    jobsLost: 0,
    sides: [{ side: 'blue' }, { side: 'green' }],
  });
  expect(figures.failed).toBeGreaterThan(0);
  expect(figures.failures).not.toEqual({});
  const [blue, green] = figures.sides;
  const closedMs = (green?.fromMs ?? 0) - (blue?.toMs ?? 0);
  expect(closedMs).toBeGreaterThan(0);
  expect(figures.longestWriteGapMs).toBeGreaterThan(closedMs - 1);
  expect(load.series().some(({ failed }) => failed > 0)).toBe(true);
});

test('a switch by hand shows lost writes, lost sessions, and locks that keep nobody out', async () => {
  const load = await sides.load(groups());
  await pause(1500);
  await sides.promoteGreen();
  await pause(500);
  const fromMs = Date.now();
  sides.pointTo('green');
  await pause(1000);
  await sides.hangUp('blue', (name) => name === 'queue-watcher-0');
  // One watcher works here and the other there.
  await sides.locksHeldOnBothSides(20);
  await sides.hangUp('blue', () => true);
  await pause(1500);
  await load.stop();
  const toMs = Date.now();

  const figures = seenBy(await load.check(onGreen()));
  expect(figures.lostWrites).toBeGreaterThan(0);
  expect(figures.conflicts).toBe(0);
  expect(figures.sessionsLost).toBeGreaterThan(0);
  expect(figures.lockViolations).toBeGreaterThan(0);
  // Of which kind they are is chance: green has copies of blue's locks, which keep others out until they run out.
  expect(figures.samples.lockViolations).not.toEqual([]);
  expect(figures['lostWrites.session']).toBeGreaterThan(0);
  expect(figures['lostWrites.counter']).toBeGreaterThan(0);
  expect(figures.sides.length).toBeGreaterThan(2);

  const told = seenBy(await load.check({ ...onGreen(), overlaps: [{ fromMs, toMs, stands: 'green' }] }));
  expect(told.conflicts).toBeGreaterThan(0);
  expect(told.lostWrites).toBeLessThan(figures.lostWrites);
  // What was written before the record was changed and after the copy is no conflict.
  expect(told.lostWrites).toBeGreaterThan(0);
});

test('what is wrong in the end is found, each kind by itself', async () => {
  const load = await sides.load(groups());
  await pause(1500);
  // Jobs are left waiting.
  await load.group('queue watcher').stop();
  await pause(500);
  await load.stop();
  expect(seenBy(await load.check(onBlue()))).toMatchObject({ lostWrites: 0, sessionsLost: 0, expiryLost: 0 });

  const { blue } = { blue: sides.admin('blue') };
  const sessions = (await blue.keys('load:session:*')).sort();
  const lasting = [];
  for (const key of sessions) if ((await blue.pttl(key)) > 60_000) lasting.push(key);
  await blue.del(lasting[0] ?? '');
  await blue.persist(lasting[1] ?? '');
  await blue.select(5);
  const [profile = ''] = await blue.keys('load:profile:*');
  await blue.set(profile, 'web-0.0.0.0|an older one');
  await blue.select(4);
  await blue.decrby('load:counter:1', 3);
  await blue.incrby('load:counter:2', 1);
  await blue.select(3);
  const job = (await blue.rpop('load:queue:mail')) ?? '';
  await blue.lpush('load:queue:thumbnails', (await blue.rpop('load:queue:thumbnails')) ?? '', job, job);

  const figures = seenBy(await load.check(onBlue()));
  expect(figures).toMatchObject({
    'lostWrites.session': 1,
    'lostWrites.profile': 1,
    'lostWrites.counter': 4,
    sessionsLost: 1,
    expiryLost: 1,
    jobsLost: 0,
    jobsDoneTwice: 0,
  });
  await blue.lrem('load:queue:thumbnails', 0, job);
  expect(seenBy(await load.check(onBlue()))).toMatchObject({ jobsLost: 1 });
});

test('a workload that is killed and started again is not taken for a loss', async () => {
  const load = await sides.load(groups());
  await pause(1000);
  await Promise.all([load.group('web').kill(), load.group('queue watcher').kill(1)]);
  expect(load.group('web').size).toBe(0);
  expect(load.group('queue watcher').size).toBe(1);
  load.group('web').start();
  load.group('queue watcher').start();
  await Promise.all([load.group('web').connected(), load.group('queue watcher').connected()]);
  await pause(1000);
  await load.stop();
  expect(seenBy(await load.check(onBlue()))).toMatchObject({ lostWrites: 0, lockViolations: 0, sessionsLost: 0 });
});

test('a workload that is stopped writes nothing until it is started, and the others go on', async () => {
  const load = await sides.load(groups());
  const watcher = load.group('queue watcher');
  await watcher.stop();
  const names = async () =>
    [...String(await sides.admin('blue').client('LIST')).matchAll(/addr=(\S+):\d+ .*name=(\w\S*)/g)].map(
      ([, address, name]) => `${name} ${address}`,
    );
  expect(new Set(await names())).toEqual(new Set([`web-0 ${sides.network.address(21)}`]));
  const { writes } = load.totals;
  await pause(500);
  expect(load.totals.writes).toBeGreaterThan(writes);
  watcher.start();
  await watcher.connected();
  expect(new Set(await names())).toEqual(
    new Set([
      `web-0 ${sides.network.address(21)}`,
      `queue-watcher-0 ${sides.network.address(31)}`,
      `queue-watcher-1 ${sides.network.address(32)}`,
    ]),
  );
  await load.stop();
});

test('clients that a firewall drops come back when they are let in', async () => {
  const timing = { connectTimeoutMs: 400, commandTimeoutMs: 400, backoffMs: [20, 200] as const };
  const load = await sides.load(groups(), { timing });
  await sides.fence('blue');
  await pause(1200);
  sides.rules.blue.authorize({ cidr: sides.network.cidr });
  const { writes } = load.totals;
  while (load.totals.writes === writes) await pause(20);
  await load.stop();
  const figures = seenBy(await load.check(onBlue()));
  expect(figures).toMatchObject({ lostWrites: 0, lockViolations: 0, sides: [{ side: 'blue' }] });
  expect(Object.keys(figures.failures)).toContain('cannot connect: timed out');
});

test('clients read their figures only after they have stopped', async () => {
  const load = await sides.load(groups());
  await expect(load.check(onBlue())).rejects.toThrow(
    'Stop the load before it is checked; running: web, queue watcher.',
  );
  expect(() => load.group('batch')).toThrow('No group of clients "batch"; there are: web, queue watcher.');
});

test('clients that are never let in fail the start and are not left running', async () => {
  await sides.fence('blue');
  const fork = jest.spyOn(childProcess, 'fork');
  try {
    await expect(sides.load(groups(), { connectWithinMs: 1500 })).rejects.toThrow(
      'Clients of sessions.internal.example could not connect',
    );
    const children = fork.mock.results.map(({ value }) => value as ChildProcess);
    expect(children.map(({ signalCode }) => signalCode)).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL']);
  } finally {
    fork.mockRestore();
  }
});
