import type { Redis } from 'ioredis';
import { Connection } from '../../../../agent/redis/resp/connection';
import { endpointOf, Stage } from '../stage';
import { send } from './support/dataset';
import { differences } from './support/independent-comparison';
import { BACK, ReplicatedPair } from './support/pair';

const stage = new Stage();
afterEach(() => stage.end());

async function addMany(server: Redis, from: number, count: number): Promise<void> {
  const ids = Array.from({ length: count }, (_, i) => `${from + i}-1`);
  await send(
    server,
    ids.map((id) => ['XADD', 'events', id, 'f', 'v'.repeat(60)] as const),
  );
}

test('a stream too big to be carried whole is appended to, read from and trimmed while it is followed', async () => {
  const pair = await ReplicatedPair.start(stage, { blue: ['redis', '7.0'] });
  const { blue, green } = pair;
  await addMany(blue, 1, 12_000);
  await blue.xgroup('CREATE', 'events', 'g', '0');
  await pair.replicate();
  for (let round = 1; round <= 5; round += 1) {
    await addMany(blue, round * 20_000, 200);
    await blue.xreadgroup('GROUP', 'g', 'w', 'COUNT', 50, 'STREAMS', 'events', '>');
    await addMany(blue, round * 20_000 + 500, 200);
    await blue.xtrim('events', 'MAXLEN', 12_000);
  }
  await pair.drain();
  expect((await pair.status())[0]).toMatchObject({ state: 'tailing' });
  expect(await pair.verify('full')).toMatchObject({ mismatches: 0 });
  expect(await differences(blue, green)).toEqual([]);
});

