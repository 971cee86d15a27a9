import { awaitlag } from '../../../../agent/mysql/awaitlag';
import { drain } from '../../../../agent/mysql/drain';
import { follow } from '../../../../agent/mysql/follow';
import { Replica } from '../../../../rehearsal/engines/sql/rds/replica';
import { useAws } from '../../aws';
import { listener } from '../../redis/stage';
import { DatabaseStage } from '../stage';
import { Chained } from './chained';

const aws = useAws();
const stage = new DatabaseStage(aws);
afterAll(() => stage.end());

const there = { from: 'blue', to: 'green' } as const;

test('a green that was promoted once follows blue past the converting replica, and is waited for there', async () => {
  const chained = await Chained.start(stage, 'mariadb');
  const databases = await chained.databases([{ kind: 'toInnoDb' }]);
  await chained.onBlue.query('CREATE DATABASE shop');
  await chained.onBlue.query('CREATE TABLE shop.orders (id INT PRIMARY KEY)');
  await chained.makeGreen();
  await chained.greenHasAll();
  const position = await new Replica(chained.blue.server, chained.onBlue).logPosition();
  await expect(follow(databases, { ...there, position }, listener())).rejects.toMatchObject({
    message: expect.stringMatching(/by way of the converting replica still/),
  });

  // As a promotion leaves it; and the converting replica stands, which does not matter any more.
  await chained.onGreen.query('STOP SLAVE');
  await chained.onGreen.query('RESET SLAVE ALL');
  await new Replica(chained.middle.server, chained.onMiddle).stop();
  await follow(databases, { ...there, position }, listener());
  await chained.onBlue.query('INSERT INTO shop.orders VALUES (1)');
  await expect(drain(databases, { ...there, timeoutSeconds: 10 }, listener())).resolves.toMatchObject({
    position: await new Replica(chained.blue.server, chained.onBlue).logPosition(),
  });
  const waited = { ...there, lagSeconds: 0, steadySeconds: 0.1, timeoutSeconds: 10 };
  await expect(awaitlag(databases, waited, listener())).resolves.toMatchObject({ lagSeconds: 0 });
  const [rows] = await chained.onGreen.query('SELECT COUNT(*) AS orders FROM shop.orders');
  expect(rows).toEqual([{ orders: 1 }]);
  databases.stop();
});
