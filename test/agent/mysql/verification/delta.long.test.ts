import { type Connection, createConnection } from 'mysql2/promise';
import { binlogPosition } from '../../../../agent/mysql/binlog-position';
import { Comparison } from '../../../../agent/mysql/verification/comparison';
import { Verifications } from '../../../../agent/mysql/verification/verifications';
import { verify } from '../../../../agent/mysql/verify';
import type { Databases } from '../../../../agent/sql/databases';
import { useAws } from '../../aws';
import { listener } from '../../redis/stage';
import { DatabaseStage, type RdsDatabase } from '../stage';
import { tries } from './statements';

const aws = useAws();
const there = { from: 'blue', to: 'green' } as const;
const seed = Date.now() % 1_000_000;
const TRIES = 60;

/** Nothing replicates: what is done on blue alone must differ from then on. */
describe.each(['mysql', 'mariadb'] as const)(`what the log of %s does not tell by rows (seed ${seed})`, (engine) => {
  const stage = new DatabaseStage(aws);
  let blue: RdsDatabase;
  let green: RdsDatabase;
  let onBlue: Connection;
  let onGreen: Connection;
  let databases: Databases;

  beforeAll(async () => {
    [blue, green] = await Promise.all([stage.database({ engine }), stage.database({ engine })]);
    [onBlue, onGreen] = await Promise.all([stage.root(blue), stage.root(green)]);
    databases = await stage.databases(stage.endpoint(blue), stage.endpoint(green));
    await onBoth('CREATE DATABASE shop');
    await onBoth('USE shop');
  });
  afterEach(async () => {
    databases.keep(Verifications).stop();
    await onBoth('DROP DATABASE shop');
    await onBoth('CREATE DATABASE shop');
    await onBoth('USE shop');
  });
  afterAll(() => stage.end());

  const onBoth = (statement: string) => Promise.all([onBlue.query(statement), onGreen.query(statement)]);
  const compare = (mode: 'full' | 'delta') => verify(databases, { ...there, mode }, listener());
  const quoted = (name: string) => `\`${name.replaceAll('`', '``')}\``;

  async function tables(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      await onBoth(`CREATE TABLE ${quoted(name)} (id INT PRIMARY KEY, v INT)`);
      await onBoth(`INSERT INTO ${quoted(name)} VALUES (1, 1), (2, 2)`);
    }
  }

  /** A session with a character set of its own, in which the client writes. */
  async function speaking(charset: string): Promise<Connection> {
    const { host, port, user, password } = blue.server;
    return createConnection({ host, port, user, password, charset, database: 'shop' });
  }

  /** A two-phase transaction that another session is to commit. */
  async function prepare(id: string, statement: string): Promise<void> {
    const session = await speaking('utf8mb4');
    for (const sql of [`XA START ${id}`, statement, `XA END ${id}`, `XA PREPARE ${id}`]) await session.query(sql);
    await session.end();
  }

  test(`is found by ${TRIES} statements, however they are written`, async () => {
    const all = tries(engine, TRIES, seed);
    await tables(...all.map(({ table }) => table), 'straße', 'untouched');
    expect(await compare('full')).toMatchObject({ mismatches: 0 });
    const writer = await speaking('utf8mb4');
    for (const { sqlMode, sql } of all) {
      await writer.query(`SET SESSION sql_mode = '${sqlMode}'`);
      await writer.query(sql);
    }
    writer.destroy();
    const western = await speaking('LATIN1_SWEDISH_CI');
    await western.query('TRUNCATE TABLE straße');
    western.destroy();
    const verification = databases.keep(Verifications).find(there);
    const found = await compare('delta');
    const missed = all.filter(
      ({ table }) =>
        ![...(verification?.tails.touched.everChanged ?? [])].some((name) =>
          name.includes(table.replaceAll('`', '``')),
        ),
    );
    expect({ missed, mismatches: found.mismatches }).toEqual({ missed: [], mismatches: (TRIES + 1) * 2 });
    expect(verification?.tails.touched.everChanged).not.toContain('shop.untouched');
  });

  if (engine === 'mysql') {
    test('is found by the effects that a statement has beside its own', async () => {
      await tables('t', 'by_trigger');
      await onBlue.query(
        'CREATE TRIGGER beside AFTER UPDATE ON t FOR EACH ROW UPDATE by_trigger SET v = 9 WHERE id = 1',
      );
      await compare('full');
      await onBlue.query("SET SESSION binlog_format = 'STATEMENT'");
      await onBlue.query('UPDATE t SET v = 9 WHERE id = 2');
      await onBlue.query("SET SESSION binlog_format = 'ROW'");
      const { sample } = await compare('delta');
      expect(sample.map(({ object }) => object).sort()).toEqual(['shop.by_trigger', 'shop.t']);
    });
  }

  test('is found by the commit of what was prepared before', async () => {
    await tables('t', 'other');
    await prepare("'early'", 'UPDATE other SET v = 8 WHERE id = 2');
    await compare('full');
    await prepare("'a', 'b'", 'UPDATE t SET v = 8 WHERE id = 1');
    expect(await compare('delta')).toMatchObject({ mismatches: 0 });
    await onBlue.query("XA COMMIT 'a', 'b'");
    expect(await compare('delta')).toMatchObject({ mismatches: 1, rowsCompared: 1 });
    await onBlue.query("XA COMMIT 'early'");
    const { sample } = await compare('delta');
    expect(sample.map(({ object }) => object).sort()).toEqual(['shop.other', 'shop.t']);
  });

  if (engine === 'mariadb') {
    test('is found by cascades, there and onward, and by rows in formats of long ago', async () => {
      await onBoth('CREATE TABLE p (id INT PRIMARY KEY, code INT UNIQUE, note INT)');
      await onBoth(
        'CREATE TABLE c (id INT PRIMARY KEY, code INT UNIQUE, FOREIGN KEY (code) REFERENCES p (code) ON DELETE CASCADE ON UPDATE CASCADE)',
      );
      await onBoth(
        'CREATE TABLE g (id INT PRIMARY KEY, code INT, FOREIGN KEY (code) REFERENCES c (code) ON DELETE SET NULL ON UPDATE CASCADE)',
      );
      for (const table of ['p (id, code)', 'c', 'g'])
        await onBoth(`INSERT INTO ${table} VALUES (1, 1), (2, 2), (3, 3)`);
      await onBoth('SET GLOBAL mysql56_temporal_format = OFF');
      await onBoth('CREATE TABLE old (t TIMESTAMP PRIMARY KEY, at TIMESTAMP(3) NULL, v INT)');
      await onBoth("INSERT INTO old VALUES ('2024-01-02 03:04:05', '2024-01-02 03:04:05.678', 1)");
      await onBoth('SET GLOBAL mysql56_temporal_format = ON');
      await compare('full');
      await onBlue.query('UPDATE p SET note = 1 WHERE id = 3');
      expect(await compare('delta')).toMatchObject({ mismatches: 1, rowsCompared: 1 });
      await onBlue.query('DELETE FROM p WHERE id = 1');
      await onBlue.query('UPDATE p SET code = 9 WHERE id = 2');
      await onBlue.query('UPDATE old SET v = 9');
      const { sample, mismatches } = await compare('delta');
      expect(mismatches).toBe(3 + 2 + 2 + 1);
      expect(new Set(sample.map(({ object }) => object))).toEqual(new Set(['shop.p', 'shop.c', 'shop.g', 'shop.old']));
    });
  }

  if (engine === 'mariadb') {
    test('is found in the rows that a versioned table had before, whatever moment the server shows', async () => {
      await onBoth('CREATE TABLE h (id INT PRIMARY KEY, v INT) WITH SYSTEM VERSIONING');
      await onBoth(
        'CREATE TABLE p (id INT PRIMARY KEY, v INT, a TIMESTAMP(6) GENERATED ALWAYS AS ROW START, z TIMESTAMP(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (a, z)) WITH SYSTEM VERSIONING',
      );
      for (const table of ['h', 'p']) {
        await onBoth('SET timestamp = 1700000000');
        await onBoth(`INSERT INTO ${table} (id, v) VALUES (1, 1), (2, 2)`);
        await onBoth('SET timestamp = 1700000100');
        await onBoth(`UPDATE ${table} SET v = 3 WHERE id = 1`);
      }
      await onBoth("SET GLOBAL system_versioning_asof = '2020-01-01'");
      expect(await compare('full')).toMatchObject({ mismatches: 0, rowsCompared: 6 });
      await onBlue.query('DELETE HISTORY FROM h');
      await onBlue.query('SET timestamp = 1700000200');
      await onBlue.query('UPDATE p SET v = 2 WHERE id = 2');
      const { sample } = await compare('delta');
      await onBoth('SET GLOBAL system_versioning_asof = DEFAULT');
      await onBoth('SET timestamp = DEFAULT');
      expect(sample.map(({ object }) => object).sort()).toEqual(['shop.h', 'shop.p']);
    });

    test('is found where a sequence has handed out more', async () => {
      await onBoth('CREATE SEQUENCE called');
      await onBoth('CREATE SEQUENCE restarted');
      await onBoth('CREATE SEQUENCE left_alone');
      expect(await compare('full')).toMatchObject({ mismatches: 0 });
      expect(await compare('delta')).toMatchObject({ mismatches: 0 });
      await onBlue.query('DO SETVAL(called, 5000)');
      await onBlue.query('ALTER SEQUENCE restarted RESTART 100');
      const { sample } = await compare('delta');
      expect(sample.map(({ object }) => object).sort()).toEqual(['sequence shop.called', 'sequence shop.restarted']);
    });
  }

  if (engine === 'mysql') {
    test('is found although definitions follow one another', async () => {
      await tables('t');
      await compare('full');
      const verification = databases.keep(Verifications).find(there);
      const { tables: read } = Comparison.prototype;
      // The second is made once what is defined has been read because of the first.
      const reading = jest.spyOn(Comparison.prototype, 'tables').mockImplementationOnce(async function (
        this: Comparison,
      ) {
        const defined = await read.call(this);
        await onBlue.query('CREATE TABLE second (id INT PRIMARY KEY)');
        await verification?.tails.source.catchUp(await binlogPosition(this.from.session), new AbortController().signal);
        return defined;
      });
      await onBlue.query('CREATE TABLE first (id INT PRIMARY KEY)');
      // The key goes to the other column, under the same names.
      await onBlue.query('ALTER TABLE t DROP PRIMARY KEY, CHANGE COLUMN id w INT, CHANGE COLUMN v id INT PRIMARY KEY');
      await onBlue.query('ALTER TABLE t CHANGE COLUMN id v INT, CHANGE COLUMN w id INT');
      await compare('delta');
      reading.mockRestore();
      await onBlue.query('UPDATE t SET id = 9 WHERE v = 2');
      const { sample } = await compare('delta');
      expect(sample.map(({ object }) => object)).toEqual(
        expect.arrayContaining(['shop.first', 'shop.second', 'shop.t']),
      );
    });
  }
});
