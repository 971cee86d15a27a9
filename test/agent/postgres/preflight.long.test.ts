import { preflight } from '../../../agent/postgres/preflight';
import type { Finding } from '../../../contract/common';
import type { DatabasePreflightArgs } from '../../../contract/database';
import { useAws } from '../aws';
import { listener } from '../redis/stage';
import { PostgresStage, type RdsPostgres } from './stage';

const aws = useAws();
const args: DatabasePreflightArgs = { from: 'blue', to: 'green', strategy: 'managedBlueGreen', fromOnly: true };

describe('the preflight of PostgreSQL', () => {
  const stage = new PostgresStage(aws);
  let blue: RdsPostgres;

  beforeAll(async () => {
    blue = await stage.server();
    await (await stage.owner(blue)).query('CREATE DATABASE shop');
  });
  afterAll(() => stage.end());

  const found = async (id: string) => {
    const { findings } = await preflight(await stage.databases(blue), args, listener());
    return findings.find((finding) => finding.id === id);
  };

  test('has nothing to say of a database that is ready', async () => {
    const owner = await stage.owner(blue, 'shop');
    await owner.query('CREATE TABLE ready (id int PRIMARY KEY)');
    const result = await preflight(await stage.databases(blue), { ...args, fromOnly: false }, listener());
    expect(result).toMatchObject({ findings: [], errors: 0, tables: 1 });
    expect(result.bytes).toBeGreaterThan(0);
  });

  test.each([
    ['postgres.no-replica-identity', 'error', 'CREATE TABLE keyless (a int)', 'DROP TABLE keyless', 'public.keyless'],
    [
      'postgres.deferrable-key',
      'error',
      'CREATE TABLE late (id int PRIMARY KEY DEFERRABLE)',
      'DROP TABLE late',
      'public.late',
    ],
    [
      'postgres.cron-jobs',
      'warning',
      `CREATE SCHEMA cron; CREATE TABLE cron.job (jobid bigint PRIMARY KEY, schedule text, jobname text, active boolean);
       INSERT INTO cron.job VALUES (1, '* * * * *', 'expire', true), (2, '0 1 * * *', 'idle', false)`,
      'UPDATE cron.job SET active = false',
      'runs jobs: expire (* * * * *).',
    ],
    [
      'postgres.cron-jobs',
      'warning',
      'ALTER TABLE cron.job ENABLE ROW LEVEL SECURITY',
      'DROP SCHEMA cron CASCADE',
      "hidden from the agent's role",
    ],
    [
      'postgres.unreadable-tables',
      'error',
      'CREATE TABLE hidden (id int PRIMARY KEY); REVOKE pg_read_all_data FROM cutover_agent',
      'DROP TABLE hidden; GRANT pg_read_all_data TO cutover_agent',
      'public.hidden',
    ],
    [
      'postgres.row-security',
      'error',
      'CREATE TABLE tenants (id int PRIMARY KEY); ALTER TABLE tenants ENABLE ROW LEVEL SECURITY',
      'DROP TABLE tenants',
      'public.tenants',
    ],
    [
      'postgres.role-lacks',
      'error',
      'REVOKE pg_signal_backend, pg_monitor FROM cutover_agent',
      'GRANT pg_signal_backend, pg_monitor TO cutover_agent',
      'lacks pg_monitor, pg_signal_backend',
    ],
    [
      'postgres.role-has-more',
      'warning',
      'ALTER ROLE cutover_agent CREATEROLE; GRANT rds_superuser TO cutover_agent',
      'ALTER ROLE cutover_agent NOCREATEROLE; REVOKE rds_superuser FROM cutover_agent',
      '(CREATEROLE, rds_replication, rds_superuser)',
    ],
    [
      'postgres.role-has-more',
      'warning',
      'ALTER ROLE cutover_agent REPLICATION',
      'ALTER ROLE cutover_agent NOREPLICATION',
      '(REPLICATION)',
    ],
    [
      'postgres.role-has-more',
      'warning',
      'CREATE ROLE writes; GRANT writes TO cutover_agent; GRANT pg_read_server_files TO cutover_agent',
      'DROP ROLE writes; REVOKE pg_read_server_files FROM cutover_agent',
      '(pg_read_server_files, writes)',
    ],
    [
      'postgres.role-has-more',
      'warning',
      'CREATE TABLE its_own (id int PRIMARY KEY); ALTER TABLE its_own OWNER TO cutover_agent',
      'DROP TABLE its_own',
      '(what it owns in shop)',
    ],
    [
      'postgres.unlogged-tables',
      'warning',
      'CREATE UNLOGGED TABLE swift (id int PRIMARY KEY)',
      'DROP TABLE swift',
      'public.swift',
    ],
    ['postgres.large-objects', 'error', 'SELECT lo_create(4711)', 'SELECT lo_unlink(4711)', '1 large objects'],
    [
      'postgres.sequences-almost-used-up',
      'warning',
      "CREATE SEQUENCE narrow MAXVALUE 100; SELECT setval('narrow', 97); GRANT SELECT ON SEQUENCE narrow TO public",
      'DROP SEQUENCE narrow',
      'public.narrow (97 %)',
    ],
    [
      'postgres.materialized-views',
      'warning',
      'CREATE MATERIALIZED VIEW totals AS SELECT 1 AS total',
      'DROP MATERIALIZED VIEW totals',
      'public.totals',
    ],
    [
      'postgres.fence-overridden',
      'error',
      'CREATE ROLE batch; ALTER ROLE batch IN DATABASE shop SET default_transaction_read_only = off',
      'ALTER ROLE batch IN DATABASE shop RESET default_transaction_read_only; DROP ROLE batch',
      'the role batch in the database shop',
    ],
    [
      'postgres.logical-slots',
      'error',
      "SELECT pg_create_logical_replication_slot('warehouse', 'pgoutput')",
      "SELECT pg_drop_replication_slot('warehouse')",
      'warehouse (nobody reads it',
    ],
  ])('finds %s, and no more once it is mended', async (id, severity, planted, mended, named) => {
    const root = await stage.root(blue, 'shop');
    expect(await found(id)).toBeUndefined();
    await root.query(planted);
    expect(await found(id)).toMatchObject({ severity, message: expect.stringContaining(named) });
    await root.query(mended);
    expect(await found(id)).toBeUndefined();
  });

  test('does not take a key for an identity by which PostgreSQL lets no row be changed', async () => {
    const owner = await stage.owner(blue, 'shop');
    await owner.query('CREATE TABLE late (id int PRIMARY KEY DEFERRABLE); INSERT INTO late VALUES (1)');
    await owner.query('CREATE PUBLICATION for_green FOR TABLE late');
    await expect(owner.query('UPDATE late SET id = 2')).rejects.toThrow(/does not have a replica identity/);
    expect(await found('postgres.no-replica-identity')).toBeUndefined();
    const { remedy = '' } = (await found('postgres.deferrable-key')) ?? {};
    await owner.query(/ALTER TABLE public\.late .*;/.exec(remedy)?.[0] ?? '');
    await owner.query('UPDATE late SET id = 2');
    expect(await found('postgres.deferrable-key')).toBeUndefined();
    await owner.query('DROP PUBLICATION for_green; DROP TABLE late');
  });

  test('takes a table whose rows can be told apart by all their columns for ready', async () => {
    const owner = await stage.owner(blue, 'shop');
    await owner.query('CREATE TABLE told_apart (a int); ALTER TABLE told_apart REPLICA IDENTITY FULL');
    expect(await found('postgres.no-replica-identity')).toBeUndefined();
  });

  test('finds that there is no connection left, and does not fail of it', async () => {
    const root = await stage.root(blue);
    for (const [limit, most] of [
      ['for the role', 1],
      ['at all', 0],
    ] as const) {
      await root.query(`ALTER ROLE cutover_agent CONNECTION LIMIT ${most}`);
      expect([limit, await found('postgres.no-free-connections')]).toEqual([
        limit,
        expect.objectContaining({
          severity: 'error',
          message: expect.stringMatching(/^blue \(127\.0\.0\.1:\d+\) has no connection left for the agent/),
        }),
      ]);
    }
    await root.query('ALTER ROLE cutover_agent CONNECTION LIMIT -1');
    expect(await found('postgres.no-free-connections')).toBeUndefined();
  });

  test('finds logical replication turned off, and too few slots and workers for the databases', async () => {
    await blue.server.restart({
      wal_level: 'replica',
      'rds.logical_replication': 'off',
      max_replication_slots: 1,
      max_logical_replication_workers: 1,
      max_connections: 12,
    });
    const { findings, errors } = await preflight(await stage.databases(blue), args, listener());
    expect(findings.filter(({ severity }) => severity === 'error').map(({ id }) => id)).toEqual([
      'postgres.no-free-connections',
      'postgres.logical-replication-off',
      'postgres.max-replication-slots',
      'postgres.max-logical-replication-workers',
    ]);
    expect(errors).toBe(4);
  });

  test('finds a standby that is late on purpose', async () => {
    const root = await stage.root(blue);
    const { rows } = await root.query<{ data: string }>("SELECT current_setting('data_directory') AS data");
    await root.query(`COPY (SELECT '') TO '${rows[0]?.data}/standby.signal'`);
    // It says that it accepts who reads, and never that it is ready for all.
    const restarting = blue.server.restart({ recovery_min_apply_delay: '5min' }).catch(() => undefined);
    const delayed = async (): Promise<Finding | undefined> => {
      const databases = await stage.databases(blue);
      const result = await preflight(databases, { ...args, fromOnly: false }, listener()).catch(() => undefined);
      return result?.findings.find(({ id }) => id === 'postgres.replication-delayed') ?? delayed();
    };
    await expect(delayed()).resolves.toMatchObject({
      severity: 'error',
      message: expect.stringContaining('5min late (recovery_min_apply_delay)'),
    });
    await Promise.all([blue.server.stop(), restarting]);
  });
});