test('a stream that is appended to all the time, too big to be carried whole, is followed', async () => {
  const pair = await ReplicatedPair.start(stage, { blue: ['redis', '7.0'] });
  await addMany(pair.blue, 1, 12_000);
  let adding = true;
  const adder = (async () => {
    for (let i = 20_000; adding; i += 20) await addMany(pair.blue, i, 20);
  })();
  await pair.replicate();
  const carried = async (times: number) => {
    for (;;) {
      const [status] = await pair.status();
      if (status === undefined || status.state === 'failed' || status.keysApplied >= times) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await carried(8);
  adding = false;
  await adder;
  await pair.drain();
  expect((await pair.status())[0]).toMatchObject({ state: 'tailing', resyncs: 0 });
  expect(await pair.verify('full')).toMatchObject({ mismatches: 0 });
  expect(await differences(pair.blue, pair.green)).toEqual([]);
});

test('a big stream that is deleted and created again with smaller ids follows', async () => {
  const pair = await ReplicatedPair.start(stage, { blue: ['redis', '7.0'] });
  await addMany(pair.blue, 100_000, 9_000);
  await pair.replicate();
  await pair.blue.del('events');
  await addMany(pair.blue, 1, 9_000);
  await pair.drain();
  expect(await pair.verify('full')).toMatchObject({ mismatches: 0 });
  expect(await differences(pair.blue, pair.green)).toEqual([]);
});

async function jobs(server: Redis): Promise<void> {
  for (let i = 1; i <= 5; i += 1) await server.xadd('jobs', `${i}-1`, 'a', 'b');
  await server.xgroup('CREATE', 'jobs', 'g', '0');
  await server.xreadgroup('GROUP', 'g', 'worker', 'COUNT', 4, 'STREAMS', 'jobs', '>');
}

test('what is acknowledged after redis.reverse is acknowledged on the side to go back to', async () => {
  const pair = await ReplicatedPair.start(stage, { blue: ['redis', '7.0'] });
  await jobs(pair.blue);
  await pair.replicate();
  await pair.verify('full');
  await pair.drain();
  await pair.reverse();
  await pair.verify('full', BACK);
  await pair.green.xack('jobs', 'g', '1-1', '2-1', '3-1');
  await pair.drain(BACK);
  const delta = await pair.verify('delta', BACK);
  expect(delta).toMatchObject({ mismatches: 0, silentWrites: { xack: 1 } });
  expect((await pair.blue.xpending('jobs', 'g'))[0]).toBe(1);
  expect(await differences(pair.green, pair.blue)).toEqual([]);
});

test('a copy the other way knows streams from the one before, and searches nothing', async () => {
  const pair = await ReplicatedPair.start(stage, { blue: ['redis', '7.0'] });
  await jobs(pair.blue);
  await pair.blue.xadd('late', '1-1', 'a', 'b');
  await pair.blue.xgroup('CREATE', 'late', 'g', '0');
  await pair.replicate();
  await pair.verify('full');
  await pair.drain();
  await pair.reverse();
  const back = pair.context.replications.find(BACK);
  await pair.green.xreadgroup('GROUP', 'g', 'worker', 'STREAMS', 'late', '>');
  await pair.green.xack('jobs', 'g', '1-1');
  await pair.drain(BACK);
  expect(back?.keysScanned).toBe(0);
  expect(await differences(pair.green, pair.blue)).toEqual([]);
});

/** XINFO's figures, but for the lag: each engine works it out from these in its own way. */
async function counters(server: Redis, key: string): Promise<object> {
  const named = (flat: unknown) => {
    const list = flat as unknown[];
    return Object.fromEntries(list.flatMap((name, i) => (i % 2 === 0 ? [[String(name), list[i + 1]]] : [])));
  };
  const stream = named(await server.xinfo('STREAM', key));
  const groups = ((await server.xinfo('GROUPS', key)) as unknown[]).map((group) => ({
    ...named(group),
    lag: undefined,
  }));
  return {
    ...{ added: stream['entries-added'], deleted: stream['max-deleted-entry-id'], last: stream['last-generated-id'] },
    groups,
  };
}

test('counters of streams come over, pending messages that were trimmed or deleted among them', async () => {
  const pair = await ReplicatedPair.start(stage, { blue: ['redis', '8.0'], green: ['valkey', '9.1'] });
  const { blue, green } = pair;
  for (const key of ['trimmed', 'deleted', 'both', 'emptied']) {
    for (let i = 1; i <= 8; i += 1) await blue.xadd(key, `${i}-1`, 'a', 'b');
    await blue.xgroup('CREATE', key, 'g', '0');
    await blue.xgroup('CREATECONSUMER', key, 'g', 'idle');
    await blue.xreadgroup('GROUP', 'g', 'w', 'COUNT', 3, 'STREAMS', key, '>');
  }
  await blue.xtrim('trimmed', 'MAXLEN', 3);
  await blue.xdel('deleted', '2-1', '8-1');
  await blue.xdel('both', '3-1');
  await blue.xtrim('both', 'MAXLEN', 4);
  await blue.xtrim('emptied', 'MAXLEN', 0);
  await pair.replicate();
  expect(await pair.verify()).toMatchObject({ mismatches: 0 });
  for (const key of ['trimmed', 'deleted', 'both', 'emptied']) {
    expect([key, await counters(green, key)]).toEqual([key, await counters(blue, key)]);
  }
});

test('pending messages that were deleted where no counter tells, and a big stream with some', async () => {
  const pair = await ReplicatedPair.start(stage, { blue: ['redis', '6.0'], green: ['redis', '8.0'] });
  const { blue, green } = pair;
  for (const id of ['5-1', '5-2', '7-0']) await blue.xadd('deleted', id, 'a', 'b');
  await blue.xgroup('CREATE', 'deleted', 'g', '0');
  await blue.xreadgroup('GROUP', 'g', 'w', 'COUNT', 3, 'STREAMS', 'deleted', '>');
  await blue.xdel('deleted', '5-2', '7-0');
  await addMany(blue, 1, 12_000);
  await blue.xgroup('CREATE', 'events', 'g', '0');
  await blue.xreadgroup('GROUP', 'g', 'w', 'COUNT', 1500, 'STREAMS', 'events', '>');
  await blue.xdel('events', '700-1', '1400-1');
  await blue.xtrim('events', 'MAXLEN', 11_500);
  await pair.replicate();
  expect(await pair.verify()).toMatchObject({ mismatches: 0 });
  expect(await differences(blue, green)).toEqual([]);
  await pair.reverse();
  await green.xadd('deleted', '8-0', 'a', 'b');
  await green.xack('events', 'g', '2-1', '1450-1');
  await addMany(green, 20_000, 10);
  await green.xreadgroup('GROUP', 'g', 'other', 'COUNT', 5, 'STREAMS', 'events', '>');
  await pair.drain(BACK);
  expect(await pair.verify('full', BACK)).toMatchObject({ mismatches: 0 });
  expect(await differences(green, blue)).toEqual([]);
});

test.each<[string, (green: Redis) => Promise<unknown>]>([
  ['a consumer that holds nothing', (green) => green.xgroup('DELCONSUMER', 'jobs', 'g', 'idle')],
  ['the largest id that was deleted', (green) => green.call('XSETID', 'jobs', '5-1', 'MAXDELETEDID', '4-1')],
  ['how many entries were added', (green) => green.call('XSETID', 'jobs', '5-1', 'ENTRIESADDED', '9')],
  ['how many a group has read', (green) => green.call('XGROUP', 'SETID', 'jobs', 'g', '4-1', 'ENTRIESREAD', '2')],
])('verify sees another value of %s', async (_, change) => {
  const pair = await ReplicatedPair.start(stage, { blue: ['redis', '8.0'], green: ['valkey', '9.1'] });
  await jobs(pair.blue);
  await pair.blue.xgroup('CREATECONSUMER', 'jobs', 'g', 'idle');
  await pair.replicate();
  expect(await pair.verify()).toMatchObject({ mismatches: 0 });
  // One that follows would bring the stream up to date before the comparison sees it.
  await pair.context.replications.stopAll();
  await change(pair.green);
  expect(await pair.verify()).toMatchObject({ mismatches: 1 });
});

test('below 6.2 a consumer that holds nothing is made too, and pending messages that are gone', async () => {
  const pair = await ReplicatedPair.start(stage, { blue: ['redis', '7.0'], green: ['redis', '6.0'] });
  await jobs(pair.blue);
  await pair.blue.xgroup('CREATECONSUMER', 'jobs', 'g', 'idle');
  // Its pending messages are gone, which no server below 7.0 counts.
  await pair.blue.xtrim('jobs', 'MAXLEN', 2);
  await pair.replicate();
  expect(await pair.verify()).toMatchObject({ mismatches: 0 });
  expect(await pair.green.xinfo('CONSUMERS', 'jobs', 'g')).toHaveLength(2);
});

test('a target that dies of a stream without a group is given none, and no UNLINK', async () => {
  const pair = await ReplicatedPair.start(stage, {
    blue: ['redis', '7.0'],
    green: ['redis', '6.0'],
    greenSaysItIs: '6.0.13',
  });
  await pair.blue.xadd('x', '1-1', 'a', 'b');
  await pair.blue.xadd('emptied', '1-1', 'a', 'b');
  await pair.blue.xtrim('emptied', 'MAXLEN', 0);
  await pair.blue.xgroup('CREATE', 'grouped', 'g', '0', 'MKSTREAM');
  await pair.blue.xgroup('CREATE', 'never', 'g', '0', 'MKSTREAM');
  await pair.blue.xgroup('DESTROY', 'never', 'g');
  await pair.replicate();
  expect(await pair.verify()).toMatchObject({ mismatches: 0 });
  await pair.blue.xgroup('DESTROY', 'grouped', 'g');
  await pair.blue.del('x');
  await pair.drain();
  expect(await pair.verify()).toMatchObject({ mismatches: 0 });
  const connection = await Connection.open(endpointOf(pair.greenServer));
  const stats = String(await connection.command('INFO', 'commandstats'));
  connection.close();
  expect(stats).not.toMatch(/cmdstat_unlink/);
  // One group was made and none destroyed.
  expect(stats).toMatch(/cmdstat_xgroup:calls=1,/);
});
