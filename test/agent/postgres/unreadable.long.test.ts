import type { Client } from 'pg';
import { preflight } from '../../../agent/postgres/preflight';
import { verify } from '../../../agent/postgres/verify';
import type { Progress } from '../../../contract/common';
import { useAws } from '../aws';
import { listener } from '../redis/stage';
import { PostgresStage, type RdsPostgres } from './stage';

const aws = useAws();
const there = { from: 'blue', to: 'green' } as const;

/** What a side does not give is named, and what it does give is compared all the same. */
describe('the verification of PostgreSQL, where not everything can be read', () => {
  const stage = new PostgresStage(aws);
  let blue: RdsPostgres;
  let green: RdsPostgres;
  let onBlue: Client;
  let onGreen: Client;

  beforeAll(async () => {
    const settings = { max_prepared_transactions: 2 };
    [blue, green] = await Promise.all([stage.server({ settings }), stage.server({ settings })]);
  });
  beforeEach(async () => {
    for (const side of [blue, green]) await (await stage.root(side)).query('CREATE DATABASE shop');
    [onBlue, onGreen] = await Promise.all([stage.root(blue, 'shop'), stage.root(green, 'shop')]);
    await onBoth('CREATE TABLE other (id int PRIMARY KEY, v int); INSERT INTO other VALUES (1, 1)');
    await onGreen.query('UPDATE other SET v = 2');
  });
  afterEach(async () => {
    await stage.leave();
    for (const side of [blue, green]) await (await stage.root(side)).query('DROP DATABASE shop WITH (FORCE)');
    await stage.leave();
  });
  afterAll(() => stage.end());

  const onBoth = (statement: string) => Promise.all([onBlue.query(statement), onGreen.query(statement)]);
  const compare = async (mode: 'full' | 'schema' = 'full', report = listener()) =>
    verify(await stage.databases(blue, green), { ...there, mode }, report);
  const found = expect.objectContaining({
    object: 'shop: public.other',
    difference: expect.stringContaining('differs'),
  });

  test('a table that the role may not read does not end it', async () => {
    await onBoth('CREATE TABLE denied (id int PRIMARY KEY)');
    await onBlue.query('REVOKE pg_read_all_data FROM cutover_agent; GRANT SELECT ON other TO cutover_agent');
    const { sample, notCovered } = await compare();
    await onBlue.query('GRANT pg_read_all_data TO cutover_agent');
    expect(sample).toEqual([found]);
    expect(notCovered).toEqual([
      { object: 'shop: public.denied', reason: 'cannot be read on blue (42501)', holdsRows: true },
    ]);
  });

  test('a table that is dropped or altered meanwhile is looked at as it is then', async () => {
    await onBoth(`CREATE TABLE first (id int PRIMARY KEY, v text);
      INSERT INTO first SELECT i, repeat('x', 500) FROM generate_series(1, 3000) i;
      CREATE TABLE dropped (id int PRIMARY KEY, v int); INSERT INTO dropped VALUES (1, 1);
      CREATE TABLE renamed (id int PRIMARY KEY, was int); INSERT INTO renamed VALUES (1, 1), (2, 2)`);
    let changed: Promise<unknown> | undefined;
    const report = {
      ...listener(),
      progress: (_: Progress) => {
        changed ??= onBoth('DROP TABLE dropped; ALTER TABLE renamed RENAME COLUMN was TO v');
      },
    };
    // Nobody else's statement of these comes between the list of tables and the first rows.
    const result = await compare('full', report as ReturnType<typeof listener>);
    await changed;
    expect(result).toMatchObject({ sample: [found], notCovered: [] });
  });

  test.each([
    ['WIN1252', "E'a\\x81'"],
    ['EUC_JP', "convert_from('\\xa9a1'::bytea, 'EUC_JP')"],
  ])('a key of %s that is no text in UTF-8 has its table compared as a whole', async (encoding, key) => {
    for (const [side, value] of [
      [blue, 1],
      [green, 2],
    ] as const) {
      await (await stage.root(side)).query(
        `CREATE DATABASE encoded ENCODING '${encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'`,
      );
      const owner = await stage.root(side, 'encoded');
      await owner.query(`SET client_encoding = '${encoding}'`);
      await owner.query(`CREATE TABLE t (k text PRIMARY KEY, v int); INSERT INTO t VALUES (${key}, ${value})`);
      await owner.end();
    }
    const { sample } = await compare();
    for (const side of [blue, green]) await (await stage.root(side)).query('DROP DATABASE encoded WITH (FORCE)');
    expect(sample).toEqual([
      { object: 'encoded: public.t', difference: 'the same number of rows on both sides (1), with other values' },
      found,
    ]);
  });

  test('rows of an extension are compared, and people are to say whether it may keep its own', async () => {
    await onBoth(`CREATE EXTENSION unaccent;
      CREATE TABLE jobs (id int PRIMARY KEY, v int); INSERT INTO jobs VALUES (1, 1); ALTER EXTENSION unaccent ADD TABLE jobs;
      CREATE TABLE alike (id int PRIMARY KEY); INSERT INTO alike VALUES (1); ALTER EXTENSION unaccent ADD TABLE alike;
      CREATE TABLE wider (id int PRIMARY KEY); ALTER EXTENSION unaccent ADD TABLE wider`);
    await onGreen.query('UPDATE jobs SET v = 2');
    await onGreen.query('ALTER TABLE wider ADD COLUMN w int');
    const { sample, notCovered } = await compare();
    expect(sample).toEqual([found]);
    expect(notCovered.map(({ object }) => object).sort()).toEqual(['shop: public.jobs', 'shop: public.wider']);
    expect(notCovered).toContainEqual({
      object: 'shop: public.jobs',
      reason: expect.stringContaining('rows differ'),
      holdsRows: true,
    });
  });

  test('a database that does not let the role in is named, before as well', async () => {
    for (const side of [blue, green]) {
      const root = await stage.root(side);
      await root.query('CREATE DATABASE closed');
      await root.query('REVOKE CONNECT ON DATABASE closed FROM public');
    }
    const full = await compare();
    const schema = await compare('schema');
    const { findings } = await preflight(await stage.databases(blue, green), { ...there } as never, listener());
    for (const side of [blue, green]) await (await stage.root(side)).query('DROP DATABASE closed');
    expect(full.sample).toEqual([found]);
    expect(full.notCovered).toEqual([
      { object: 'database closed', reason: expect.stringContaining('GRANT CONNECT'), holdsRows: true },
    ]);
    expect(schema.notCovered.map(({ object }) => object)).toContain('database closed');
    expect(findings.map(({ id }) => id)).toContain('postgres.closed-database');
  });

  test('who waits for a transaction that was prepared is told which', async () => {
    await onBoth('CREATE VIEW sum AS SELECT sum(v) FROM other');
    await onBlue.query("BEGIN; LOCK TABLE other IN ACCESS EXCLUSIVE MODE; PREPARE TRANSACTION 'of the shop'");
    await expect(compare('schema')).rejects.toThrow(
      /these transactions are prepared .*: of the shop\. .*ROLLBACK PREPARED/,
    );
    await onBlue.query("ROLLBACK PREPARED 'of the shop'");
  });
});
