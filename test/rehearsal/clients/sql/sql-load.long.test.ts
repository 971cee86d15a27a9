import type { GroupOptions } from '../../../../rehearsal/clients/client-group';
import { compareDatabases } from '../../../../rehearsal/clients/sql/data/compare-databases';
import type { SqlRole } from '../../../../rehearsal/clients/sql/protocol';
import { seenBy } from '../../figure-values';
import { pause } from '../two-sides';
import { TwoDatabases } from './two-databases';

jest.setTimeout(300_000);

let databases: TwoDatabases;
beforeAll(async () => {
  databases = await TwoDatabases.start();
});
afterAll(() => databases?.stop());

function groups(): GroupOptions<SqlRole>[] {
  return [
    {
      name: 'shop',
      localAddresses: [databases.network.address(21)],
      clients: { transfer: 3, order: 2 },
      turnsPerSecond: 150,
    },
    {
      name: 'site',
      localAddresses: [databases.network.address(22)],
      clients: { reader: 2, visitor: 2 },
      turnsPerSecond: 60,
    },
  ];
}

const WHOLE = {
  lostWrites: 0,
  transfersUnexplained: 0,
  balanceDrift: 0,
  wrongBalances: 0,
  ordersDoubled: 0,
  ordersUnexplained: 0,
};

test('clients of an undisturbed database lose nothing, and its replica is the same', async () => {
  const load = await databases.load(groups());
  await pause(1500);
  await load.stop();
  const figures = seenBy(await load.check(databases.servers.blue));
  expect(figures).toMatchObject({ ...WHOLE, failed: 0, sides: [{ side: 'blue', writes: figures.writes }] });
  expect(figures).toMatchObject({ transfersInDoubt: 0, transfersInDoubtStored: 0 });
  expect(figures.transfersCommitted).toBeGreaterThan(0);
  expect(figures.ordersPlaced).toBeGreaterThan(0);
  expect(Object.keys(figures).filter((id) => id.startsWith('reads'))).toEqual([
    'readsAnswered.blue',
    'readsFailed.blue',
  ]);
  await databases.caughtUp('green', 'blue');
  const same = await compareDatabases(databases.servers.blue, databases.servers.green);
  expect(same).toMatchObject({ mismatches: 0, sample: [] });
  expect(same.rows).toBeGreaterThan(3_500);
});

test('what is wrong in the end is found, each kind by itself', async () => {
  await databases.reset();
  const load = await databases.load([groups()[0] as GroupOptions<SqlRole>]);
  await pause(1000);
  await load.stop();
  const before = seenBy(await load.check(databases.servers.blue));
  expect(before).toMatchObject(WHOLE);
  await databases.caughtUp('green', 'blue');

  await databases.run(
    'blue',
    'SET sql_log_bin = 0',
    'DELETE FROM shop.transfers ORDER BY id LIMIT 1',
    "UPDATE shop.orders SET state = 'an older one' ORDER BY id LIMIT 1",
    "INSERT INTO shop.transfers VALUES ('nobody', 1, 2, 0)",
    'DELETE FROM shop.visits WHERE id = 7',
    "UPDATE shop.visits SET notes = 'x' WHERE id = 8",
  );
  const figures = seenBy(await load.check(databases.servers.blue));
  expect(figures).toMatchObject({
    lostWrites: 2,
    'lostWrites.transfer': 1,
    'lostWrites.order': 1,
    transfersUnexplained: 1,
    balanceDrift: 0,
    wrongBalances: 2,
  });
  expect(figures.samples.lost.map(({ what }) => what)).toEqual(['is gone', 'is an older one']);
  const { mismatches, sample } = await compareDatabases(databases.servers.blue, databases.servers.green);
  expect(mismatches).toBe(5);
  expect(sample).toContainEqual({ table: '`shop`.`visits`', key: '7', difference: 'is on the target only' });
  expect(sample).toContainEqual({ table: '`shop`.`visits`', key: '8', difference: 'has another content' });
});

test('a fenced switch shows as a gap and nothing else, and readers go where their name leads', async () => {
  await databases.reset();
  const load = await databases.load(groups());
  databases.pointTo('green', 'reader');
  await pause(1500);
  await databases.fence('blue');
  await databases.promoteGreen();
  databases.pointTo('green');
  await pause(2500);
  await load.stop();
  const figures = seenBy(await load.check(databases.servers.green));
  expect(figures).toMatchObject({ ...WHOLE, sides: [{ side: 'blue' }, { side: 'green' }] });
  const [blue, green] = figures.sides;
  const closedMs = (green?.fromMs ?? 0) - (blue?.toMs ?? 0);
  expect(closedMs).toBeGreaterThan(0);
  expect(figures.longestWriteGapMs).toBeGreaterThan(closedMs - 1);
  expect(figures['readsAnswered.green']).toBeGreaterThan(0);
});

test('a switch without a fence shows lost transactions and two writable sides', async () => {
  await databases.reset();
  const load = await databases.load([groups()[0] as GroupOptions<SqlRole>]);
  await pause(1000);
  await databases.promoteGreen();
  databases.pointTo('green');
  await pause(1100);
  // Half of the pool comes back, and finds green; the other half stays where it is.
  const sessions = await databases.run(
    'blue',
    "SELECT id FROM information_schema.processlist WHERE user = 'application'",
  );
  for (const { id } of sessions.slice(0, 3)) await databases.run('blue', `KILL ${id}`);
  await pause(5000);
  await load.stop();
  const figures = seenBy(await load.check(databases.servers.green));
  expect(figures.lostWrites).toBeGreaterThan(0);
  expect(figures.sides.length).toBeGreaterThan(2);
  expect(figures.ordersDoubled).toBeGreaterThan(0);
});
