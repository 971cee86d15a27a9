import type { Connection } from 'mysql2/promise';
import { detach } from '../../../../agent/mysql/detach';
import { drain } from '../../../../agent/mysql/drain';
import { follow } from '../../../../agent/mysql/follow';
import { preflight } from '../../../../agent/mysql/preflight';
import { Verifications } from '../../../../agent/mysql/verification/verifications';
import { verify } from '../../../../agent/mysql/verify';
import type { Databases } from '../../../../agent/sql/databases';
import type { Side } from '../../../../contract/common';
import type { MysqlDialectName } from '../../../../rehearsal/engines/sql/rds/dialect';
import { useAws } from '../../aws';
import { listener } from '../../redis/stage';
import { DatabaseStage, type RdsDatabase } from '../stage';

const aws = useAws();
const OTHERS = 'was written to there by others than its replication';
const FORTH = ['blue', 'green'] as const;
const BACK = ['green', 'blue'] as const;
/** A replica of MariaDB's logs what it applies only where it is told to. */
const LOGS: Readonly<Record<MysqlDialectName, Readonly<Record<string, string>>>> = {
  mariadb: { log_slave_updates: 'ON' },
  mysql: {},
};

describe.each(['mysql', 'mariadb'] as const)('what somebody writes to the %s that follows', (engine) => {
  const stage = new DatabaseStage(aws);
  let sides: Record<Side, RdsDatabase>;
  let roots: Record<Side, Connection>;
  let databases: Databases;

  beforeAll(async () => {
    const options = { engine, settings: LOGS[engine] };
    const [blue, green] = await Promise.all([stage.database(options), stage.database(options)]);
    sides = { blue, green };
    roots = { blue: await stage.root(blue), green: await stage.root(green) };
    databases = await stage.databases(stage.endpoint(blue), stage.endpoint(green));
    await follow(databases, { from: 'blue', to: 'green' }, listener());
    await roots.blue.query('CREATE DATABASE shop');
    for (const root of Object.values(roots)) await root.query('SET SESSION sql_mode = DEFAULT');
  });
  afterEach(() => databases.keep(Verifications).stop());
  afterAll(() => stage.end());

  // Nothing of the way back is of one engine alone.
  describe.each(engine === 'mysql' ? [FORTH, BACK] : [FORTH])('%s → %s', (from, to) => {
    const direction = { from, to };
    const compare = (mode: 'full' | 'delta') => verify(databases, { ...direction, mode }, listener());
    const applied = () => drain(databases, { ...direction, timeoutSeconds: 30 }, listener());

    beforeAll(async () => {
      if (from === 'blue') return;
      // Users have been moved: the old side follows the new one.
      await detach(databases, { side: 'green' }, listener());
      await follow(databases, { from, to, position: 'now' }, listener());
    });
    beforeEach(async () => {
      await roots[from].query('USE shop');
      await roots[from].query('DROP TABLE IF EXISTS t, u, untouched');
      await roots[from].query('CREATE TABLE t (a INT, id INT PRIMARY KEY, v VARCHAR(20))');
      await roots[from].query("INSERT INTO t VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c')");
      await roots[from].query('CREATE TABLE untouched (id INT PRIMARY KEY)');
      await applied();
      await roots[to].query('USE shop');
      expect(await compare('full')).toMatchObject({ mismatches: 0, notCovered: [] });
    });

    test.each([
      ['a changed row', "UPDATE t SET v = 'x' WHERE id = 2", /^row \w+ differs in v/],
      ['a row of its own', "INSERT INTO t VALUES (9, 9, 'x')", new RegExp(`^row \\w+ only on ${to}`)],
      ['a row that is gone', 'DELETE FROM t WHERE id = 3', new RegExp(`^row \\w+ only on ${from}`)],
    ])('is found after everything was compared: %s', async (_, statement, difference) => {
      await roots[to].query(statement);
      // Others go on as usual meanwhile.
      await roots[from].query("UPDATE t SET v = 'usual' WHERE id = 1");
      await applied();
      const found = await compare('delta');
      expect(found).toMatchObject({ mismatches: 1 });
      expect(found.sample).toEqual([{ object: 'shop.t', difference: expect.stringMatching(difference) }]);
      expect(found.sample[0]?.difference).toContain(`, and ${to} ${OTHERS}`);
    });

    test('is found by a service that was restarted meanwhile', async () => {
      await roots[to].query("UPDATE t SET v = 'x' WHERE id = 2");
      databases.keep(Verifications).stop();
      await roots[to].query("UPDATE t SET v = 'y' WHERE id = 3");
      const found = await compare('delta');
      expect(found).toMatchObject({ mismatches: 2, rowsCompared: 2 });
    });

    test('is found where it is a statement, or of two phases', async () => {
      await roots[to].query('TRUNCATE TABLE t');
      await roots[to].query('CREATE TABLE u (id INT PRIMARY KEY)');
      await roots[to].query("XA START 'x'");
      await roots[to].query('INSERT INTO untouched VALUES (1)');
      await roots[to].query("XA END 'x'");
      await roots[to].query("XA PREPARE 'x'");
      expect((await compare('delta')).sample.map(({ object }) => object).sort()).toEqual(
        expect.not.arrayContaining(['shop.untouched']),
      );
      await roots[to].query("XA COMMIT 'x'");
      const found = (await compare('delta')).sample.map(({ object }) => object);
      expect([...new Set(found)].sort()).toEqual(['shop.t', 'shop.u', 'shop.untouched']);
      await roots[to].query('DROP TABLE t, u, untouched');
      await roots[from].query('CREATE TABLE IF NOT EXISTS u (id INT)');
      await applied();
      await roots[from].query('SET SESSION sql_log_bin = 0');
      await roots[from].query('DROP TABLE t, untouched');
      await roots[from].query('SET SESSION sql_log_bin = 1');
    });

    test('is no difference where both sides hold the same again', async () => {
      await roots[to].query("UPDATE t SET v = 'x' WHERE id = 2");
      await roots[to].query("UPDATE t SET v = 'b' WHERE id = 2");
      expect(await compare('delta')).toMatchObject({ mismatches: 0, rowsCompared: 1 });
    });

    test('is found although it never ceases', async () => {
      let writing = true;
      const writer = await stage.user(sides[to], 'stray', 'shop');
      const write = (i: number) => writer.query('UPDATE t SET v = ? WHERE id = 2', [`x${i}`]);
      await write(0);
      const work = (async () => {
        for (let i = 1; writing; i += 1) await write(i);
      })();
      const found = await compare('delta');
      writing = false;
      await work;
      expect(found.sample).toEqual([{ object: 'shop.t', difference: expect.stringContaining(OTHERS) }]);
    });

    if (from === 'blue') {
      test('is named by the preflight, with the tables', async () => {
        const args = { ...direction, strategy: 'promoteReplica', fromOnly: false } as const;
        await roots[to].query("UPDATE t SET v = 'x' WHERE id = 2");
        const { findings } = await preflight(databases, args, listener());
        expect(findings).toContainEqual(
          expect.objectContaining({
            id: 'mysql.others-write.green',
            severity: 'warning',
            message: expect.stringContaining('rows of shop.t'),
          }),
        );
      });

      test('keeps blue from following, for it would never have that', async () => {
        expect(await compare('delta')).toMatchObject({ mismatches: 0 });
        await detach(databases, { side: 'green' }, listener());
        await roots.green.query("UPDATE t SET v = 'x' WHERE id = 2");
        // Where a session was when it ran a statement says nothing of what that changes.
        await roots.green.query('USE mysql');
        await roots.green.query('ALTER TABLE shop.untouched ADD x INT');
        await roots.green.query('USE shop');
        const reverse = () => follow(databases, { from: 'green', to: 'blue', position: 'now' }, listener());
        await expect(reverse()).rejects.toMatchObject({
          name: 'Agent.Failed',
          message: expect.stringMatching(
            /^green \(.*\) has been written to by others .*: rows of shop\.t were changed there, and 1 statement was run there\. Blue/,
          ),
        });
        await roots.green.query('ALTER TABLE untouched DROP COLUMN x');
        await roots.green.query("UPDATE t SET v = 'b' WHERE id = 2");
        await follow(databases, { from: 'blue', to: 'green' }, listener());
        await applied();
        expect(await compare('full')).toMatchObject({ mismatches: 0 });
        await detach(databases, { side: 'green' }, listener());
        await expect(reverse()).resolves.toMatchObject({ replicas: [{ side: 'blue', applying: true }] });
        await detach(databases, { side: 'blue' }, listener());
        await follow(databases, { from: 'blue', to: 'green' }, listener());
      });
    }
  });
});
