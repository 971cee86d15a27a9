import { existsSync, readlinkSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { inspect } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import type { DatabaseEngineName } from '../../../../rehearsal/engines/sql/database-engine';
import {
  type DatabaseOptions,
  type DatabaseServer,
  startDatabase,
} from '../../../../rehearsal/engines/sql/database-server';

// The first run fetches packages and makes data directories.
jest.setTimeout(300_000);

const servers: DatabaseServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function start(options: DatabaseOptions): Promise<DatabaseServer> {
  const server = await startDatabase(options);
  servers.push(server);
  return server;
}

type Row = Record<string, unknown>;

/** Over TCP, as everyone signs in. */
async function query(server: DatabaseServer, sql: string): Promise<Row[]> {
  const { host, port, user, password } = server;
  if (server.engine === 'postgresql') {
    const client = new Client({ host, port, user, password, database: 'postgres' });
    await client.connect();
    const { rows } = await client.query<Row>(sql).finally(() => client.end());
    return rows;
  }
  const connection = await createConnection({ host, port, user, password, multipleStatements: true });
  const [rows] = await connection.query(sql).finally(() => connection.destroy());
  return rows as Row[];
}

const WRITE: Readonly<Record<DatabaseEngineName, string>> = {
  mariadb: 'CREATE DATABASE shop; CREATE TABLE shop.kept (id INT PRIMARY KEY); INSERT INTO shop.kept VALUES (7)',
  mysql: 'CREATE DATABASE shop; CREATE TABLE shop.kept (id INT PRIMARY KEY); INSERT INTO shop.kept VALUES (7)',
  postgresql: 'CREATE SCHEMA shop; CREATE TABLE shop.kept (id INT PRIMARY KEY); INSERT INTO shop.kept VALUES (7)',
};

const SECRET = `it's "a" secret\\`;

describe.each<DatabaseEngineName>(['mariadb', 'mysql', 'postgresql'])('%s', (engine) => {
  let server: DatabaseServer;
  beforeAll(async () => {
    server = await startDatabase({ engine, password: SECRET });
  });
  afterAll(() => server?.stop());

  test('signs in nobody without the password, and keeps the password to itself', async () => {
    const refused = /denied|password/;
    await expect(query({ ...signIn(server), password: 'guess' }, 'SELECT 1')).rejects.toThrow(refused);
    await expect(query({ ...signIn(server), user: 'root', password: '' }, 'SELECT 1')).rejects.toThrow(refused);
    expect(await query(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(inspect(server)).not.toContain('secret');
    expect(await readdir(folderOf(server))).not.toContain('first-start.sql');
    expect(statSync(folderOf(server)).mode & 0o077).toBe(0);
  });

  test('keeps what was committed when it is killed, and starts again with other settings', async () => {
    const { port, pid } = server;
    await query(server, WRITE[engine]);
    await server.kill();
    expect(server.running).toBe(false);
    await expect(query(server, 'SELECT 1')).rejects.toThrow();
    await server.restart({ max_connections: 77 });
    expect(server.port).toBe(port);
    expect(server.pid).not.toBe(pid);
    expect(await query(server, 'SELECT id FROM shop.kept')).toEqual([{ id: 7 }]);
    const [limit] = await query(server, engine === 'postgresql' ? 'SHOW max_connections' : 'SELECT @@max_connections');
    expect(Object.values(limit ?? {}).map(Number)).toEqual([77]);
  });

  if (engine === 'postgresql') {
    test('is ready to be replicated logically', async () => {
      expect(await query(server, 'SHOW wal_level')).toEqual([{ wal_level: 'logical' }]);
      expect(await query(server, 'SHOW rds.logical_replication')).toEqual([{ 'rds.logical_replication': 'on' }]);
    });
  } else {
    test('writes a binary log of rows, under an id that no other running server has', async () => {
      const other = await start({ engine, settings: { innodb_lock_wait_timeout: 3 } });
      const uuid = engine === 'mysql' ? '@@server_uuid' : 'NULL';
      const asked = `SELECT @@server_id id, @@binlog_format format, @@log_bin log, @@innodb_lock_wait_timeout wait, ${uuid} uuid`;
      const [own] = await query(server, asked);
      const [others] = await query(other, asked);
      expect(own).toMatchObject({ format: 'ROW', log: 1, wait: 50 });
      expect(others).toMatchObject({ format: 'ROW', log: 1, wait: 3 });
      expect(own?.id).not.toBe(others?.id);
      if (engine === 'mysql') expect(own?.uuid).not.toBe(others?.uuid);
    });
  }

  test('leaves neither process nor folder when it is stopped', async () => {
    const folder = folderOf(server);
    await server.stop();
    expect(existsSync(folder)).toBe(false);
    expect(server.running).toBe(false);
    await server.stop();
  });
});

test('a server that does not start says why and leaves nothing', async () => {
  await expect(start({ engine: 'mariadb', settings: { no_such_setting: 1 } })).rejects.toThrow(/no_such_setting/);
  await expect(start({ engine: 'mariadb', settings: { 'a\nb': 1 } })).rejects.toThrow(/cannot be written/);
});

function signIn(server: DatabaseServer): DatabaseServer {
  const { engine, version, host, port, user, password, pid, running } = server;
  const { stop, kill, restart, clone, logTail, saw } = server;
  return { engine, version, host, port, user, password, pid, running, stop, kill, restart, clone, logTail, saw };
}

/** PostgreSQL and MySQL move into their data directories. */
function folderOf(server: DatabaseServer): string {
  const cwd = readlinkSync(`/proc/${server.pid}/cwd`);
  return cwd.endsWith('/data') ? dirname(cwd) : cwd;
}
