import type { Client } from 'pg';
import { openComparable } from '../../../agent/postgres/verification/comparable';
import { readDefinitions } from '../../../agent/postgres/verification/definitions/definitions';
import { inDatabase, ofServer } from '../../../agent/postgres/verification/not-compared';
import { readRoles } from '../../../agent/postgres/verification/roles';
import {
  differentSequences,
  type SequenceValues,
  sequenceValues,
} from '../../../agent/postgres/verification/sequences';
import { compareDefinitions } from '../../../agent/sql/compare-definitions';
import type { Definition } from '../../../agent/sql/definition';
import { useAws } from '../aws';
import { alike } from './alike';
import { type Planted, planted } from './planted';
import { PostgresStage, type RdsPostgres } from './stage';

const aws = useAws();
const sides = { from: 'blue', to: 'green' } as const;
const WAYS = ['first', 'otherwise'] as const;
type Way = (typeof WAYS)[number];

const OTHER_SETTINGS = [
  'quote_all_identifiers = on',
  "datestyle = 'SQL, DMY'",
  "intervalstyle = 'iso_8601'",
  "timezone = 'Asia/Tokyo'",
  'search_path = pg_catalog, public',
  "bytea_output = 'escape'",
  'extra_float_digits = 0',
]
  .map((setting) => `ALTER ROLE cutover_agent SET ${setting}`)
  .join('; ');

interface Seen {
  readonly definitions: readonly Definition[];
  readonly values: SequenceValues;
}

