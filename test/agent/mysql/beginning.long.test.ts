import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mysql2/promise';
import { awaitlag } from '../../../agent/mysql/awaitlag';
import { detach } from '../../../agent/mysql/detach';
import { follow } from '../../../agent/mysql/follow';
import { preflight } from '../../../agent/mysql/preflight';
import { Verifications } from '../../../agent/mysql/verification/verifications';
import { verify } from '../../../agent/mysql/verify';
import type { BinlogPosition } from '../../../contract/database';
import { connected } from '../../../rehearsal/engines/sql/rds/connected';
import { Replica } from '../../../rehearsal/engines/sql/rds/replica';
import { useAws } from '../aws';
import { certificateFor } from '../certificate';
import { listener } from '../redis/stage';
import { DatabaseStage, type RdsDatabase } from './stage';

const aws = useAws();
const there = { from: 'blue', to: 'green' } as const;
const CAUGHT_UP = { ...there, lagSeconds: 1, steadySeconds: 0.2, timeoutSeconds: 20 };

/** A green that is a copy of blue and does not follow yet, and users who have written on blue since. */
describe.each(['mariadb', 'mysql'] as const)('a copy of %s', (engine) => {
  const stage = new DatabaseStage(aws);
  // MySQL's users sign in to replicate over TLS only.
  const tls = engine === 'mysql';
  let folder: string;
  let blue: RdsDatabase;
  let onBlue: Connection;
  let orders = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agent-authority-'));
    const certificate = await certificateFor('blue.example');
    await writeFile(join(folder, 'authority.pem'), certificate.authority);
    process.env.NODE_EXTRA_CA_CERTS = join(folder, 'authority.pem');
    blue = await stage.database({ engine, ...(tls && { tls: certificate }) });
    onBlue = await stage.root(blue);
    await onBlue.query("CALL mysql.rds_set_configuration('binlog retention hours', 24)");
    await onBlue.query('CREATE DATABASE shop');
    await onBlue.query('CREATE TABLE shop.orders (id INT PRIMARY KEY, state VARCHAR(20))');
  });
  afterAll(async () => {
    delete process.env.NODE_EXTRA_CA_CERTS;
    await stage.end();
    await rm(folder, { recursive: true, force: true });
  });

  const order = async () => {
    for (let i = 0; i < 5; i++) await onBlue.query("INSERT INTO shop.orders VALUES (?, 'new')", [++orders]);
  };
  const standing = (server = blue.server) =>
    connected(server, (database) => new Replica(server, database).logPosition());
  /** With where in blue's log its copy ends. */
  const copy = async () => {
    await order();
    const green = await stage.clone(blue);
    const begin = await connected(green.server, (database) => new Replica(green.server, database).recoveredPosition());
    await order();
    const side = (database: RdsDatabase) => stage.endpoint(database, { tls, serverName: 'blue.example' });
    return { onGreen: await stage.root(green), begin, databases: await stage.databases(side(blue), side(green)) };
  };
  type Copy = Awaited<ReturnType<typeof copy>>;
  const found = async ({ databases, begin }: Copy, at: BinlogPosition = begin) => {
    const args = { ...there, strategy: 'binlogReplica', fromOnly: false, begin: at } as const;
    const { findings } = await preflight(databases, args, listener());
    return findings.filter((finding) => /^mysql\.(begin|written|events)/.test(finding.id));
  };

  const compared = async ({ databases }: Copy) => {
    const result = await verify(databases, { ...there, mode: 'full' }, listener());
    databases.keep(Verifications).stop();
    return result;
  };

  test('follows from where it was made, and is equal', async () => {
    const made = await copy();
    expect(await found(made)).toEqual([]);
    await follow(made.databases, { ...there, position: made.begin }, listener());
    await awaitlag(made.databases, CAUGHT_UP, listener());
    await expect(compared(made)).resolves.toMatchObject({ mismatches: 0 });
    await detach(made.databases, { side: 'green' }, listener());
    // What was applied to it is no sign of somebody who writes there.
    expect(await found(made)).toEqual([]);
  });

  // With global ids of transactions, what it has already is passed over.
  test('that begins too early is equal by global ids, or stops at a row that it has already', async () => {
    const early = await standing();
    const made = await copy();
    const begun = (async () => {
      await follow(made.databases, { ...there, position: early }, listener());
      return awaitlag(made.databases, CAUGHT_UP, listener());
    })();
    await (engine === 'mysql'
      ? expect(begun).resolves.toMatchObject({ lagSeconds: 0 })
      : expect(begun).rejects.toMatchObject({
          message: expect.stringMatching(
            /shop\.orders; Duplicate entry '…'.*: what came is there already: green began to follow at a position before/,
          ),
        }));
  });

  test('that begins where there was nothing yet stops at what it has, and its name stays where it is', async () => {
    const early = await standing();
    await onBlue.query("CREATE USER 'confidential'@'%' IDENTIFIED BY 'x'");
    const made = await copy();
    const begun = (async () => {
      await follow(made.databases, { ...there, position: early }, listener());
      return awaitlag(made.databases, CAUGHT_UP, listener());
    })();
    if (engine === 'mysql') return expect(begun).resolves.toMatchObject({ lagSeconds: 0 });
    const error = await begun.catch((reason: Error) => reason);
    expect(String(error)).toMatch(/CREATE USER failed for '…'@'…'” on query.*: what came is there already/);
    expect(String(error)).not.toContain('confidential');
  });

  test('that begins too late lacks rows: comparing finds them, and anyone who changes one stops it', async () => {
    const made = await copy();
    const late = await standing();
    await order();
    await follow(made.databases, { ...there, position: late }, listener());
    await awaitlag(made.databases, CAUGHT_UP, listener());
    const { mismatches, sample } = await compared(made);
    expect(mismatches).toBe(5);
    expect(sample[0]).toEqual({ object: 'shop.orders', difference: expect.stringMatching(/^row \w+ only on blue$/) });
    await onBlue.query("UPDATE shop.orders SET state = 'changed'");
    await expect(awaitlag(made.databases, CAUGHT_UP, listener())).rejects.toMatchObject({
      name: 'Agent.NotCaughtUp',
      message: expect.stringMatching(
        /Update_rows.* on table shop\.orders; Can’t find record in '…'.*: what is to be changed is not there: green began to follow at a position after/,
      ),
    });
  });

  describe('before it begins', () => {
    let made: Copy;
    beforeAll(async () => {
      made = await copy();
    });

    test('is not begun from a log that is gone, or beyond its end', async () => {
      expect(await found(made, { file: 'mysql-bin-changelog.009999', position: 4 })).toMatchObject([
        {
          id: 'mysql.begin-gone',
          severity: 'error',
          message: expect.stringMatching(
            /from mysql-bin-changelog\.009999 on, which blue .* does not have; it has mysql-bin-changelog\.000001 to/,
          ),
          remedy: expect.stringMatching(
            /^On blue: CALL mysql\.rds_set_configuration\('binlog retention hours', 168\); then/,
          ),
        },
      ]);
      expect(await found(made, { ...made.begin, position: made.begin.position + 1_000_000 })).toMatchObject([
        {
          id: 'mysql.begin-beyond-end',
          severity: 'error',
          message: expect.stringMatching(/that file ends at \d+ on blue/),
        },
      ]);
      await onBlue.query('FLUSH BINARY LOGS');
      expect(await found(made)).toMatchObject([
        {
          id: 'mysql.begin-next-to-go',
          severity: 'warning',
          message: expect.stringContaining('keeps them for 24 hours'),
        },
      ]);
    });

    test('does not run events while it follows', async () => {
      await made.onGreen.query(
        'CREATE EVENT shop.nightly ON SCHEDULE EVERY 1 DAY DO DELETE FROM shop.orders WHERE id = 0',
      );
      const ofEvents = async () => (await found(made)).filter(({ id }) => id.startsWith('mysql.events'));
      await made.onGreen.query('SET GLOBAL event_scheduler = ON');
      expect(await ofEvents()).toMatchObject([
        { id: 'mysql.events-run.green', message: expect.stringContaining('`shop`.`nightly`') },
      ]);
      await made.onGreen.query('SET GLOBAL event_scheduler = OFF');
      expect(await ofEvents()).toEqual([]);
    });

    test('that somebody has written to is none any more', async () => {
      // RDS itself, and an index that is to be new.
      await made.onGreen.query("INSERT INTO mysql.rds_configuration VALUES ('heartbeat', NULL, '')");
      await made.onGreen.query('ALTER TABLE shop.orders ADD INDEX (state)');
      const ofWrites = async () => (await found(made)).filter(({ severity }) => severity === 'error');
      expect(await ofWrites()).toEqual([]);
      await made.onGreen.query("INSERT INTO shop.orders VALUES (1000000, 'confidential')");
      expect(await ofWrites()).toMatchObject([
        { id: 'mysql.written-to.green', message: expect.stringContaining('since it was made: shop.orders.') },
      ]);
      expect(JSON.stringify(await ofWrites())).not.toContain('confidential');
    });
  });
});
