import type { Connection, RowDataPacket } from 'mysql2/promise';
import { Session } from '../../../../agent/mysql/session';
import { compareSchemaOf } from '../../../../agent/mysql/verification/schema/differences';
import { readSchema, type Schema } from '../../../../agent/mysql/verification/schema/schema';
import { type Between, between } from '../../../../agent/mysql/verification/schema/spelling';
import { queryOfView } from '../../../../agent/mysql/verification/schema/sql/body';
import { canonical } from '../../../../agent/mysql/verification/schema/sql/canonical';
import { splitAtCommas, type Token, tokensOf } from '../../../../agent/mysql/verification/schema/sql/tokens';
import { useAws } from '../../aws';
import { DatabaseStage, type RdsDatabase } from '../stage';
import { alike } from './alike';
import { type Planted, planted } from './planted';
import { RandomExpressions } from './random-expressions';

const aws = useAws();
const sides = { from: 'blue', to: 'green' } as const;
const sameVersion: Between = { sameVersion: true, converting: false };
type Engine = Planted['on'][number];
/** A side at one moment, as it is read for another of the same version, and for one of the other engine. */
interface Seen {
  readonly same: Schema;
  readonly other: Schema;
}

/** Ten expressions each. More of them: EVERY=1 npx jest mysql/verification/definitions */
const ROUNDS = process.env.EVERY === undefined ? 60 : 1_000;
/** Of a password that is kept with a salt, or in two ways, and of what a server does not show, it is said that it is not compared. */
const named = [
  ...['account: password', 'account: plugin', 'seldom: bytes of a default that are no text'],
  ...planted.map(({ name }) => name).filter((name) => name.endsWith('of four bytes')),
];