/** Every way of `planted` in a schema of its own, first one way and then the other. */
describe('the comparison of definitions in PostgreSQL', () => {
  const stage = new PostgresStage(aws);
  const seen: Record<'15' | '17', Partial<Record<Way, Seen>>> = { '15': {}, '17': {} };
  let older: RdsPostgres;
  let newer: RdsPostgres;

  beforeAll(async () => {
    [older, newer] = await Promise.all([stage.server({ version: '15' }), stage.server({ version: '17' })]);
    await Promise.all(
      (
        [
          ['15', older],
          ['17', newer],
        ] as const
      ).map(async ([version, rds]) => {
        const root = await stage.root(rds);
        await root.query('CREATE DATABASE shop');
        // What a role of one side has set must not show.
        if (version === '17') await root.query(OTHER_SETTINGS);
        const owner = await stage.user(rds, 'chief', 'shop');
        await root.query('ALTER ROLE chief SUPERUSER');
        await owner.query("SET timezone = 'UTC'");
        await owner.query(`SET search_path = v; ${alike}`);
        for (const way of WAYS) {
          await plant(owner, way);
          seen[version][way] = await look(rds);
          await take(owner);
        }
      }),
    );
  });
  afterAll(() => stage.end());

  async function look({ server, agentPassword }: RdsPostgres): Promise<Seen> {
    const { host, port } = server;
    const endpoint = { host, port, tls: false, username: 'cutover_agent', password: agentPassword };
    const session = await openComparable(endpoint as Parameters<typeof openComparable>[0], 'shop');
    try {
      const known = { version: 150_000 };
      const definitions = [...(await readDefinitions(session, known)), ...(await readRoles(session, known))];
      return { definitions, values: await sequenceValues(session) };
    } finally {
      await session.close();
    }
  }

  function unseen(from: Seen | undefined, to: Seen | undefined): string[] {
    // A sequence that is ahead gives no number twice.
    const said = [...differences(from, to), ...differences(to, from)].map(({ object }) => object).join('\n');
    return planted.filter((one) => !new RegExp(`\\b(s|x|role)_${number(one)}\\b`).test(said)).map(({ name }) => name);
  }

  test('finds whatever is defined otherwise', () => {
    expect(planted.length).toBeGreaterThan(150);
    expect(unseen(seen['17'].first, seen['17'].otherwise)).toEqual([]);
  });

  test('finds what 15 and 17 define in one way the same, whatever a role has set', () => {
    expect(seen['17'].first?.definitions.map(({ object }) => object)).toContain('view "we.ird".w4');
    const ofAgent = (object: string) => object !== 'role cutover_agent';
    for (const way of WAYS) {
      expect(differences(seen['15'][way], seen['17'][way]).filter(({ object }) => ofAgent(object))).toEqual([]);
    }
  });

  test('finds between 15 and 17 whatever is defined otherwise', () => {
    expect(unseen(seen['15'].first, seen['17'].otherwise)).toEqual([]);
  });

  test('shows no secret of a foreign server', () => {
    expect(JSON.stringify([seen, differences(seen['17'].first, seen['17'].otherwise)])).not.toContain('hidden');
  });

  test('takes for roles of RDS none that only begin like these', async () => {
    const root = await stage.root(newer, 'shop');
    await root.query('CREATE ROLE rdsync; GRANT USAGE ON SCHEMA v TO rdsync, rds_superuser');
    const { definitions } = await look(newer);
    await root.query('REVOKE USAGE ON SCHEMA v FROM rds_superuser; DROP OWNED BY rdsync; DROP ROLE rdsync');
    const objects = definitions.map(({ object }) => object);
    expect(objects).toEqual(expect.arrayContaining(['role rdsync', 'grant to rdsync on schema v']));
    expect(objects.filter((object) => object.includes('rds_'))).toEqual([]);
  });

  test('tells what is set for all roles, and a role that RDS has its users make', async () => {
    const root = await stage.root(newer, 'shop');
    await root.query(`ALTER ROLE ALL SET work_mem = '5MB'; CREATE ROLE rds_pgaudit; CREATE ROLE rds_reports;
      GRANT USAGE ON SCHEMA v TO rds_pgaudit, rds_reports`);
    const { definitions } = await look(newer);
    const session = await comparable(newer);
    const named = (await ofServer(session, session)).map(({ object }) => object);
    await session.close();
    await root.query(`ALTER ROLE ALL RESET work_mem; DROP OWNED BY rds_pgaudit; DROP ROLE rds_pgaudit;
      DROP OWNED BY rds_reports; DROP ROLE rds_reports`);
    expect(definitions).toContainEqual({ object: 'settings of all roles', aspects: { values: 'work_mem=5MB' } });
    const objects = definitions.map(({ object }) => object);
    expect(objects).toEqual(expect.arrayContaining(['role rds_pgaudit', 'grant to rds_pgaudit on schema v']));
    expect(objects.filter((object) => object.includes('rds_reports'))).toEqual([]);
    expect(named).toContain('role rds_reports');
    expect(named.filter((object) => /rds_(superuser|replication|pgaudit)/.test(object))).toEqual([]);
  });

  test('tells the locale of a database from another with the same name in the C library', async () => {
    const locale = async (side: RdsPostgres, name: string, clauses: string) => {
      await (await stage.root(side)).query(
        `CREATE DATABASE ${name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C' ${clauses}`,
      );
      const session = await comparable(side, name);
      const definitions = await readDefinitions(session, { version: 150_000 });
      await session.close();
      return definitions.find(({ object }) => object === 'this database')?.aspects.locale;
    };
    const icu = (of: string) => `LOCALE_PROVIDER icu ICU_LOCALE '${of}'`;
    const plain = await locale(newer, 'plain', 'LOCALE_PROVIDER libc');
    const german = await locale(newer, 'german', icu('de-DE'));
    const ruled = await locale(newer, 'ruled', `${icu('de-DE')} ICU_RULES '&a < b'`);
    expect(new Set([plain, german, ruled, await locale(newer, 'swedish', icu('sv-SE'))]).size).toBe(4);
    expect(await locale(older, 'plain', 'LOCALE_PROVIDER libc')).toBe(plain);
    expect(await locale(older, 'german', icu('de-DE'))).toBe(german);
  });

  test('tells the rules of a collation, which are new in 16', async () => {
    const root = await stage.root(newer, 'shop');
    const rules = async (rule: string) => {
      await root.query(`CREATE COLLATION public.ruled (provider = icu, locale = 'und', rules = '${rule}')`);
      const session = await comparable(newer);
      const found = await readDefinitions(session, { version: 170_000 });
      await session.close();
      await root.query('DROP COLLATION public.ruled');
      return found.find(({ object }) => object === 'collation public.ruled')?.aspects.definition;
    };
    expect(await rules('&a < b')).not.toBe(await rules('&a < c'));
  });

  test('says what it does not compare', async () => {
    const root = await stage.root(newer, 'shop');
    await root.query("SELECT lo_from_bytea(0, '\\xff'); CREATE PUBLICATION everything FOR ALL TABLES");
    for (const side of [older, newer]) {
      const there = await stage.root(side, 'shop');
      await there.query('CREATE EXTENSION fuzzystrmatch; CREATE EXTENSION tablefunc; CREATE EXTENSION unaccent');
      await there.query("COMMENT ON EXTENSION unaccent IS 'ours'");
    }
    await root.query("COMMENT ON EXTENSION tablefunc IS 'ours'");
    await root.query('CREATE FOREIGN DATA WRAPPER w; CREATE SERVER w FOREIGN DATA WRAPPER w');
    await root.query("CREATE USER MAPPING FOR chief SERVER w OPTIONS (password 'hidden')");
    const [mine, theirs] = await Promise.all([older, newer].map((side) => comparable(side)));
    const said = await inDatabase(mine as NonNullable<typeof mine>, theirs as NonNullable<typeof theirs>);
    expect(said.map(({ object }) => object)).toEqual([
      'large objects',
      'publications and subscriptions',
      'options of user mappings',
      'extension fuzzystrmatch',
      'comment of extension tablefunc',
    ]);
    await Promise.all([mine, theirs].map((session) => session?.close()));
  });

  const comparable = ({ server: { host, port }, agentPassword: password }: RdsPostgres, database = 'shop') =>
    openComparable(
      { host, port, tls: false, username: 'cutover_agent', password } as Parameters<typeof openComparable>[0],
      database,
    );
});

