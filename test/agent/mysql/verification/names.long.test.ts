import * as fc from 'fast-check';
import type { Connection } from 'mysql2/promise';
import { Verifications } from '../../../../agent/mysql/verification/verifications';
import { verify } from '../../../../agent/mysql/verify';
import type { Databases } from '../../../../agent/sql/databases';
import type { DatabaseEngineName } from '../../../../rehearsal/engines/sql/database-engine';
import type { Settings } from '../../../../rehearsal/engines/sql/server-settings';
import { useAws } from '../../aws';
import { listener } from '../../redis/stage';
import { DatabaseStage, type RdsDatabase } from '../stage';

const aws = useAws();
const seed = Date.now() % 1_000_000;
const TABLES = 40;

/** Names that a statement, a dot between two of them, or a comparison without case could take for something else. */
const character = fc.constantFrom(...'ab.`"\'/\\%@#$*,;(-?! \t\nTäÄßéİ≒漢');
const name = fc.array(character, { minLength: 1, maxLength: 12 }).map((characters) => `${characters.join('')}x`);
const known = [
  ['a', 'b.c'],
  ['a.b', 'c'],
  ['a`.`b', 'c'],
  ['SYS', 'users'],
  ['sýs', 'users'],
  ['größe', 'order lines'],
] as const;
/** Neither engine has two databases that differ in case alone on every system. */
const places = [
  ...known,
  ...(fc.sample(
    fc.uniqueArray(fc.tuple(name, name), {
      minLength: TABLES - known.length,
      maxLength: TABLES - known.length,
      selector: ([schema]) => schema,
    }),
    { numRuns: 1, seed },
  )[0] ?? []),
];

/** As old parameter groups have it: what a client says of its character set is passed over. */
const latin = (engine: DatabaseEngineName): Settings => ({
  character_set_server: 'latin1',
  ...(engine === 'mariadb' ? { character_set_client_handshake: 'OFF' } : {}),
});

const quoted = (text: string) => `\`${text.replaceAll('`', '``')}\``;

describe.each([
  ['mariadb', 'mysql'],
  ['mysql', 'mariadb'],
] as const)(`odd names (seed ${seed}), from %s to %s`, (one, other) => {
  const stage = new DatabaseStage(aws);
  let blue: RdsDatabase;
  let green: RdsDatabase;
  let onBlue: Connection;
  let onGreen: Connection;
  let databases: Databases;

  beforeAll(async () => {
    [blue, green] = await Promise.all([
      stage.database({ engine: one, settings: latin(one) }),
      stage.database({ engine: other, settings: latin(other) }),
    ]);
    [onBlue, onGreen] = await Promise.all([stage.root(blue), stage.root(green)]);
    databases = await stage.databases(stage.endpoint(blue), stage.endpoint(green));
    for (const root of [onBlue, onGreen]) {
      await root.query('SET NAMES utf8mb4');
      for (const [schema, table] of places) {
        const [column, value] = [quoted(schema), quoted(`v ${table}`)];
        await root.query(`CREATE DATABASE IF NOT EXISTS ${quoted(schema)}`);
        await root.query(`CREATE TABLE ${of(schema, table)} (${column} INT AUTO_INCREMENT PRIMARY KEY, ${value} INT)`);
        await root.query(`INSERT INTO ${of(schema, table)} VALUES (1, 1), (2, 2)`);
      }
    }
  });
  afterAll(async () => {
    databases.keep(Verifications).stop();
    await stage.end();
  });

  const of = (schema: string, table: string) => `${quoted(schema)}.${quoted(table)}`;
  const compare = (mode: 'full' | 'delta' | 'schema') =>
    verify(databases, { from: 'blue', to: 'green', mode }, listener());
  const inEach = async (root: Connection, statement: (table: string, value: string) => string) => {
    for (const [schema, table] of places) await root.query(statement(of(schema, table), quoted(`v ${table}`)));
  };

  test('are each a table that is compared', async () => {
    expect(await compare('full')).toMatchObject({ mismatches: 0, notCovered: [], rowsCompared: 2 * TABLES });
  });

  test('are found in the log by a row that changed', async () => {
    await inEach(onBlue, (table, value) => `UPDATE ${table} SET ${value} = 8 WHERE ${value} = 1`);
    expect(await compare('delta')).toMatchObject({ mismatches: TABLES, rowsCompared: TABLES });
    await inEach(onBlue, (table, value) => `UPDATE ${table} SET ${value} = 1 WHERE ${value} = 8`);
    expect(await compare('delta')).toMatchObject({ mismatches: 0 });
  });

  test('are each a table whose definition is compared', async () => {
    const { mismatches, sample } = await compare('schema');
    await inEach(onGreen, (table) => `ALTER TABLE ${table} ADD COLUMN added INT`);
    expect((await compare('schema')).mismatches - mismatches).toBe(TABLES);
    await inEach(onGreen, (table) => `ALTER TABLE ${table} DROP COLUMN added`);
    expect({ mismatches, sample }).toEqual({ mismatches: 0, sample: [] });
  });

  test('are found in the log by a statement', async () => {
    await inEach(onBlue, (table) => `TRUNCATE TABLE ${table}`);
    const found = await compare('delta');
    // The next value went back to 1 as well.
    expect(found.mismatches).toBeGreaterThanOrEqual(TABLES * 2);
  });
});