/** Every way of `planted` in a database of its own, first one way and then the other. */
describe('the comparison of definitions', () => {
  const stage = new DatabaseStage(aws);
  const engines = ['mariadb', 'mysql'] as const;
  let servers: Record<Engine, RdsDatabase>;
  const seen: Record<Engine, { first?: Seen; otherwise?: Seen }> = { mariadb: {}, mysql: {} };

  beforeAll(async () => {
    const [mariadb, mysql] = await Promise.all(engines.map((engine) => stage.database({ engine })));
    servers = { mariadb: mariadb as RdsDatabase, mysql: mysql as RdsDatabase };
    const dialects = {
      mariadb: await reading(servers.mariadb, async ({ dialect }) => dialect),
      mysql: await reading(servers.mysql, async ({ dialect }) => dialect),
    };
    const none = { from: false, to: false };
    const across = between(dialects.mariadb, dialects.mysql, none);
    await Promise.all(
      engines.map(async (engine) => {
        const same = between(dialects[engine], dialects[engine], none);
        const look = () => lookAt(servers[engine], same, across);
        const root = await stage.root(servers[engine]);
        await plant(root, engine, 'first');
        await root.query('CREATE DATABASE alike COLLATE utf8mb4_unicode_ci');
        await root.query('USE alike');
        for (const statement of alike) await root.query(statement);
        seen[engine].first = await look();
        await take(root, engine);
        await root.query('DROP DATABASE alike');
        await root.query("DROP USER 'all_alike'@'10.0.%', 'some_alike'@'%'");
        await plant(root, engine, 'otherwise');
        seen[engine].otherwise = await look();
      }),
    );
  });
  afterAll(() => stage.end());

  async function reading<T>(database: RdsDatabase, use: (session: Session) => Promise<T>): Promise<T> {
    const { server, agentPassword } = database;
    const endpoint = {
      host: server.host,
      port: server.port,
      tls: false,
      username: 'cutover_agent',
      password: agentPassword,
    };
    const session = await Session.open(endpoint as Parameters<typeof Session.open>[0], 'verify');
    try {
      return await use(session);
    } finally {
      session.close();
    }
  }

  const lookAt = (database: RdsDatabase, same: Between, other: Between): Promise<Seen> =>
    reading(database, async (session) => ({
      same: await readSchema(session, same),
      other: await readSchema(session, other),
    }));

  /** The cases that nothing is said of, neither as a difference nor as not compared. */
  function unseen(from: Schema | undefined, to: Schema | undefined, among: readonly Planted[]): string[] {
    const { differences, notCovered } = compare(from, to);
    const objects = (some: readonly { readonly object: string }[]) => some.map(({ object }) => object).join('\n');
    return among
      .filter((one) => {
        const said = objects(named.includes(one.name) ? [...differences, ...notCovered] : differences);
        return !new RegExp(`\\b(db|user|role)_${number(one)}\\b`).test(said);
      })
      .map(({ name }) => name);
  }

  test.each(engines)('finds on two sides of %s whatever is defined otherwise', (engine) => {
    const { first, otherwise } = seen[engine];
    const known = planted.filter(({ on }) => on.includes(engine));
    expect(known.length).toBeGreaterThan(150);
    expect(unseen(first?.same, otherwise?.same, known)).toEqual([]);
  });

  test('names what the whole server has: components, and accounts that are called as RDS calls its own', async () => {
    const root = await stage.root(servers.mysql);
    await root.query("INSTALL COMPONENT 'file://component_validate_password'");
    await root.query("CREATE USER rds_reports@'%' IDENTIFIED BY 'Ln-5jTqv'");
    await root.query('CREATE ROLE rds_superuser_role');
    const { definitions, notCovered } = await reading(servers.mysql, (session) => readSchema(session, sameVersion));
    expect(definitions.map(({ object }) => object)).toContain('component file://component_validate_password');
    const objects = notCovered.map(({ object }) => object);
    expect(objects).toContain('user rds_reports@%');
    expect(objects).not.toContain('user rds_superuser_role@%');
    await root.query("UNINSTALL COMPONENT 'file://component_validate_password'");
    await root.query('DROP USER rds_reports, rds_superuser_role');
  });

  test('names a plugin that one side alone has loaded', async () => {
    const root = await stage.root(servers.mariadb);
    const look = () => reading(servers.mariadb, (session) => readSchema(session, sameVersion));
    const without = await look();
    await root.query("INSTALL SONAME 'metadata_lock_info'");
    const found = compare(without, await look()).notCovered.filter(({ object }) => object.startsWith('plugin '));
    await root.query("UNINSTALL SONAME 'metadata_lock_info'");
    expect(found).toEqual([
      { object: 'plugin METADATA_LOCK_INFO', reason: expect.stringContaining('is loaded on green only') },
    ]);
  });

  test.each(engines)('names time zones that one side of %s alone knows, or reckons otherwise', async (engine) => {
    const root = await stage.root(servers[engine]);
    const look = () => reading(servers[engine], (session) => readSchema(session, sameVersion));
    const zones = (from: Schema, to: Schema) =>
      compare(from, to)
        .notCovered.filter(({ object }) => object === 'time zones')
        .map(({ reason }) => reason);
    const rows = [
      "INTO mysql.time_zone_name (Name, Time_zone_id) VALUES ('Somewhere/Near', 9001)",
      'INTO mysql.time_zone_transition_type (Time_zone_id, Transition_type_id, `Offset`) VALUES (9001, 0, 3600)',
      'INTO mysql.time_zone_transition (Time_zone_id, Transition_time, Transition_type_id) VALUES (9001, 5, 0)',
    ];
    await root.query('SET SESSION sql_log_bin = 0');
    const without = await look();
    for (const row of rows) await root.query(`INSERT ${row}`);
    const known = await look();
    await root.query('UPDATE mysql.time_zone_transition_type SET `Offset` = 7200 WHERE Time_zone_id = 9001');
    const otherwise = await look();
    for (const table of ['name', 'transition_type', 'transition'])
      await root.query(`DELETE FROM mysql.time_zone_${table} WHERE Time_zone_id = 9001`);
    expect(zones(known, without)).toEqual([expect.stringContaining('green does not know Somewhere/Near')]);
    expect(zones(known, otherwise)).toEqual([expect.stringContaining('two editions of their rules')]);
    expect([zones(known, known), zones(without, known)]).toEqual([[], []]);
  });

  const onBoth = planted.filter(({ on }) => on.length === 2);

  test('finds what MariaDB and MySQL define in one way the same, however either spells it', () => {
    expect(seen.mysql.first?.other.definitions.map(({ object }) => object)).toContain('column alike.ty.ba');
    expect(withoutTheirs(compare(seen.mariadb.first?.other, seen.mysql.first?.other).differences)).toEqual([]);
    expect(withoutTheirs(compare(seen.mariadb.otherwise?.other, seen.mysql.otherwise?.other).differences)).toEqual([]);
  });

  test('finds between MariaDB and MySQL whatever is defined otherwise, either way', () => {
    expect(unseen(seen.mariadb.first?.other, seen.mysql.otherwise?.other, onBoth)).toEqual([]);
    expect(unseen(seen.mariadb.otherwise?.other, seen.mysql.first?.other, onBoth)).toEqual([]);
  });

  test('takes two expressions for one exactly where MySQL, which prints every parenthesis, does', async () => {
    const expressions = new RandomExpressions('definitions');
    const [onMaria, onMysql] = await Promise.all([stage.root(servers.mariadb), stage.root(servers.mysql)]);
    const tried = { equal: 0, different: 0, wrong: new Set<string>() };
    for (let round = 0; round < ROUNDS; round += 1) {
      const some = Array.from({ length: 10 }, () => expressions.next());
      const others = some.map((expression) => expressions.without(expression));
      const [ofMaria, ofMysql, otherOfMysql] = await Promise.all([
        printed(onMaria, 'v', some),
        printed(onMysql, 'v', some),
        printed(onMysql, 'w', others),
      ]);
      for (const [place, maria] of ofMaria.entries()) {
        const [mysql = [], other = []] = [ofMysql[place], otherOfMysql[place]];
        if (mysql.length === 0 || other.length === 0) continue;
        const same = written(mysql) === written(other);
        tried[same ? 'equal' : 'different'] += 1;
        if (canonical(maria) !== canonical(mysql)) tried.wrong.add(`${written(maria)} <> ${written(mysql)}`);
        if ((canonical(maria) === canonical(other)) !== same) tried.wrong.add(`${written(maria)} = ${written(other)}`);
      }
    }
    expect([...tried.wrong]).toEqual([]);
    expect(Math.min(tried.equal, tried.different)).toBeGreaterThan(50);
  });

  test('names a table that a server cannot show, and goes on', async () => {
    const root = await stage.root(servers.mysql);
    await root.query('CREATE DATABASE merged');
    await root.query('CREATE TABLE merged.part (id INT) ENGINE = MyISAM');
    await root.query('CREATE TABLE merged.whole (id INT) ENGINE = MERGE UNION = (merged.part)');
    await root.query('DROP TABLE merged.part');
    const { notCovered } = await reading(servers.mysql, (session) => readSchema(session, sameVersion));
    expect(notCovered).toContainEqual({
      object: 'table merged.whole',
      reason: 'the server cannot show it (ER_WRONG_MRG_TABLE)',
    });
  });

  test('shows nothing of a password', () => {
    const { differences, notCovered } = compare(seen.mariadb.first?.same, seen.mariadb.otherwise?.same);
    expect(JSON.stringify([differences, notCovered])).not.toMatch(/\*[0-9A-F]{20}|\$A\$/);
  });

  /** What one of them does not know is planted on the other only. */
  function withoutTheirs<T extends { readonly object: string }>(differences: readonly T[]): T[] {
    const one = planted.filter(({ on }) => on.length === 1).map((each) => number(each));
    return differences.filter(({ object }) => !new RegExp(`\\b(db|user|role)_(${one.join('|')})\\b`).test(object));
  }
});

