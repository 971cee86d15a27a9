import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RowDataPacket } from 'mysql2/promise';
import { alive } from '../../../agent/mysql/alive';
import { connections } from '../../../agent/mysql/connections';
import { evict } from '../../../agent/mysql/evict';
import { nowrites } from '../../../agent/mysql/nowrites';
import { preflight } from '../../../agent/mysql/preflight';
import { smoke } from '../../../agent/mysql/smoke';
import { status } from '../../../agent/mysql/status';
import { Verifications } from '../../../agent/mysql/verification/verifications';
import { verify } from '../../../agent/mysql/verify';
import { writable } from '../../../agent/mysql/writable';
import type { Databases } from '../../../agent/sql/databases';
import { AGENT_USER, agentUser } from '../../../rehearsal/engines/sql/rds/mysql/agent-user';
import { useAws } from '../aws';
import { listener } from '../redis/stage';
import { HostileSchema } from './hostile-schema';
import { DatabaseStage, type RdsDatabase } from './stage';

const aws = useAws();
const there = { from: 'blue', to: 'green' } as const;

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

  beforeAll(async () => {
    [blue, green] = await Promise.all([stage.database({ engine }), stage.database({ engine })]);
    for (const side of [blue, green]) {
      const root = await stage.root(side);
      await root.query('CREATE DATABASE shop');
      schema = new HostileSchema(root);
      await schema.lay();
      // With more than the documented user has: what a trap gets done would be seen.
      await root.query(`GRANT ALL PRIVILEGES ON shop.* TO '${AGENT_USER}'@'%'`);
      await root.query(`GRANT EXECUTE ON *.* TO '${AGENT_USER}'@'%'`);
    }
    stage.leave();
  });
  afterAll(() => stage.end());

  const opened: Databases[] = [];
  const databases = async () => {
    const both = await stage.databases(stage.endpoint(blue), stage.endpoint(green), { smokeQueries });
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
  ];

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

test('the user that the README asks for is the one that is tried here and in rehearsals', () => {
  const page = readFileSync(join(__dirname, '../../../docs/databases.md'), 'utf8');
  const [, statements = ''] = /```sql\n([^`]*CREATE USER 'cutover_agent'[^`]*)```/.exec(page) ?? [];
  expect(statements.trim().split('\n')).toEqual(agentUser('mysql', '…').map((statement) => `${statement};`));
});
