import type { Connection, RowDataPacket } from 'mysql2/promise';
import { follow } from '../../../../agent/mysql/follow';
import { Verifications } from '../../../../agent/mysql/verification/verifications';
import { verify } from '../../../../agent/mysql/verify';
import type { Databases } from '../../../../agent/sql/databases';
import { useAws } from '../../aws';
import { listener } from '../../redis/stage';
import { DatabaseStage, type RdsDatabase } from '../stage';
import { makeAccounts } from './dataset';

const aws = useAws();
const there = { from: 'blue', to: 'green' } as const;
const ACCOUNTS = 30_000;

describe('the verification of a replica', () => {
  const stage = new DatabaseStage(aws);
  let blue: RdsDatabase;
  let green: RdsDatabase;
  let onBlue: Connection;
  let onGreen: Connection;
  let databases: Databases;

  beforeAll(async () => {
    [blue, green] = await Promise.all([stage.database({ engine: 'mariadb' }), stage.database({ engine: 'mariadb' })]);
    [onBlue, onGreen] = await Promise.all([stage.root(blue), stage.root(green)]);
    databases = await stage.databases(stage.endpoint(blue), stage.endpoint(green));
    await follow(databases, there, listener());
    await onBlue.query('CREATE DATABASE shop');
    await onBlue.query('USE shop');
    await makeAccounts(onBlue, ACCOUNTS);
    // What is planted there must not come from the log.
    await onGreen.query('SET SESSION sql_log_bin = 0');
  });
  beforeEach(async () => {
    await applied();
    await onGreen.query('USE shop');
  });
  afterEach(() => databases.keep(Verifications).stop());
  afterAll(() => stage.end());

  const full = () => verify(databases, { ...there, mode: 'full' }, listener());
  const delta = () => verify(databases, { ...there, mode: 'delta' }, listener());

  /** Until green has what blue has now. */
  async function applied(): Promise<void> {
    const [rows] = await onBlue.query<RowDataPacket[]>('SELECT @@gtid_binlog_pos AS position');
    await onGreen.query('SELECT MASTER_GTID_WAIT(?, 30)', [rows[0]?.position]);
  }

  /** The next value on green follows its highest row again. */
  const countOnFromThere = () => onGreen.query('ALTER TABLE accounts AUTO_INCREMENT = 1');

  /** Transfers, new accounts and closed ones until it is called off; gives how many there were. */
  function writing(): { stop(): Promise<number> } {
    let running = true;
    const work = (async () => {
      const user = await stage.user(blue, 'writer', 'shop');
      let written = 0;
      for (; running; written += 1) {
        const one = 1 + ((written * 7919) % ACCOUNTS);
        await user.query('START TRANSACTION');
        await user.query('UPDATE accounts SET balance = balance - 1 WHERE id = ?', [one]);
        await user.query('UPDATE accounts SET balance = balance + 1 WHERE id = ?', [(one % ACCOUNTS) + 1]);
        if (written % 10 === 0) await user.query("INSERT INTO accounts (name, balance) VALUES ('new', 0)");
        if (written % 25 === 0) await user.query('DELETE FROM accounts WHERE id > ? ORDER BY id LIMIT 1', [ACCOUNTS]);
        await user.query('COMMIT');
      }
      return written;
    })();
    return {
      stop: () => {
        running = false;
        return work;
      },
    };
  }

  test('finds nothing to differ while users write, and in the freeze compares only what changed', async () => {
    const load = writing();
    const report = listener();
    const all = await verify(databases, { ...there, mode: 'full' }, report);
    expect(await load.stop()).toBeGreaterThan(0);
    expect(all).toMatchObject({ mismatches: 0, sample: [], notCovered: [] });
    expect(all.rowsCompared).toBeGreaterThanOrEqual(ACCOUNTS);
    expect(all.chunksCompared).toBeGreaterThan(1);
    expect(report.heard).toContainEqual(expect.objectContaining({ phase: 'comparing' }));

    await onBlue.query('UPDATE accounts SET balance = balance + 5 WHERE id BETWEEN 100 AND 109');
    await applied();
    const changed = await delta();
    expect(changed).toMatchObject({ mismatches: 0 });
    expect(changed.rowsCompared).toBeGreaterThanOrEqual(10);
    expect(changed.rowsCompared).toBeLessThan(ACCOUNTS / 2);
  });

  test('compares what changed while it is live, so that little is left for the freeze', async () => {
    await full();
    await onBlue.query('UPDATE accounts SET balance = balance + 1 WHERE id <= 3000');
    await applied();
    const verification = databases.keep(Verifications).find(there);
    while (verification !== undefined && verification.tails.touched.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await delta()).toMatchObject({ mismatches: 0, rowsCompared: 0 });
  });

  test('names the one row in many that differs, with the columns, and never a value', async () => {
    await onGreen.query("UPDATE accounts SET name = 'planted', changed = changed WHERE id = 17291");
    const found = await full();
    expect(found).toMatchObject({ mismatches: 1 });
    expect(found.sample).toEqual([
      { object: 'shop.accounts', difference: expect.stringMatching(/^row [0-9a-f]{16} differs in name$/) },
    ]);
    // It stays found until it is mended.
    expect(await delta()).toMatchObject({ mismatches: 1 });
    await onBlue.query("UPDATE accounts SET name = 'mended' WHERE id = 17291");
    await onGreen.query("UPDATE accounts SET name = 'mended' WHERE id = 17291");
    expect(await delta()).toMatchObject({ mismatches: 0 });
  });

  test('names a row that is missing, and one that only the replica has', async () => {
    const [rows] = await onGreen.query<RowDataPacket[]>('SELECT * FROM accounts WHERE id = 4711');
    await onGreen.query('UPDATE accounts SET id = 999999 WHERE id = 4711');
    const found = await full();
    expect(found.mismatches).toBe(2);
    expect(found.sample.map(({ difference }) => difference.replace(/^row \w+ /, '')).sort()).toEqual([
      'only on blue',
      'only on green',
    ]);
    await onGreen.query('UPDATE accounts SET id = 4711 WHERE id = 999999');
    await countOnFromThere();
    expect(rows).toHaveLength(1);
  });

  test('finds a change that the replica lost after the full comparison', async () => {
    await full();
    await onBlue.query('UPDATE accounts SET balance = balance + 1 WHERE id = 12');
    await applied();
    await onGreen.query('UPDATE accounts SET balance = balance - 1, changed = changed WHERE id = 12');
    const found = await delta();
    expect(found).toMatchObject({ mismatches: 1 });
    expect(found.sample[0]?.difference).toMatch(/differs in balance/);
    await onGreen.query('UPDATE accounts SET balance = balance + 1, changed = changed WHERE id = 12');
  });

  test('finds a next value that is far from the other side’s, once nobody writes', async () => {
    await full();
    await onGreen.query('ALTER TABLE accounts AUTO_INCREMENT = 900000');
    await onBlue.query('UPDATE accounts SET balance = balance + 1 WHERE id = 5');
    await applied();
    expect((await delta()).sample).toEqual([
      {
        object: 'AUTO_INCREMENT of shop.accounts',
        difference: expect.stringMatching(/^the next value is 30\d{3} on blue and 900000 on green$/),
      },
    ]);
    await countOnFromThere();
  });

  test('does not mind values that were given to what was rolled back', async () => {
    await full();
    await onBlue.query('START TRANSACTION');
    for (let i = 0; i < 20; i += 1) await onBlue.query("INSERT INTO accounts (name, balance) VALUES ('never', 0)");
    await onBlue.query('ROLLBACK');
    await onBlue.query('UPDATE accounts SET balance = balance + 1 WHERE id = 6');
    await applied();
    expect(await delta()).toMatchObject({ mismatches: 0, sample: [] });
  });

  test('a restarted agent reads the log once more, from where everything was equal', async () => {
    await full();
    databases.keep(Verifications).stop();
    await onBlue.query('UPDATE accounts SET balance = balance + 2 WHERE id <= 20');
    await applied();
    await onGreen.query('UPDATE accounts SET balance = balance - 2, changed = changed WHERE id = 13');
    const found = await delta();
    expect(found.mismatches).toBe(1);
    expect(found.rowsCompared).toBeLessThan(ACCOUNTS / 2);
    expect(stage.logged.join('\n')).toContain('verification.log-read-again');
    await onGreen.query('UPDATE accounts SET balance = balance + 2, changed = changed WHERE id = 13');
  });

  test('does not read tables again because users and views were made', async () => {
    await full();
    await onBlue.query("CREATE USER 'reader'@'%' IDENTIFIED BY 'secret-of-reader'");
    await onBlue.query("GRANT SELECT ON shop.accounts TO 'reader'@'%'");
    await onBlue.query('CREATE OR REPLACE VIEW poor AS SELECT id FROM accounts WHERE balance < 1');
    await onBlue.query('UPDATE accounts SET balance = balance + 1 WHERE id = 77');
    await applied();
    expect(await delta()).toMatchObject({ mismatches: 0, rowsCompared: 1 });
  });

  test('compares everything where the log from then is gone', async () => {
    await full();
    databases.keep(Verifications).stop();
    await onBlue.query('FLUSH BINARY LOGS');
    await applied();
    // A log that somebody reads is not purged, and the server has yet to notice that the agent has gone.
    const [readers] = await onBlue.query<RowDataPacket[]>(
      "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE COMMAND = 'Binlog Dump' AND USER = ?",
      [blue.master.user],
    );
    for (const { id } of readers) await onBlue.query(`KILL ${id}`);
    for (let left = 2; left > 1; ) {
      const [logs] = await onBlue.query<RowDataPacket[]>('SHOW BINARY LOGS');
      left = logs.length;
      await onBlue.query(`PURGE BINARY LOGS TO '${logs.at(-1)?.Log_name}'`);
    }
    const found = await delta();
    expect(found.rowsCompared).toBeGreaterThanOrEqual(ACCOUNTS);
    expect(stage.logged.join('\n')).toContain('verification.log-gone');
  });

  test('goes on after its connection to the log was cut', async () => {
    await full();
    const [dumps] = await onBlue.query<RowDataPacket[]>(
      "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE COMMAND = 'Binlog Dump'",
    );
    for (const { id } of dumps) await onBlue.query(`KILL ${id}`);
    await onBlue.query('FLUSH BINARY LOGS');
    await onBlue.query('UPDATE accounts SET balance = balance + 3 WHERE id <= 7');
    await applied();
    expect(await delta()).toMatchObject({ mismatches: 0, rowsCompared: 7 });
  });

  test('compares a table as a whole that was altered or made meanwhile', async () => {
    await full();
    await onBlue.query('ALTER TABLE accounts ADD COLUMN note VARCHAR(20) NULL AFTER id');
    await onBlue.query('CREATE TABLE made_since (id INT PRIMARY KEY, v INT)');
    await onBlue.query('INSERT INTO made_since VALUES (1, 1), (2, 2)');
    await applied();
    await onGreen.query('UPDATE made_since SET v = 3 WHERE id = 2');
    await onGreen.query("UPDATE accounts SET note = 'planted', changed = changed WHERE id = 29999");
    const found = await delta();
    expect(found.sample.map(({ object }) => object).sort()).toEqual(['shop.accounts', 'shop.made_since']);
    expect(found.mismatches).toBe(2);
  });
});