function compare(from: Schema | undefined, to: Schema | undefined) {
  if (from === undefined || to === undefined) throw new Error('Nothing was read.');
  return compareSchemaOf(from, to, sides);
}

/** Each as the server prints it; nothing where it refuses one of them. */
async function printed(root: Connection, name: string, expressions: readonly string[]): Promise<readonly Token[][]> {
  const columns = expressions.map((expression, place) => `${expression} AS c${place}`);
  await root.query(`CREATE TABLE IF NOT EXISTS db_000.expressions (id INT PRIMARY KEY, a INT, b INT, n VARCHAR(20))`);
  try {
    await root.query(`CREATE OR REPLACE VIEW db_000.${name} AS SELECT ${columns.join(', ')} FROM db_000.expressions`);
  } catch {
    return [];
  }
  const [rows] = await root.query<RowDataPacket[]>(`SHOW CREATE VIEW db_000.${name}`);
  const query =
    /^select (.*) from `db_000`.`expressions`$/s.exec(queryOfView(rows[0]?.['Create View']).query)?.[1] ?? '';
  return splitAtCommas(tokensOf(query)).map((column) => column.slice(0, -2));
}

function written(tokens: readonly Token[]): string {
  return tokens.map((token) => token.written).join(' ');
}

function number(one: Planted): string {
  return String(planted.indexOf(one)).padStart(3, '0');
}

async function plant(root: Connection, engine: Engine, which: 'first' | 'otherwise'): Promise<void> {
  await root.query(
    "SET SESSION sql_mode = 'STRICT_TRANS_TABLES', sql_log_bin = 0, foreign_key_checks = 0, time_zone = '+00:00'",
  );
  await root.query('SET NAMES utf8mb4 COLLATE utf8mb4_general_ci');
  for (const one of planted.filter(({ on }) => on.includes(engine))) {
    const database = `db_${number(one)}`;
    await root.query(`CREATE DATABASE ${database} COLLATE utf8mb4_general_ci`);
    await root.query(`USE ${database}`);
    for (const statement of one[which]) await root.query(worded(statement, one, engine));
  }
}

async function take(root: Connection, engine: Engine): Promise<void> {
  for (const one of planted.filter(({ on }) => on.includes(engine))) {
    const id = number(one);
    if (one.name === 'database that takes no writes') await root.query(`ALTER DATABASE db_${id} READ ONLY = 0`);
    await root.query(`DROP DATABASE IF EXISTS db_${id}`);
    await root.query(`DROP DATABASE IF EXISTS \`db_${id}.a\``);
    await root.query(`DROP SERVER IF EXISTS db_${id}`);
    if (!one.name.startsWith('account:')) continue;
    await root.query(`DROP USER IF EXISTS user_${id}@'%', user_${id}@'10.0.0.1'`);
    await root.query(`DROP ROLE IF EXISTS role_${id}`);
  }
}

function worded(statement: string, one: Planted, engine: Engine): string {
  const id = number(one);
  const words = statement
    .replace(/\bACCOUNT_NAME\b/g, `user_${id}`)
    .replace(/\b(USER|TO|FOR|ALTER USER) ACCOUNT\b/g, `$1 user_${id}@'%'`)
    .replace(/\b(ROLE|GRANT|TO|ON) ROLE\b/g, `$1 role_${id}`)
    .replace(/\bDB(?=\b|[\\%'a.])/g, `db_${id}`);
  return engine === 'mysql' ? words.replace(/(SET DEFAULT ROLE \w+) FOR/, '$1 TO') : words;
}
