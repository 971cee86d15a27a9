import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { alive } from '../../../agent/mysql/alive';
import { awaitlag } from '../../../agent/mysql/awaitlag';
import { connections } from '../../../agent/mysql/connections';
import { conversions } from '../../../agent/mysql/conversions';
import { convert } from '../../../agent/mysql/convert';
import { detach } from '../../../agent/mysql/detach';
import { drain } from '../../../agent/mysql/drain';
import { mysql } from '../../../agent/mysql/engine';
import { evict } from '../../../agent/mysql/evict';
import { fence } from '../../../agent/mysql/fence';
import { follow } from '../../../agent/mysql/follow';
import { nowrites } from '../../../agent/mysql/nowrites';
import { preflight } from '../../../agent/mysql/preflight';
import { resumereplica } from '../../../agent/mysql/resumereplica';
import { smoke } from '../../../agent/mysql/smoke';
import { status } from '../../../agent/mysql/status';
import { mysqlVerbs } from '../../../agent/mysql/verbs';
import { Verifications } from '../../../agent/mysql/verification/verifications';
import { verify } from '../../../agent/mysql/verify';
import { writable } from '../../../agent/mysql/writable';
import type { Databases } from '../../../agent/sql/databases';
import { AGENT_USER, agentUser } from '../../../rehearsal/engines/sql/rds/mysql/agent-user';
import { useAws } from '../aws';
import { certificateFor } from '../certificate';
import { listener } from '../redis/stage';
import { Chained } from './converting/chained';
import { HostileSchema } from './hostile-schema';
import { DatabaseStage, type RdsDatabase } from './stage';

const aws = useAws();
const there = { from: 'blue', to: 'green' } as const;

/** Verbs of a converting replica, which have a chain of their own. */
const OF_A_CHAIN = ['conversions', 'convert', 'resumereplica'];

/** With more than the documented user has: what a trap gets done would be seen. */
async function giveMore(root: Connection): Promise<void> {
  await root.query('SET SESSION sql_log_bin = 0');
  await root.query(`GRANT ALL PRIVILEGES ON shop.* TO '${AGENT_USER}'@'%'`);
  await root.query(`GRANT EXECUTE ON *.* TO '${AGENT_USER}'@'%'`);
  await root.query('SET SESSION sql_log_bin = 1');
}

describe.each(['mysql', 'mariadb'] as const)('where the owner of a database of %s means harm', (engine) => {
  const stage = new DatabaseStage(aws);
  const smokeQueries = ['plain', 'seen', 'shown'].map((name) => ({
    name,
    sql: `SELECT COUNT(*), MAX(body) FROM ${name}`,
    database: 'shop',
  }));
  let blue: RdsDatabase;
  let green: RdsDatabase;
  let schema: HostileSchema;
  // MySQL's users sign in to replicate over TLS only.
  const tls = engine === 'mysql';
  let folder: string;
  let replicationSecretArn: string;
  const query = { check: 'plain', sql: 'SELECT COUNT(*) FROM plain', database: 'shop', expect: { valueIs: '2' } };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agent-authority-'));
    const certificate = await certificateFor('blue.example');
    await writeFile(join(folder, 'authority.pem'), certificate.authority);
    process.env.NODE_EXTRA_CA_CERTS = join(folder, 'authority.pem');
    const options = { engine, ...(tls ? { tls: certificate } : {}) };
    [blue, green] = await Promise.all([stage.database(options), stage.database(options)]);
    replicationSecretArn = stage.secret(`repl-${engine}`, 'repl', 'secret-of-repl');
    for (const side of [blue, green]) {
      const root = await stage.root(side);
      await root.query('CREATE DATABASE shop');
      schema = new HostileSchema(root);
      await schema.lay();
      await giveMore(root);
      await root.query("CREATE USER repl@'%' IDENTIFIED BY 'secret-of-repl'");
      await root.query("GRANT REPLICATION SLAVE ON *.* TO repl@'%'");
    }
    stage.leave();
  });
  afterAll(async () => {
    delete process.env.NODE_EXTRA_CA_CERTS;
    await stage.end();
    await rm(folder, { recursive: true, force: true });
  });

  const opened: Databases[] = [];
  const databases = async () => {
    const how = { tls, serverName: 'blue.example' };
    const both = await stage.databases(stage.endpoint(blue, how), stage.endpoint(green, how), {
      smokeQueries,
      checkQueries: [query],
      replicationSecretArn,
    });
    opened.push(both);
    return both;
  };
  afterEach(() => {
    for (const both of opened.splice(0)) both.keep(Verifications).stop();
  });
  const verbs: [string, () => Promise<unknown>][] = [
    [
      'preflight',
      async () => preflight(await databases(), { ...there, strategy: 'binlogReplica', fromOnly: false }, listener()),
    ],
    ['status', async () => status(await databases(), {}, listener())],
    ['alive', async () => alive(await databases(), { side: 'blue' }, listener())],
    ['writable', async () => writable(await databases(), { side: 'blue', timeoutSeconds: 0 }, listener())],
    ['connections', async () => connections(await databases(), { side: 'blue' }, listener())],
    ['verify schema', async () => verify(await databases(), { ...there, mode: 'schema' }, listener())],
    ['verify full', async () => verify(await databases(), { ...there, mode: 'full' }, listener())],
    ['verify delta', async () => verify(await databases(), { ...there, mode: 'delta' }, listener())],
    ['smoke', async () => smoke(await databases(), { ...there, warmUp: true }, listener())],
    ['nowrites', async () => nowrites(await databases(), { side: 'blue', seconds: 0, timeoutSeconds: 5 }, listener())],
    ['evict', async () => evict(await databases(), { side: 'blue', quietSeconds: 0.2, timeoutSeconds: 5 }, listener())],
    [
      'check.query',
      async () => {
        const asked = { side: 'blue', check: query.check, timeoutSeconds: 5 } as const;
        await expect(mysql.checks['check.query']?.run(await databases(), asked, listener())).resolves.toMatchObject({
          passed: true,
        });
      },
    ],
    ['follow', async () => follow(await databases(), there, listener())],
    [
      'awaitlag',
      async () =>
        awaitlag(await databases(), { ...there, lagSeconds: 5, steadySeconds: 0, timeoutSeconds: 60 }, listener()),
    ],
    ['fence', async () => fence(await databases(), { side: 'blue' }, listener())],
    ['drain', async () => drain(await databases(), { ...there, timeoutSeconds: 60 }, listener())],
    ['detach', async () => detach(await databases(), { side: 'green' }, listener())],
  ];

  test('each verb that the agent has is tried', () => {
    const tried = new Set(verbs.map(([title]) => title.split(' ')[0] ?? ''));
    const there = [...Object.keys(mysqlVerbs), ...Object.keys(mysql.checks)].map((name) => name.replace('mysql.', ''));
    expect([...tried, ...OF_A_CHAIN].sort()).toEqual(there.sort());
  });

  test.each(verbs)('%s runs nothing of his', async (_, verb) => {
    expect(schema.traps).toBeGreaterThan(60);
    await verb();
    for (const side of [blue, green]) {
      const [rows] = await (await stage.root(side)).query<RowDataPacket[]>('SELECT who FROM shop.trace');
      expect(rows).toEqual([]);
    }
    stage.leave();
  });

  test('what has such names is compared like the rest', async () => {
    const full = await verify(await databases(), { ...there, mode: 'full' }, listener());
    // Two plain ones, two in each that has a name of his; none in the others.
    expect(full).toMatchObject({ rowsCompared: 2 + 5 * 2, mismatches: 0, notCovered: [] });
  });

  test('the traps catch anyone who calls them', async () => {
    const root = await stage.root(blue);
    await root.query('SELECT body FROM shop.shown');
    const [rows] = await root.query<RowDataPacket[]>('SELECT who FROM shop.trace');
    expect(rows).toHaveLength(2);
  });

  test('a column that calls a function of his is no column that the engine takes', () => {
    expect(schema.refused.filter((each) => each.includes('shop.computed'))).toHaveLength(5);
  });
});

