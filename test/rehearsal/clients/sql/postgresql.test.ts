import type { Link } from '../../../../rehearsal/clients/sql/client/link';
import { compareDatabases } from '../../../../rehearsal/clients/sql/data/compare-databases';
import { fillDatabase } from '../../../../rehearsal/clients/sql/data/fill-database';
import { readStoredRows } from '../../../../rehearsal/clients/sql/data/stored-rows';
import { SCHEMA } from '../../../../rehearsal/clients/sql/data/tables';
import { dialectOf, withDatabase } from '../../../../rehearsal/clients/sql/dialects';
import type { SqlProcessSettings } from '../../../../rehearsal/clients/sql/protocol';
import { type DatabaseServer, startDatabase } from '../../../../rehearsal/engines/sql/database-server';
import { certificateFor } from '../../../../rehearsal/testbed/certificate';

// The first run fetches packages and makes data directories.
jest.setTimeout(300_000);

const application = { username: 'application', password: 'secret' };
const { openLink, verdictOn } = dialectOf({ engine: 'postgresql' });

describe('clients of PostgreSQL', () => {
  let server: DatabaseServer;
  let authority: string;
  const links: Link[] = [];

  beforeAll(async () => {
    const tls = await certificateFor(['blue.internal.example']);
    authority = tls.authority;
    server = await startDatabase({ engine: 'postgresql', tls });
    await fillDatabase(server, { rows: 3_000, seed: 'test', application });
  });
  afterEach(() => {
    for (const { socket } of links.splice(0)) socket.destroy();
  });
  afterAll(() => server?.stop());

  async function link(more: Partial<SqlProcessSettings> = {}): Promise<Link> {
    const settings: SqlProcessSettings = {
      ...{
        serves: 'database',
        engine: 'postgresql',
        process: 'test',
        clientName: 'test',
        writerName: 'db',
        schema: SCHEMA,
        clients: {},
      },
      ...{ port: server.port, dns: { host: '127.0.0.1', port: 53 }, seed: 'test', turnsPerSecond: 1 },
      credentials: application,
      timing: { connectTimeoutMs: 5_000, commandTimeoutMs: 5_000, backoffMs: [50, 1_000] },
      ...more,
    };
    const opened = await openLink(settings, server.host, 'blue.internal.example');
    links.push(opened);
    return opened;
  }

  const asRoot = (sql: string) => withDatabase(server, (database) => database.rows(sql));

  test('commit what they wrote, with the key that the server made, on a server that says who it is', async () => {
    const one = await link();
    expect(await one.begin()).toBe(String(server.port));
    const id = await one.insert('INSERT INTO orders (token, state, quantity) VALUES (?, ?, ?)', ['one', 'new', 1]);
    expect(await one.change('UPDATE orders SET state = ? WHERE id = ?', ['paid', id])).toBe(1);
    expect((await readStoredRows(server)).orders.size).toBe(0);
    await one.commit();
    const { orders, balances } = await readStoredRows(server);
    expect([...orders]).toEqual([[id, { token: 'one', state: 'paid' }]]);
    expect(balances.get(1)).toBe(10_000);
  });

  test('are told that nothing was committed where the server rolled back', async () => {
    const one = await link();
    await one.begin();
    await expect(one.row('SELECT no_such_column FROM orders')).rejects.toThrow();
    await expect(one.commit()).rejects.toThrow('rolled back');
  });

  test('come by their own addresses, and over TLS where it is asked for', async () => {
    const one = await link({ localAddress: '127.0.0.77', tls: { authority } });
    const seen = await one.row<{ host: string; ssl: boolean }>(
      'SELECT host(client_addr) AS host, ssl FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) WHERE pid = pg_backend_pid()',
    );
    expect(seen).toEqual({ host: '127.0.0.77', ssl: true });
  });

  test('look elsewhere once the server is for reading only, or has put them out', async () => {
    const one = await link();
    await one.row('SET default_transaction_read_only = on');
    await one.begin();
    const refused = one.change('DELETE FROM orders');
    await expect(refused).rejects.toThrow();
    expect(verdictOn(await refused.catch((error: unknown) => error))).toEqual({
      state: 'refused',
      reason: '25006 cannot execute … in a read-only transaction',
      over: true,
    });

    const gone = new Promise<void>((resolve) => one.socket.once('close', () => resolve()));
    await asRoot("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'application'");
    await gone;
    const lost = await one.begin().catch((error: unknown) => error);
    expect(verdictOn(lost)).toMatchObject({ state: 'unknown', over: true });
  });

  test('are told apart where rows differ: one that is gone, one that is another', async () => {
    const other = await startDatabase({ engine: 'postgresql' });
    try {
      await fillDatabase(other, { rows: 3_000, seed: 'test', application });
      await withDatabase(server, (database) => database.rows('DELETE FROM orders'), SCHEMA);
      expect(await compareDatabases(server, other)).toMatchObject({ rows: 3_500, mismatches: 0 });
      await withDatabase(other, (database) => database.rows('DELETE FROM visits WHERE id = 7'), SCHEMA);
      await withDatabase(other, (database) => database.rows('UPDATE accounts SET balance = 1 WHERE id = 3'), SCHEMA);
      const { mismatches, sample } = await compareDatabases(server, other);
      expect(mismatches).toBe(2);
      expect(sample).toEqual(
        expect.arrayContaining([
          { table: 'shop.public.visits', key: '7', difference: 'is missing' },
          { table: 'shop.public.accounts', key: '3', difference: 'has another content' },
        ]),
      );
    } finally {
      await other.stop();
    }
  });
});
