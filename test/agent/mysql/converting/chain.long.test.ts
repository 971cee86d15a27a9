import type { Connection } from 'mysql2/promise';
import { awaitlag } from '../../../../agent/mysql/awaitlag';
import { detach } from '../../../../agent/mysql/detach';
import { drain } from '../../../../agent/mysql/drain';
import { follow } from '../../../../agent/mysql/follow';
import { preflight } from '../../../../agent/mysql/preflight';
import { status } from '../../../../agent/mysql/status';
import { verify } from '../../../../agent/mysql/verify';
import type { Databases } from '../../../../agent/sql/databases';
import type { Conversion } from '../../../../contract/database';
import { Replica } from '../../../../rehearsal/engines/sql/rds/replica';
import { useAws } from '../../aws';
import { listener } from '../../redis/stage';
import { DatabaseStage } from '../stage';
import { Chained } from './chained';

const aws = useAws();
const there = { from: 'blue', to: 'green' } as const;
const DECLARED: readonly Conversion[] = [{ kind: 'toInnoDb' }];

describe.each(['mariadb', 'mysql'] as const)('blue, the converting replica and green of %s', (engine) => {
  const stage = new DatabaseStage(aws);
  let chained: Chained;
  let databases: Databases;
  const replica = engine === 'mysql' ? 'REPLICA' : 'SLAVE';

  beforeAll(async () => {
    chained = await Chained.start(stage, engine, { performance_schema: 'ON' });
    databases = await chained.databases(DECLARED);
    await chained.onBlue.query('CREATE DATABASE shop');
    await chained.onBlue.query('CREATE TABLE shop.orders (id INT PRIMARY KEY, state VARCHAR(20))');
    await chained.makeGreen();
    // Positions of the two logs are far apart, and mean nothing to one another: blue's would be long past.
    for (let i = 0; i < 3; i += 1) await chained.onMiddle.query('FLUSH BINARY LOGS');
    await chained.greenHasAll();
  });
  afterAll(async () => {
    databases.stop();
    await stage.end();
  });

  let orders = 0;
  const order = async (state = 'new') => {
    orders += 1;
    await chained.onBlue.query('INSERT INTO shop.orders VALUES (?, ?)', [orders, state]);
  };
  const drained = (timeoutSeconds = 30) => drain(databases, { ...there, timeoutSeconds }, listener());
  const caughtUp = (timeoutSeconds = 30, to: 'green' | 'converting' = 'green') =>
    awaitlag(databases, { from: 'blue', to, lagSeconds: 0, steadySeconds: 0.3, timeoutSeconds }, listener());
  const message = (waiting: Promise<unknown>): Promise<string> =>
    waiting.then(
      () => 'It did not fail.',
      (error: Error) => error.message,
    );
  const found = async () =>
    (await preflight(databases, { ...there, strategy: 'promoteReplica', fromOnly: false }, listener())).findings;

  test('are all three looked at', async () => {
    const { replicas } = await status(databases, {}, listener());
    expect(
      replicas.map(({ side, configured, receiving, applying }) => [side, configured, receiving, applying]),
    ).toEqual([
      ['blue', false, false, false],
      ['converting', true, true, true],
      ['green', true, true, true],
    ]);
  });

  test('are drained once what blue held is on green, whatever the logs between are called', async () => {
    for (let i = 0; i < 50; i += 1) await order();
    await drained();
    const count = async (on: Connection) => (await on.query('SELECT COUNT(*) AS count FROM shop.orders'))[0];
    expect(await count(chained.onGreen)).toEqual(await count(chained.onBlue));
    await expect(caughtUp()).resolves.toMatchObject({ lagSeconds: 0 });
    await expect(caughtUp(30, 'converting')).resolves.toMatchObject({ lagSeconds: 0 });
  });

  test.each([
    ['the converting replica', 'SQL_THREAD', 'applying stands'],
    ['green', 'SQL_THREAD', 'applying stands'],
    ['the converting replica', 'IO_THREAD', 'receiving stands'],
    ['green', 'IO_THREAD', 'receiving stands'],
  ] as const)('are neither drained nor caught up where %s has no %s, and it is named', async (name, thread, how) => {
    const on = name === 'green' ? chained.onGreen : chained.onMiddle;
    const from = name === 'green' ? 'the converting replica' : 'blue';
    await drained();
    await on.query(`STOP ${replica} ${thread}`);
    // Nobody has written since: what stands has nothing to do, and is not caught up all the same.
    const way = new RegExp(
      `on the way from ${from} \\(127\\.0\\.0\\.1:\\d+\\) to ${name} \\(127\\.0\\.0\\.1:\\d+\\) .*${how}`,
    );
    expect(await message(caughtUp(1))).toMatch(way);
    await order();
    expect(await message(drained(1))).toMatch(way);
    expect(await message(caughtUp(1))).toMatch(way);
    await on.query(`START ${replica} ${thread}`);
    await drained();
  });

  test('are not drained where the converting replica has failed, and it is named at once', async () => {
    await drained();
    await chained.onMiddle.query('SET SESSION sql_log_bin = 0');
    await chained.onMiddle.query("INSERT INTO shop.orders VALUES (9000, 'private')");
    await chained.onBlue.query("INSERT INTO shop.orders VALUES (9000, 'other')");
    const said = await message(drained(60));
    expect(said).toMatch(
      /and the replication has stopped, on the way from blue .* to the converting replica .*the converting replica began to follow|somebody has written to it/,
    );
    expect(said).not.toMatch(/private|'other'/);
    await chained.onMiddle.query('DELETE FROM shop.orders WHERE id = 9000');
    await chained.onMiddle.query('SET SESSION sql_log_bin = 1');
    await chained.onMiddle.query(`START ${replica}`);
    await drained();
  });

  test('are compared: what was declared is no difference, and everything else is one', async () => {
    await chained.onBlue.query('CREATE TABLE shop.my (id INT PRIMARY KEY, note VARCHAR(50)) ENGINE=MyISAM');
    await drained();
    const schema = async (to: 'green' | 'converting') => {
      const { sample } = await verify(databases, { from: 'blue', to, mode: 'schema' }, listener());
      return sample.filter(({ object }) => !object.startsWith('user '));
    };
    await expect(schema('converting')).resolves.toEqual([]);
    await chained.onMiddle.query('ALTER TABLE shop.my ENGINE=InnoDB, ROW_FORMAT=DYNAMIC');
    await drained();
    await expect(schema('converting')).resolves.toEqual([]);
    await expect(schema('green')).resolves.toEqual([]);
    await chained.onMiddle.query('ALTER TABLE shop.my ADD INDEX stray (note)');
    await drained();
    await expect(schema('converting')).resolves.toEqual([
      { object: 'index shop.my.stray', difference: 'only on the converting replica' },
    ]);
    await expect(schema('green')).resolves.toEqual([{ object: 'index shop.my.stray', difference: 'only on green' }]);
    await chained.onMiddle.query('ALTER TABLE shop.my DROP INDEX stray');
    await drained();
    await expect(verify(databases, { ...there, mode: 'full' }, listener())).resolves.toMatchObject({ mismatches: 0 });
    await expect(verify(databases, { from: 'blue', to: 'converting', mode: 'full' }, listener())).rejects.toMatchObject(
      {
        name: 'Agent.BadRequest',
        message: expect.stringMatching(/accepted is schema/),
      },
    );
  });

  test('are looked at by the preflight, which names what is not ready of the converting replica', async () => {
    await chained.onBlue.query('CREATE TABLE shop.later (id INT PRIMARY KEY) ENGINE=MyISAM');
    await drained();
    const findings = await found();
    expect(findings).toContainEqual(
      expect.objectContaining({
        id: 'mysql.conversions-remain',
        severity: 'error',
        message: expect.stringMatching(/^the converting replica .* is not converted yet: toInnoDb shop\.later\.$/),
      }),
    );
    expect(findings).toContainEqual(
      expect.objectContaining({
        id: 'mysql.rollback-not-atomic',
        message: expect.stringContaining('A transaction is not atomic there'),
      }),
    );
    expect(findings.map(({ id }) => id)).not.toContain('mysql.external-replication.green');
    expect(findings.map(({ id }) => id)).not.toContain('mysql.not-innodb');
    await chained.onMiddle.query(`STOP ${replica}`);
    expect((await found()).map(({ id }) => id)).toContain('mysql.replication-stopped.converting');
    await chained.onMiddle.query(`START ${replica}`);
    await chained.onBlue.query('DROP TABLE shop.later');
    await drained();
  });

  test('do not let green be made to follow blue itself', async () => {
    await expect(follow(databases, there, listener())).rejects.toMatchObject({
      name: 'Agent.BadRequest',
      message: expect.stringMatching(/by way of the converting replica/),
    });
  });

  test('are not drained where somebody has written to the converting replica, who is found by its log', async () => {
    await drained();
    const stray = await stage.user(chained.middle, 'stray', 'shop');
    await stray.query("INSERT INTO orders VALUES (7777, 'private')");
    const said = await message(drained());
    expect(said).toMatch(
      /^the converting replica \(127\.0\.0\.1:\d+\) has been written to by somebody else .*: rows of shop\.orders were changed there\. Green has that, and blue has not\./,
    );
    expect(said).not.toContain('private');
    expect(await message(caughtUp())).toMatch(/has been written to by somebody else/);
    const findings = await found();
    expect(findings).toContainEqual(expect.objectContaining({ id: 'mysql.written-to.converting', severity: 'error' }));
    expect(findings).toContainEqual(expect.objectContaining({ id: 'mysql.users.converting' }));
    // Another process looks again from where nothing had been found yet.
    const again = await chained.databases(DECLARED);
    expect(await message(drain(again, { ...there, timeoutSeconds: 30 }, listener()))).toMatch(/has been written to/);
    again.stop();
  });

  test('leave nothing behind once green and the converting replica are detached', async () => {
    await expect(detach(databases, { side: 'green' }, listener())).resolves.toEqual({ cleared: true });
    await expect(detach(databases, { side: 'converting' }, listener())).resolves.toEqual({ cleared: true });
    await expect(detach(databases, { side: 'converting' }, listener())).resolves.toEqual({ cleared: false });
    expect(await message(caughtUp(5, 'converting'))).toMatch(
      /^the converting replica .* does not replicate from blue .*: RDS set it up/,
    );
  });

  test('go back directly: blue follows green, and the converting replica is not on the way', async () => {
    const back = { from: 'green', to: 'blue' } as const;
    expect(await message(drain(databases, { ...back, timeoutSeconds: 5 }, listener()))).toMatch(
      new RegExp(
        `^127\\.0\\.0\\.1:${chained.blue.server.port} does not replicate from 127\\.0\\.0\\.1:${chained.green.server.port}: start`,
      ),
    );
    // MySQL's users sign in to replicate over TLS only, which these servers do not have.
    if (engine === 'mysql') return;
    await chained.onGreen.query('CREATE TABLE shop.back (id INT PRIMARY KEY)');
    const position = await new Replica(chained.green.server, chained.onGreen).logPosition();
    await follow(databases, { ...back, position }, listener());
    await chained.onGreen.query("INSERT INTO shop.orders VALUES (8000, 'back')");
    await drain(databases, { ...back, timeoutSeconds: 30 }, listener());
    const [rows] = await chained.onBlue.query('SELECT state FROM shop.orders WHERE id = 8000');
    expect(rows).toEqual([{ state: 'back' }]);
    await detach(databases, { side: 'blue' }, listener());
  });
});

test('a migration without a converting replica is told so', async () => {
  const stage = new DatabaseStage(aws);
  const endpoint = { host: 'blue.invalid', port: 3306, tls: false, engine: 'mysql', engineVersion: '8.0' } as const;
  const databases = await stage.databases({ ...endpoint, secretArn: stage.secret('none', 'agent', 'x') });
  await expect(detach(databases, { side: 'converting' }, listener())).rejects.toMatchObject({
    name: 'Agent.BadRequest',
    message: expect.stringMatching(/^The migration orders has no converting replica/),
  });
  await stage.end();
});