describe.each(['mysql', 'mariadb'] as const)(
  'where the owner of a database of %s means harm, and tables are converted',
  (engine) => {
    const stage = new DatabaseStage(aws);
    let chained: Chained;
    let schema: HostileSchema;

    beforeAll(async () => {
      chained = await Chained.start(stage, engine);
      const { onBlue, onMiddle } = chained;
      await onBlue.query('CREATE DATABASE shop');
      schema = new HostileSchema(onBlue);
      await schema.lay();
      const [tables] = await onBlue.query<RowDataPacket[]>(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'shop' AND table_type = 'BASE TABLE'",
      );
      for (const { name } of tables) {
        await onBlue.query(`ALTER TABLE shop.\`${String(name).replaceAll('`', '``')}\` ENGINE=MyISAM`);
      }
      await chained.applied();
      await giveMore(onMiddle);
    });
    afterAll(() => stage.end());

    const databases = () => chained.databases([{ kind: 'toInnoDb' }]);
    const next = async () => (await conversions(await databases(), {}, listener())).next;

    test.each<[string, () => Promise<unknown>]>([
      ['conversions', next],
      [
        'convert',
        async () => {
          let converted = 0;
          for (let step = await next(); step !== undefined; step = await next()) {
            await convert(await databases(), { step: step.id, timeoutSeconds: 60 }, listener());
            converted += 1;
          }
          // The trace, the plain one, and each that has a name of his.
          expect(converted).toBe(2 + 5);
        },
      ],
      ['resumereplica', async () => resumereplica(await databases(), { timeoutSeconds: 60 }, listener())],
    ])('%s runs nothing of his', async (_, verb) => {
      expect(schema.traps).toBeGreaterThan(60);
      await verb();
      for (const on of [chained.onBlue, chained.onMiddle]) {
        const [rows] = await on.query<RowDataPacket[]>('SELECT who FROM shop.trace');
        expect(rows).toEqual([]);
      }
    });
  },
);

test('the user that the README asks for is the one that is tried here and in rehearsals', () => {
  const page = readFileSync(join(__dirname, '../../../docs/databases.md'), 'utf8');
  const [, statements = ''] = /```sql\n([^`]*CREATE USER 'cutover_agent'[^`]*)```/.exec(page) ?? [];
  expect(statements.trim().split('\n')).toEqual(agentUser('mysql', '…').map((statement) => `${statement};`));
});
