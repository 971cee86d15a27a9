import type { Connection } from 'mysql2/promise';
import { drain } from '../../../agent/mysql/drain';
import { fence } from '../../../agent/mysql/fence';
import { follow } from '../../../agent/mysql/follow';
import { Verifications } from '../../../agent/mysql/verification/verifications';
import { verify } from '../../../agent/mysql/verify';
import type { Databases } from '../../../agent/sql/databases';
import type { Side } from '../../../contract/common';
import { useAws } from '../aws';
import { listener } from '../redis/stage';
import { DatabaseStage, type RdsDatabase } from './stage';

const aws = useAws();
const THERE = { from: 'blue', to: 'green' } as const;

/** Clients wait for all of it. */
describe.each(['mysql', 'mariadb'] as const)('the freeze of %s', (engine) => {
  const stage = new DatabaseStage(aws);
  let sides: Record<Side, RdsDatabase>;
  let roots: Record<Side, Connection>;
  let databases: Databases;

  beforeAll(async () => {
    const [blue, green] = await Promise.all([stage.database({ engine }), stage.database({ engine })]);
    sides = { blue, green };
    roots = { blue: await stage.root(blue), green: await stage.root(green) };
    databases = await stage.databases(stage.endpoint(blue), stage.endpoint(green));
    await follow(databases, THERE, listener());
    await roots.blue.query('CREATE DATABASE shop');
    await roots.blue.query('CREATE TABLE shop.orders (id INT PRIMARY KEY, state VARCHAR(20))');
    await roots.blue.query("INSERT INTO shop.orders VALUES (1, 'new'), (2, 'new')");
  });
  beforeEach(async () => {
    await drain(databases, { ...THERE, timeoutSeconds: 30 }, listener());
    expect(await verify(databases, { ...THERE, mode: 'full' }, listener())).toMatchObject({ mismatches: 0 });
    await roots.blue.query("UPDATE shop.orders SET state = 'paid' WHERE id = 1");
    await drain(databases, { ...THERE, timeoutSeconds: 30 }, listener());
  });
  afterEach(async () => {
    databases.keep(Verifications).stop();
    for (const side of ['blue', 'green'] as const) roots[side] = await stage.root(sides[side]);
    await roots.blue.query("UPDATE shop.orders SET state = 'new' WHERE id = 1");
  });
  afterAll(() => stage.end());

  const delta = () => verify(databases, { ...THERE, mode: 'delta' }, listener());

  test.each(['blue', 'green'] as const)('ends with the name of who has locked a table of %s', async (side) => {
    const batch = await stage.user(sides[side], 'batch', 'shop');
    await roots[side].query('SET SESSION sql_log_bin = 0');
    await roots[side].query("GRANT LOCK TABLES ON *.* TO 'batch'@'%'");
    await batch.changeUser({ user: 'batch', password: 'secret-of-batch', database: 'shop' });
    await batch.query('LOCK TABLES orders WRITE');
    // What is compared as it changes may have looked at the row before.
    databases.keep(Verifications).stop();
    try {
      await expect(delta()).rejects.toMatchObject({
        name: 'Agent.Failed',
        message: expect.stringMatching(
          new RegExp(
            `${side} \\(.*\\) kept the agent waiting for a lock.*batch@127\\.0\\.0\\.1 \\(connection ${batch.threadId}, `,
          ),
        ),
      });
    } finally {
      batch.destroy();
    }
  });

  test.each(['blue', 'green'] as const)('ends with the name of %s where that hangs', async (side) => {
    const { pid } = sides[side].server;
    databases.keep(Verifications).stop();
    process.kill(pid, 'SIGSTOP');
    try {
      const outcomes = await Promise.allSettled([
        delta(),
        drain(databases, { ...THERE, timeoutSeconds: 60 }, listener()),
        ...(side === 'blue' ? [fence(databases, { side }, listener())] : []),
      ]);
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({
          status: 'rejected',
          reason: { name: 'Agent.Unreachable', message: expect.stringMatching(new RegExp(`^${side} \\(`)) },
        });
      }
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });

  test('does not wait for a transaction that is open, on either side', async () => {
    const open = await Promise.all(
      (['blue', 'green'] as const).map(async (side) => {
        const user = await stage.user(sides[side], `open_${side}`, 'shop');
        await user.query('START TRANSACTION');
        await user.query("UPDATE orders SET state = 'private' WHERE id = 1");
        return user;
      }),
    );
    expect(await delta()).toMatchObject({ mismatches: 0, rowsCompared: 1 });
    // What was not committed is rolled back by the fence, and counted.
    expect(await fence(databases, { side: 'blue' }, listener())).toMatchObject({ rolledBack: 1 });
    for (const user of open) user.destroy();
  });
});
