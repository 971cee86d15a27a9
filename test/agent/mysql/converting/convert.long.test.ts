import { setTimeout as sleep } from 'node:timers/promises';
import type { RowDataPacket } from 'mysql2/promise';
import { conversions } from '../../../../agent/mysql/conversions';
import { convert } from '../../../../agent/mysql/convert';
import { resumereplica } from '../../../../agent/mysql/resumereplica';
import type { Conversion } from '../../../../contract/database';
import { useAws } from '../../aws';
import { listener } from '../../redis/stage';
import { DatabaseStage } from '../stage';
import { Chained } from './chained';
import { beyondReading } from './only-reads';

const aws = useAws();

const DECLARED: readonly Conversion[] = [
  { kind: 'toInnoDb' },
  { kind: 'toDynamic' },
  { kind: 'addIndex', table: 'shop.orders', name: 'by_state', columns: ['state'] },
  { kind: 'statements', statements: ['CREATE INDEX `by note` ON shop.log (note(10))'] },
];

describe.each(['mariadb', 'mysql'] as const)('the converting replica of %s', (engine) => {
  const stage = new DatabaseStage(aws);
  let chained: Chained;

  beforeAll(async () => {
    chained = await Chained.start(stage, engine);
    const { onBlue } = chained;
    await onBlue.query('CREATE DATABASE shop');
    await onBlue.query(
      'CREATE TABLE shop.orders (id INT AUTO_INCREMENT PRIMARY KEY, state VARCHAR(20)) ENGINE=MyISAM ROW_FORMAT=FIXED',
    );
    await onBlue.query(
      'CREATE TABLE shop.log (id INT PRIMARY KEY, note VARCHAR(200)) ENGINE=InnoDB ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8',
    );
    await onBlue.query('CREATE TABLE shop.`odd``name` (id INT PRIMARY KEY) ENGINE=MyISAM');
    await onBlue.query('CREATE TABLE shop.plain (id INT PRIMARY KEY) ENGINE=InnoDB');
    await onBlue.query("INSERT INTO shop.orders (state) VALUES ('new'), ('new'), ('sent')");
    await onBlue.query("INSERT INTO shop.log VALUES (1, 'one'), (2, 'two')");
    await chained.applied();
  });
  afterAll(() => stage.end());

  const ask = async (declared: readonly Conversion[] = DECLARED) =>
    conversions(await chained.databases(declared), {}, listener());
  const perform = async (step: string, declared: readonly Conversion[] = DECLARED, timeoutSeconds = 60) =>
    convert(await chained.databases(declared), { step, timeoutSeconds }, listener());
  const resume = async () => resumereplica(await chained.databases(DECLARED), { timeoutSeconds: 30 }, listener());

  test('is asked what is to be done, and is as it was afterwards', async () => {
    const found = await ask();
    expect(found.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(found).toMatchObject({ errors: 0, remaining: 5, next: { id: 'toInnoDb shop.`odd``name`' } });
    expect(found.steps.map(({ id, statement, done }) => [id, statement, done])).toEqual([
      ['toInnoDb shop.`odd``name`', 'ALTER TABLE `shop`.`odd``name` ENGINE=InnoDB, ROW_FORMAT=DYNAMIC', false],
      ['toInnoDb shop.orders', 'ALTER TABLE `shop`.`orders` ENGINE=InnoDB, ROW_FORMAT=DYNAMIC', false],
      ['toDynamic shop.log', 'ALTER TABLE `shop`.`log` ROW_FORMAT=DYNAMIC KEY_BLOCK_SIZE=0', false],
      ['addIndex shop.orders.by_state', 'ALTER TABLE `shop`.`orders` ADD INDEX `by_state` (`state`)', false],
      ['statement 1 shop.log', 'CREATE INDEX `by note` ON shop.log (note(10))', false],
    ]);
    const orders = found.steps.find(({ id }) => id === 'toInnoDb shop.orders');
    expect(orders).toMatchObject({ table: 'shop.orders', rows: 3 });
    expect(orders?.freeBytesNeeded).toBe(3 * (orders?.bytes ?? 0));
    // Nothing has run on this server: it is not known how long it takes.
    expect(orders).not.toHaveProperty('estimatedSeconds');
    await chained.follows();
  });

  test('performs each step once, with its replication stopped, and is told again that it is done', async () => {
    for (;;) {
      const { next } = await ask();
      if (next === undefined) break;
      await expect(perform(next.id)).resolves.toMatchObject({ step: next.id, replicating: false });
      await expect(perform(next.id)).resolves.toMatchObject({ step: next.id, seconds: 0, replicating: false });
    }
    const { onMiddle } = chained;
    await expect(chained.engineOf(onMiddle, 'shop.orders')).resolves.toBe('InnoDB Dynamic');
    await expect(chained.engineOf(onMiddle, 'shop.log')).resolves.toBe('InnoDB Dynamic');
    await expect(chained.engineOf(onMiddle, 'shop.odd`name')).resolves.toBe('InnoDB Dynamic');
    await expect(chained.indexesOf(onMiddle, 'shop.orders')).resolves.toEqual(['PRIMARY', 'by_state']);
    await expect(chained.indexesOf(onMiddle, 'shop.log')).resolves.toEqual(['PRIMARY', 'by note']);
  });

  test('follows blue again when it is told to, with what was written meanwhile', async () => {
    await chained.onBlue.query("INSERT INTO shop.orders (state) VALUES ('late')");
    await expect(chained.following()).resolves.toMatchObject({ receiving: false, applying: false });
    // By the time in blue's log: while its replication stands, the server says nothing of it.
    await sleep(1_100);
    await expect(perform('toInnoDb shop.orders')).resolves.toMatchObject({ lagSeconds: expect.any(Number) });
    expect((await perform('toInnoDb shop.orders')).lagSeconds).toBeGreaterThanOrEqual(1);
    const { findings } = await ask();
    expect(findings).toContainEqual(
      expect.objectContaining({ id: 'mysql.replication-stopped.converting', severity: 'warning' }),
    );
    await expect(resume()).resolves.toMatchObject({ replicating: true });
    await expect(resume()).resolves.toMatchObject({ replicating: true });
    await chained.applied();
    expect((await perform('toInnoDb shop.orders')).lagSeconds).toBe(0);
    await chained.follows();
    const [rows] = await chained.onMiddle.query<RowDataPacket[]>(
      'SELECT state FROM shop.orders ORDER BY id DESC LIMIT 1',
    );
    expect(rows).toEqual([{ state: 'late' }]);
  });

  test('has left blue as it was: the agent has only read there', async () => {
    const statements = await chained.statementsOnBlue();
    expect(statements.length).toBeGreaterThan(0);
    expect(beyondReading(statements)).toEqual([]);
    await expect(chained.engineOf(chained.onBlue, 'shop.orders')).resolves.toBe('MyISAM Fixed');
  });

  test('gives its conversions to a green that is made afterwards, and to one that follows already', async () => {
    await chained.makeGreen();
    await chained.greenHasAll();
    const { onGreen } = chained;
    await expect(chained.engineOf(onGreen, 'shop.orders')).resolves.toBe('InnoDB Dynamic');
    const more: Conversion[] = [{ kind: 'addIndex', table: 'shop.orders', name: 'by_both', columns: ['state', 'id'] }];
    await perform('addIndex shop.orders.by_both', more);
    await resume();
    await chained.greenHasAll();
    await expect(chained.indexesOf(onGreen, 'shop.orders')).resolves.toContain('by_both');
  });
});
