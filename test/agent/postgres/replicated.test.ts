import type { Client } from 'pg';
import { preflight } from '../../../agent/postgres/preflight';
import { status } from '../../../agent/postgres/status';
import { verify } from '../../../agent/postgres/verify';
import type { Databases } from '../../../agent/sql/databases';
import { useAws } from '../aws';
import { listener } from '../redis/stage';
import { PostgresStage, type RdsPostgres } from './stage';

const aws = useAws();
const there = { from: 'blue', to: 'green' } as const;
const ACCOUNTS = 10_000;

describe('a green that PostgreSQL replicates to', () => {
  const stage = new PostgresStage(aws);
  let blue: RdsPostgres;
  let green: RdsPostgres;
  let onBlue: Client;
  let databases: Databases;

  beforeAll(async () => {
    [blue, green] = await Promise.all([stage.server(), stage.server()]);
    for (const side of [blue, green]) {
      await (await stage.owner(side)).query('CREATE TABLE accounts (id serial PRIMARY KEY, balance int NOT NULL)');
    }
    onBlue = await stage.root(blue);
    await onBlue.query('CREATE PUBLICATION everything FOR ALL TABLES');
    const { host, port, user, password } = blue.server;
    await (await stage.root(green)).query(
      `CREATE SUBSCRIPTION from_blue CONNECTION 'host=${host} port=${port} user=${user} password=${password} dbname=postgres' PUBLICATION everything`,
    );
    await onBlue.query(`INSERT INTO accounts (balance) SELECT i FROM generate_series(1, ${ACCOUNTS}) AS i`);
    databases = await stage.databases(blue, green);
  });
  afterAll(() => stage.end());

  test('is found the same while users write', async () => {
    const user = await stage.owner(blue);
    let writing = true;
    const work = (async () => {
      for (let written = 0; writing; written += 1) {
        await user.query('UPDATE accounts SET balance = balance + 1 WHERE id = $1', [
          1 + ((written * 7919) % ACCOUNTS),
        ]);
        if (written % 10 === 0) await user.query('INSERT INTO accounts (balance) VALUES (0)');
      }
    })();
    const report = listener();
    const found = await verify(databases, { ...there, mode: 'full' }, report);
    writing = false;
    await work;
    expect(found).toMatchObject({
      mismatches: 0,
      notCovered: [
        {
          object: 'rows that others than its replication write to green after this',
          reason: expect.stringMatching(/^PostgreSQL does not tell .*compare again before the switchover$/),
        },
      ],
    });
    expect(found.rowsCompared).toBeGreaterThanOrEqual(ACCOUNTS);
  });

  test('is found otherwise where somebody else writes to it, as long as it is compared after that', async () => {
    const onGreen = await stage.root(green);
    await onGreen.query('UPDATE accounts SET balance = balance + 1 WHERE id = 7');
    const found = await verify(databases, { ...there, mode: 'full' }, listener());
    await onGreen.query('UPDATE accounts SET balance = balance - 1 WHERE id = 7');
    expect(found).toMatchObject({
      mismatches: 1,
      sample: [{ object: 'postgres: public.accounts', difference: expect.stringMatching(/^row \w+ differs/) }],
    });
  });

  test('is told by its subscription', async () => {
    const { replicas } = await status(databases, {}, listener());
    expect(replicas).toEqual([
      { side: 'blue', configured: false, channel: '', receiving: false, applying: false },
      { side: 'green', configured: true, channel: 'from_blue', receiving: true, applying: true },
    ]);
  });

  test('has sequences that replication does not bring, which is said and is no difference', async () => {
    const found = await verify(databases, { ...there, mode: 'schema' }, listener());
    expect(found).toMatchObject({ mismatches: 0, sample: [] });
    expect(found.notCovered).toEqual([
      { object: 'passwords of roles', reason: expect.stringMatching(/superusers only/) },
      { object: 'postgres: values of sequences', reason: expect.stringMatching(/switchover/) },
      { object: 'postgres: publications and subscriptions', reason: expect.stringMatching(/^each side has its own/) },
    ]);
  });

  test('is no reason against its own switchover', async () => {
    const args = { from: 'blue', to: 'green', strategy: 'managedBlueGreen', fromOnly: true } as const;
    const { findings } = await preflight(databases, args, listener());
    expect(findings).toEqual([]);
  });

  test('could not itself be switched over from while the subscription is there', async () => {
    const args = { from: 'green', to: 'blue', strategy: 'managedBlueGreen', fromOnly: true } as const;
    const { findings } = await preflight(databases, args, listener());
    expect(findings).toContainEqual({
      id: 'postgres.external-replication',
      severity: 'error',
      message: expect.stringContaining('from_blue'),
      remedy: 'Drop it when it is no longer needed: DROP SUBSCRIPTION "from_blue";',
    });
  });
});
