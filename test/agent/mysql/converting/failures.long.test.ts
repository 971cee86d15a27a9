import { setTimeout as sleep } from 'node:timers/promises';
import type { RowDataPacket } from 'mysql2/promise';
import { conversions } from '../../../../agent/mysql/conversions';
import { convert } from '../../../../agent/mysql/convert';
import type { Progress } from '../../../../contract/common';
import type { Conversion } from '../../../../contract/database';
import { useAws } from '../../aws';
import { listener } from '../../redis/stage';
import { DatabaseStage } from '../stage';
import { Chained } from './chained';

const aws = useAws();

const DECLARED: readonly Conversion[] = [
  { kind: 'toInnoDb' },
  { kind: 'addIndex', table: 'shop.small', name: 'one_each', columns: ['state'], unique: true },
];
const BIG = 'toInnoDb shop.big';

describe.each(['mariadb', 'mysql'] as const)('a step on the converting replica of %s that fails', (engine) => {
  const stage = new DatabaseStage(aws);
  let chained: Chained;

  beforeAll(async () => {
    chained = await Chained.start(stage, engine, {
      performance_schema: 'ON',
      ...(engine === 'mysql' && { performance_schema_consumer_events_stages_current: 'ON' }),
    });
    const { onBlue } = chained;
    await onBlue.query('CREATE DATABASE shop');
    await onBlue.query('CREATE TABLE shop.small (id INT PRIMARY KEY, state VARCHAR(60)) ENGINE=InnoDB');
    await onBlue.query("INSERT INTO shop.small VALUES (1, 'secret-state'), (2, 'secret-state')");
    await onBlue.query(
      'CREATE TABLE shop.big (id INT AUTO_INCREMENT PRIMARY KEY, a CHAR(100), b CHAR(100), KEY (a, b)) ENGINE=MyISAM',
    );
    await onBlue.query('INSERT INTO shop.big (a, b) VALUES (UUID(), UUID())');
    for (let doubled = 0; doubled < 17; doubled += 1) {
      await onBlue.query('INSERT INTO shop.big (a, b) SELECT UUID(), UUID() FROM shop.big');
    }
    await chained.applied();
  }, 120_000);
  afterAll(() => stage.end());

  const perform = async (step: string, timeoutSeconds = 120, signal?: AbortSignal) =>
    convert(await chained.databases(DECLARED), { step, timeoutSeconds }, { ...listener(), ...(signal && { signal }) });
  const failing = (step: string, timeoutSeconds?: number, signal?: AbortSignal): Promise<Error> =>
    perform(step, timeoutSeconds, signal).then(
      () => Promise.reject(new Error('It did not fail.')),
      (error: Error) => error,
    );
  const isAsBefore = async () => {
    await chained.follows();
    await expect(chained.engineOf(chained.onMiddle, 'shop.big')).resolves.toMatch(/^MyISAM/);
    const { steps, findings } = await conversions(await chained.databases(DECLARED), {}, listener());
    expect(steps.find(({ id }) => id === BIG)).toMatchObject({ done: false });
    expect(findings.filter(({ id }) => id.startsWith('mysql.leftover-tables'))).toEqual([]);
  };
  /** What an error says of any step. */
  const said = (step: string, table: string, why: string | RegExp) =>
    new RegExp(
      `^The step "${step}" on ${table.replace('.', '\\.')} of the converting replica failed: .*${why instanceof RegExp ? why.source : why}.*Its replication runs again\\.`,
      's',
    );

  test('for rows that are alike says so, without a value of theirs', async () => {
    const error = await failing('addIndex shop.small.one_each');
    expect(error).toMatchObject({
      name: 'Agent.Failed',
      message: expect.stringMatching(
        said('addIndex shop.small.one_each', 'shop.small', /rows are alike in the columns of a unique index \(ER_DUP/),
      ),
    });
    expect(error.message).not.toContain('secret-state');
    await isAsBefore();
  });

  test('for somebody who holds the table names them', async () => {
    const reader = await stage.user(chained.middle, 'reports', 'shop');
    await reader.query('START TRANSACTION');
    await reader.query('SELECT COUNT(*) FROM small');
    const error = await failing('addIndex shop.small.one_each');
    expect(error.message).toMatch(
      said(
        'addIndex shop.small.one_each',
        'shop.small',
        new RegExp(
          `kept the agent waiting for a lock.*reports@127\\.0\\.0\\.1 \\(connection ${reader.threadId}, .*on the converting replica: .*rds_kill`,
        ),
      ),
    );
    await reader.query('ROLLBACK');
    reader.destroy();
    await isAsBefore();
  }, 90_000);

  test('for who ended its statement says so', async () => {
    const failed = failing(BIG);
    const id = await chained.runsOnMiddle('%ALTER TABLE `shop`.`big`%');
    await chained.onMiddle.query(`KILL QUERY ${id}`);
    expect((await failed).message).toMatch(said(BIG, 'shop.big', /somebody ended the statement \(KILL\)/));
    await isAsBefore();
  });

  test('for who ended its connection says that it was cut', async () => {
    const failed = failing(BIG);
    const id = await chained.runsOnMiddle('%ALTER TABLE `shop`.`big`%');
    await chained.onMiddle.query(`KILL ${id}`);
    expect((await failed).message).toMatch(
      said(BIG, 'shop.big', /cut the connection|somebody ended|cannot be reached/),
    );
    await isAsBefore();
  });

  test('for its time says so, and goes on on the server no longer', async () => {
    const error = await failing(BIG, 0.05);
    expect(error.message).toMatch(said(BIG, 'shop.big', 'it took longer than 0.05 s'));
    const [left] = await chained.onMiddle.query<RowDataPacket[]>(
      "SELECT info FROM information_schema.processlist WHERE info LIKE '%ALTER TABLE `shop`%' AND id <> CONNECTION_ID()",
    );
    expect(left).toEqual([]);
    await isAsBefore();
  });

  test('for who stopped it goes on on the server no longer', async () => {
    const stop = new AbortController();
    const failed = failing(BIG, 120, stop.signal);
    await chained.runsOnMiddle('%ALTER TABLE `shop`.`big`%');
    stop.abort();
    await expect(failed).resolves.toMatchObject({ name: 'Agent.Stopped' });
    await isAsBefore();
  });

  test('for the restart of its server says so, and that it follows again once it is back', async () => {
    const failed = failing(BIG);
    await chained.runsOnMiddle('%ALTER TABLE `shop`.`big`%');
    await chained.middle.server.kill();
    await sleep(1_500);
    await chained.middle.server.restart();
    chained = await chained.again();
    expect((await failed).message).toMatch(said(BIG, 'shop.big', /cut the connection|cannot be reached/));
    await isAsBefore();
  }, 90_000);

  test('is performed once nothing is in its way any more, and tells how long others may take', async () => {
    await chained.onMiddle.query('SET SESSION sql_log_bin = 0');
    await chained.onMiddle.query('CREATE TABLE shop.other ENGINE=MyISAM SELECT * FROM shop.big LIMIT 1000');
    const databases = await chained.databases([{ kind: 'toInnoDb', tables: ['shop.big', 'shop.other'] }]);
    const estimates = async () => {
      const { steps } = await conversions(databases, {}, listener());
      return steps.map(({ id, done, estimatedSeconds }) => [id, done, typeof estimatedSeconds]);
    };
    await expect(estimates()).resolves.toEqual([
      [BIG, false, 'undefined'],
      ['toInnoDb shop.other', false, 'undefined'],
    ]);
    const phases: Progress[] = [];
    const report = { ...listener(), progress: (progress: Progress) => phases.push(progress) };
    const performed = await convert(databases, { step: BIG, timeoutSeconds: 120 }, report);
    // By the engine's own stages.
    expect(phases).toContainEqual({
      phase: expect.stringMatching(/^toInnoDb shop\.big: (?!seconds so far)/),
      done: expect.any(Number),
      total: expect.any(Number),
    });
    expect(performed).toMatchObject({ step: BIG, replicating: false });
    await expect(chained.engineOf(chained.onMiddle, 'shop.big')).resolves.toBe('InnoDB Dynamic');
    await expect(estimates()).resolves.toEqual([
      [BIG, true, 'undefined'],
      ['toInnoDb shop.other', false, 'number'],
    ]);
  });
});
