import { drain } from '../../../../agent/mysql/drain';
import { useAws } from '../../aws';
import { listener } from '../../redis/stage';
import { DatabaseStage } from '../stage';
import { Chained } from './chained';

const aws = useAws();
const stage = new DatabaseStage(aws);
afterAll(() => stage.end());

test('a converting replica that has started its log over is named, and nothing counts as arrived', async () => {
  const chained = await Chained.start(stage, 'mariadb');
  const databases = await chained.databases([{ kind: 'toInnoDb' }]);
  await chained.onBlue.query('CREATE DATABASE shop');
  await chained.onBlue.query('CREATE TABLE shop.orders (id INT PRIMARY KEY)');
  for (let id = 1; id <= 50; id += 1) await chained.onBlue.query('INSERT INTO shop.orders VALUES (?)', [id]);
  await chained.makeGreen();
  await chained.greenHasAll();

  // Green hears nothing of what is written from now on, and stands further on than the new log ends.
  await chained.onMiddle.query('RESET MASTER');
  await chained.onBlue.query('INSERT INTO shop.orders VALUES (51)');
  await chained.applied();
  const drained = drain(databases, { from: 'blue', to: 'green', timeoutSeconds: 10 }, listener());
  await expect(drained).rejects.toMatchObject({
    name: 'Agent.NotCaughtUp',
    message: expect.stringMatching(
      /the converting replica \(\S+\) has lost its log or started it over.*Create it again/,
    ),
  });
  databases.stop();
});