function differences(from: Seen | undefined, to: Seen | undefined) {
  if (from === undefined || to === undefined) throw new Error('Nothing was read.');
  return [
    ...compareDefinitions(from.definitions, to.definitions, sides),
    ...differentSequences(from.values, to.values, sides),
  ];
}

function number(one: Planted): string {
  return String(planted.indexOf(one)).padStart(3, '0');
}

async function plant(root: Client, way: Way): Promise<void> {
  for (const one of planted) {
    const id = number(one);
    await root.query(`CREATE SCHEMA s_${id}; SET search_path = s_${id}, public`);
    await root.query(worded(one[way], id));
  }
}

async function take(root: Client): Promise<void> {
  for (const one of planted) {
    const id = number(one);
    await root.query(`DROP SCHEMA IF EXISTS s_${id} CASCADE; DROP FOREIGN DATA WRAPPER IF EXISTS x_${id} CASCADE`);
    await root.query(
      `DROP ACCESS METHOD IF EXISTS x_${id}; DROP LANGUAGE IF EXISTS x_${id}; DROP EXTENSION IF EXISTS unaccent`,
    );
    const role = await root.query('SELECT FROM pg_roles WHERE rolname = $1', [`role_${id}`]);
    if (role.rowCount === 1) await root.query(`DROP OWNED BY role_${id}; DROP ROLE role_${id}`);
  }
}

function worded(statements: string, id: string): string {
  return statements
    .replace(/\bX\b(?!')/g, `x_${id}`)
    .replace(/\bSCHEMA SCHEMA\b/g, `SCHEMA s_${id}`)
    .replace(/\b(ROLE|TO) ROLE\b/g, `$1 role_${id}`);
}
