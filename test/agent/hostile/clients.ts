import { Connection as MemcachedConnection } from '../../../agent/memcached/connection';
import { Session as MysqlSession } from '../../../agent/mysql/session';
import { QueriedSide } from '../../../agent/mysql/smoke/queried-side';
import { Session as PostgresSession } from '../../../agent/postgres/session';
import { Client } from '../../../agent/redis/client';
import { Connection } from '../../../agent/redis/resp/connection';

const cache = {
  side: 'blue',
  host: '127.0.0.1',
  tls: false,
  engine: 'redis',
  engineVersion: '7.0',
  clusterMode: false,
} as const;
const database = {
  side: 'blue',
  host: '127.0.0.1',
  tls: false,
  username: 'agent',
  password: 'secret',
  secretArn: 'arn',
} as const;
const mysql = { ...database, engine: 'mysql', engineVersion: '8.0.39' } as const;
const postgres = { ...database, engine: 'postgres', engineVersion: '15.4' } as const;

/** Each of the agent's ways to a server: signs in and asks one thing. */
export const CLIENTS = {
  'the commands of Redis': async (port) => {
    const client = await Client.open({ ...cache, port }, 'test');
    await client.call('PING').finally(() => client.close());
  },
  'the data path of Redis': async (port) => {
    const connection = await Connection.open({ ...cache, port }, { timeoutMs: 2_000 });
    await connection.command('PING').finally(() => connection.close());
  },
  MySQL: async (port) => {
    const session = await MysqlSession.open({ ...mysql, port }, 'test');
    await session.query('SELECT 1').finally(() => session.close());
  },
  "MySQL's smoke queries": async (port) => {
    const side = await QueriedSide.open('blue', { ...mysql, port });
    await side.ask({ name: 'one', sql: 'SELECT 1', database: 'shop' });
  },
  PostgreSQL: async (port) => {
    const session = await PostgresSession.open({ ...postgres, port }, 'test');
    await session.row('SELECT 1').finally(() => session.close());
  },
  "PostgreSQL's smoke queries": async (port) => {
    const session = await PostgresSession.open({ ...postgres, port }, 'test');
    await session.stream('SELECT 1', () => undefined).finally(() => session.close());
  },
  Memcached: async (port) => {
    const connection = await MemcachedConnection.open({ host: '127.0.0.1', port, tls: false });
    await connection.lines('stats').finally(() => connection.close());
  },
} as const satisfies Readonly<Record<string, (port: number) => Promise<unknown>>>;

export type ClientName = keyof typeof CLIENTS;
