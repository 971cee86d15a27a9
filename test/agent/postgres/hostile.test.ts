import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alive } from '../../../agent/postgres/alive';
import { connections } from '../../../agent/postgres/connections';
import { postgres } from '../../../agent/postgres/engine';
import { evict } from '../../../agent/postgres/evict';
import { preflight } from '../../../agent/postgres/preflight';
import { smoke } from '../../../agent/postgres/smoke';
import { status } from '../../../agent/postgres/status';
import { postgresVerbs } from '../../../agent/postgres/verbs';
import { verify } from '../../../agent/postgres/verify';
import { AGENT_ROLE, agentRole } from '../../../rehearsal/engines/sql/rds/postgresql/agent-role';
import { useAws } from '../aws';
import { listener } from '../redis/stage';
import { HostileSchema } from './hostile-schema';
import { PostgresStage, type RdsPostgres } from './stage';

const aws = useAws();
const there = { from: 'blue', to: 'green' } as const;

describe('where the owner of a database means harm', () => {
  const stage = new PostgresStage(aws);
  const smokeQueries = [{ name: 'tenants', sql: 'SELECT count(*) FROM public.trace', database: 'shop' }];
  const query = {
    check: 'plain',
    sql: 'SELECT count(*) FROM public.trace',
    database: 'shop',
    expect: { valueIs: '1' },
  };
  let blue: RdsPostgres;
  let green: RdsPostgres;
  let traps = 0;

  beforeAll(async () => {
    [blue, green] = await Promise.all([stage.server({ settings: { track_functions: 'all' } }), stage.server()]);
    for (const side of [blue, green]) {
      const root = await stage.root(side);
      await root.query("CREATE ROLE app LOGIN PASSWORD 'secret-of-app'");
      await root.query('CREATE DATABASE shop OWNER app');
      // With more than the documented role has: what a trap gets done would be seen.
      await root.query(
        `GRANT rds_superuser TO ${AGENT_ROLE} WITH ADMIN OPTION; GRANT CREATE ON DATABASE shop TO ${AGENT_ROLE}`,
      );
      const schema = new HostileSchema(await stage.user(side, 'app', 'shop'));
      await schema.lay();
      traps = schema.traps;
    }
    // What he himself called is counted when his session ends, and is no harm.
    await stage.leave();
    await (await witness()).query('SELECT pg_stat_reset()');
    for (const side of [blue, green]) await (await witness(side)).query('UPDATE public.trace SET what = NULL');
  }, 120_000);
  afterAll(() => stage.end());

  /** Who looks must not walk into a trap either. */
  async function witness(side = blue) {
    const root = await stage.root(side, 'shop');
    await root.query("SET search_path = ''");
    return root;
  }

  const databases = () => stage.databases(blue, green, smokeQueries, [query]);
  const verbs: [string, () => Promise<unknown>][] = [
    [
      'preflight',
      async () => preflight(await databases(), { ...there, strategy: 'managedBlueGreen', fromOnly: false }, listener()),
    ],
    ['status', async () => status(await databases(), {}, listener())],
    ['alive', async () => alive(await databases(), { side: 'blue' }, listener())],
    ['connections', async () => connections(await databases(), { side: 'blue' }, listener())],
    ['verify schema', async () => verify(await databases(), { ...there, mode: 'schema' }, listener())],
    ['verify full', async () => verify(await databases(), { ...there, mode: 'full' }, listener())],
    ['verify delta', async () => verify(await databases(), { ...there, mode: 'delta' }, listener())],
    ['smoke', async () => smoke(await databases(), { from: 'green', to: 'blue', warmUp: true }, listener())],
    ['evict', async () => evict(await databases(), { side: 'blue', quietSeconds: 0.2, timeoutSeconds: 5 }, listener())],
    [
      'check.query',
      async () => {
        const asked = { side: 'blue', check: query.check, timeoutSeconds: 5 } as const;
        await expect(postgres.checks['check.query']?.run(await databases(), asked, listener())).resolves.toMatchObject({
          passed: true,
        });
      },
    ],
  ];

  test('each verb that the agent has is tried', () => {
    const tried = new Set(verbs.map(([title]) => title.split(' ')[0] ?? ''));
    const there = [...Object.keys(postgresVerbs), ...Object.keys(postgres.checks)];
    expect([...tried].sort()).toEqual(there.map((name) => name.replace('postgres.', '')).sort());
  });

  test.each(verbs)('%s runs nothing of his', async (_, verb) => {
    expect(traps).toBeGreaterThan(500);
    await verb();
    const root = await witness();
    const { rows: called } = await root.query('SELECT funcname, calls FROM pg_stat_user_functions WHERE calls > 0');
    expect(called).toEqual([]);
    const { rows: trace } = await root.query('SELECT what FROM public.trace');
    expect(trace).toEqual([{ what: null }]);
    const { rows: administrators } = await root.query(
      "SELECT r.rolname AS who FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE m.roleid = 'rds_superuser'::regrole",
    );
    expect(administrators.map(({ who }) => who).sort()).toEqual([AGENT_ROLE, 'postgres']);
  });

  test('rows that a policy hides are named as not compared, and found before the night', async () => {
    const { notCovered, sample, rowsCompared } = await verify(
      await databases(),
      { ...there, mode: 'full' },
      listener(),
    );
    expect(notCovered).toEqual([
      {
        object: 'shop: public.tenants',
        reason: expect.stringContaining("row level security hides rows from the agent's role"),
        holdsRows: true,
      },
    ]);
    expect(sample).toEqual([]);
    expect(rowsCompared).toBe(1 + 2 + 3 * 40);
    const { findings } = await preflight(
      await databases(),
      { ...there, strategy: 'managedBlueGreen', fromOnly: true },
      listener(),
    );
    expect(findings.find(({ id }) => id === 'postgres.row-security')).toMatchObject({
      severity: 'error',
      message: expect.stringContaining('public.tenants'),
    });
  });

  test('a second statement behind a smoke query is refused', async () => {
    const queries = [{ name: 'two', database: 'shop', sql: 'SELECT 1; COMMIT; CREATE TABLE public.planted (a int)' }];
    const { queries: answers } = await smoke(
      await stage.databases(blue, green, queries),
      { ...there, warmUp: false },
      listener(),
    );
    expect(answers[0]?.difference).toBe('fails on both sides with SQLSTATE 42601');
    const { rows } = await (await stage.root(blue, 'shop')).query("SELECT to_regclass('public.planted') AS made");
    expect(rows).toEqual([{ made: null }]);
  });
});

test('the role that the README asks for is the one that is tried here and in rehearsals', () => {
  const page = readFileSync(join(__dirname, '../../../docs/databases.md'), 'utf8');
  const [, statements = ''] = /```sql\n([^`]*CREATE ROLE cutover_agent[^`]*)```/.exec(page) ?? [];
  expect(statements.trim().split('\n')).toEqual(agentRole('…').map((statement) => `${statement};`));
});
