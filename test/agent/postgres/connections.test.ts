import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { alive, clockOf } from '../../../agent/postgres/alive';
import { connections } from '../../../agent/postgres/connections';
import { evict } from '../../../agent/postgres/evict';
import { Session } from '../../../agent/postgres/session';
import { status } from '../../../agent/postgres/status';
import { useAws } from '../aws';
import { listener } from '../redis/stage';
import { PostgresStage, type RdsPostgres } from './stage';

const aws = useAws();
const side = 'blue' as const;

describe('the users of PostgreSQL', () => {
  const stage = new PostgresStage(aws);
  let blue: RdsPostgres;

  beforeAll(async () => {
    blue = await stage.server();
  });
  afterEach(() => stage.leave());
  afterAll(() => stage.end());

  test('are grouped by role, host and database, without the agent and RDS itself', async () => {
    await stage.user(blue, 'shop');
    await stage.user(blue, 'shop');
    const batch = await stage.user(blue, 'batch');
    await batch.query('BEGIN');
    const result = await connections(await stage.databases(blue), { side }, listener());
    expect(result.connections).toBe(3);
    expect(result.groups).toMatchObject([
      { user: 'shop', host: '127.0.0.1', database: 'postgres', kind: 'sleeping', connections: 2 },
      { user: 'batch', host: '127.0.0.1', database: 'postgres', kind: 'active', connections: 1 },
    ]);
  });

  test('are closed until none comes back, and who did come back is named', async () => {
    const first = await stage.user(blue, 'shop');
    let closed = 0;
    const back = async (): Promise<void> => {
      closed += 1;
      if (closed <= 2) (await stage.user(blue, 'shop')).once('error', () => void back());
    };
    first.once('error', () => void back());
    const args = { side, quietSeconds: 1, timeoutSeconds: 30 };
    const result = await evict(await stage.databases(blue), args, listener());
    expect(result.closed).toBe(3);
    expect(result.returned).toMatchObject([{ user: 'shop', host: '127.0.0.1', connections: 2 }]);
  });

  test('who never stop coming back make it give up, saying who they are', async () => {
    let coming = true;
    const back = async (): Promise<void> => {
      if (coming) (await stage.user(blue, 'stubborn')).once('error', () => void back());
    };
    await back();
    const args = { side, quietSeconds: 5, timeoutSeconds: 1 };
    const evicting = evict(await stage.databases(blue), args, listener());
    await expect(evicting).rejects.toMatchObject({
      name: 'Agent.NotEmptied',
      message: expect.stringContaining('stubborn@127.0.0.1'),
    });
    coming = false;
  });

  test('that are wrong about the password are told apart from a server that is away', async () => {
    const databases = await stage.databases({ ...blue, agentPassword: 'not-the-password' });
    const error = await connections(databases, { side }, listener()).catch((reason: Error) => reason);
    expect(error).toMatchObject({ name: 'Agent.AccessDenied', message: expect.stringContaining('28P01') });
    expect(String(error)).not.toContain('not-the-password');
  });

  test('who lock a table are named to who waits for it, and how to end them', async () => {
    const owner = await stage.owner(blue);
    await owner.query('CREATE TABLE orders (id int PRIMARY KEY, state text)');
    const root = await stage.root(blue);
    const batch = await stage.user(blue, 'batch');
    await root.query('GRANT ALL ON orders TO batch');
    const { rows } = await batch.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await batch.query("BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE; SELECT 'private'");
    const session = await Session.open((await stage.databases(blue)).endpoints.blue, 'test');
    await session.waitForLocks(200);
    const waiting = () => session.query('SELECT count(*) FROM public.orders');
    const error = await waiting().catch((reason: Error) => reason);
    expect(error).toMatchObject({
      name: 'Agent.Failed',
      message: expect.stringMatching(
        new RegExp(
          `^blue \\(127\\.0\\.0\\.1:\\d+\\) kept the agent waiting for a lock.*batch@127\\.0\\.0\\.1 \\(process ${rows[0]?.pid}, BEGIN, public\\.orders, \\d+ s\\).*pg_terminate_backend\\(${rows[0]?.pid}\\)`,
        ),
      ),
    });
    expect(String(error)).not.toContain('private');
    await batch.query('COMMIT');
    await expect(waiting()).resolves.toEqual([{ count: '0' }]);
    // Who only reads is in the way as well, where a change of the table waits for him.
    await batch.query('BEGIN');
    await batch.query('SELECT count(*) FROM orders');
    const altering = owner.query('ALTER TABLE orders ADD note int');
    await sleep(200);
    await expect(waiting()).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`\\(process ${rows[0]?.pid}, SELECT, public\\.orders, `)),
    });
    await batch.query('ROLLBACK');
    await altering;
    await session.close();
  });

  test('have limits of their server that are not the agent’s', async () => {
    const root = await stage.root(blue);
    // A second is more than it takes to sign in, on a busy machine too.
    for (const limit of ['statement', 'lock', 'idle_in_transaction_session', 'idle_session']) {
      await root.query(`ALTER ROLE cutover_agent SET ${limit}_timeout = 1000`);
    }
    try {
      const session = await Session.open((await stage.databases(blue)).endpoints.blue, 'test');
      await sleep(1200);
      await expect(session.query('SELECT pg_sleep(1.2)')).resolves.toHaveLength(1);
      await session.close();
    } finally {
      await root.query('ALTER ROLE cutover_agent RESET ALL');
    }
  });

  test('have a server that says when it started, and that it restarted', async () => {
    const databases = await stage.databases(blue);
    const before = await alive(databases, { side }, listener());
    const sinceMs = await clockOf(databases.endpoints[side]);
    expect(await alive(databases, { side, sinceMs }, listener())).toEqual({ ...before, restarted: false });
    await blue.server.restart();
    expect(await alive(databases, { side, sinceMs }, listener())).toMatchObject({ restarted: true });
  });

  test('have a server that says so too when a query has brought it down, and its first process lives on', async () => {
    const databases = await stage.databases(blue);
    const sinceMs = await clockOf(databases.endpoints[side]);
    const user = await stage.user(blue);
    const { rows } = await user.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pid = rows[0]?.pid;
    if (pid === undefined) throw new Error('The server says no pid.');
    process.kill(pid, 'SIGKILL');
    const restarted = async (): Promise<boolean> => {
      const now = await alive(databases, { side, sinceMs }, listener()).catch(() => undefined);
      return now?.restarted === true || restarted();
    };
    expect(await restarted()).toBe(true);
  });

  test('have a server that replicates from nowhere', async () => {
    const { replicas } = await status(await stage.databases(blue), {}, listener());
    expect(replicas).toContainEqual({ side, configured: false, channel: '', receiving: false, applying: false });
  });
});

describe('a PostgreSQL that is busy', () => {
  test('and takes a connection without a word is said not to answer in time', async () => {
    const silent = createServer(() => undefined);
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as AddressInfo;
    const engine = { side: 'blue', engine: 'aurora-postgresql', engineVersion: '15.4', secretArn: '' } as const;
    const endpoint = { ...engine, host: '127.0.0.1', port, username: 'agent', password: '', tls: false };
    await expect(Session.open(endpoint, 'test')).rejects.toMatchObject({
      name: 'Agent.Unreachable',
      message: expect.stringContaining('did not answer in time'),
    });
    silent.close();
  });
});
