import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { AnswerLimit } from '../../../agent/answer-limit';
import { awaitlag } from '../../../agent/mysql/awaitlag';
import { BinlogStream } from '../../../agent/mysql/binlog/binlog-stream';
import { detach } from '../../../agent/mysql/detach';
import { drain } from '../../../agent/mysql/drain';
import { fence } from '../../../agent/mysql/fence';
import { follow } from '../../../agent/mysql/follow';
import { preflight } from '../../../agent/mysql/preflight';
import { status } from '../../../agent/mysql/status';
import { writable } from '../../../agent/mysql/writable';
import type { Databases } from '../../../agent/sql/databases';
import type { LastWrite } from '../../../contract/mysql';
import { freePort } from '../../../rehearsal/engines/free-port';
import { useAws } from '../aws';
import { certificateFor } from '../certificate';
import { listener } from '../redis/stage';
import { DatabaseStage, type RdsDatabase } from './stage';

const aws = useAws();
const there = { from: 'blue', to: 'green' } as const;
const replicationPassword = 'the-password-of-repl';

describe.each(['mariadb', 'mysql'] as const)('the replication of %s', (engine) => {
  const stage = new DatabaseStage(aws);
  // MySQL's users sign in to replicate over TLS only.
  const tls = engine === 'mysql';
  let folder: string;
  let blue: RdsDatabase;
  let green: RdsDatabase;
  let onBlue: Connection;
  let onGreen: Connection;
  let databases: Databases;
  let replicationSecretArn: string;
  const words = tls ? { replica: 'REPLICA', source: 'source' } : { replica: 'SLAVE', source: 'master' };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agent-authority-'));
    const certificate = await certificateFor('blue.example');
    await writeFile(join(folder, 'authority.pem'), certificate.authority);
    process.env.NODE_EXTRA_CA_CERTS = join(folder, 'authority.pem');
    // It has several appliers: which of them failed, and at what, only the performance schema tells.
    const options = { engine, ...(tls ? { tls: certificate, settings: { performance_schema: 'ON' } } : {}) };
    [blue, green] = await Promise.all([stage.database(options), stage.database(options)]);
    [onBlue, onGreen] = await Promise.all([stage.root(blue), stage.root(green)]);
    for (const side of [onBlue, onGreen]) {
      await side.query('SET SESSION sql_log_bin = 0');
      await side.query(`CREATE USER repl@'%' IDENTIFIED BY '${replicationPassword}'`);
      await side.query("GRANT REPLICATION SLAVE ON *.* TO repl@'%'");
      await side.query('SET SESSION sql_log_bin = 1');
    }
    replicationSecretArn = stage.secret(`repl-${engine}`, 'repl', replicationPassword);
    databases = await between(replicationSecretArn);
  });
  afterAll(async () => {
    delete process.env.NODE_EXTRA_CA_CERTS;
    await stage.end();
    await rm(folder, { recursive: true, force: true });
  });

  const between = (secretArn: string, port = blue.server.port) =>
    stage.databases(
      stage.endpoint(blue, { tls, serverName: 'blue.example', port }),
      stage.endpoint(green, { tls, serverName: 'blue.example' }),
      { replicationSecretArn: secretArn },
    );
  const standing = async () => {
    const [rows] = await onBlue.query<RowDataPacket[]>(tls ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS');
    return { file: String(rows[0]?.File), position: Number(rows[0]?.Position) };
  };
  const rowsOnGreen = async () => {
    const [rows] = await onGreen.query<RowDataPacket[]>('SELECT COUNT(*) AS count FROM shop.orders');
    return rows[0]?.count;
  };

  test('is none before it was set up, and anyone who waits for it is told', async () => {
    const { replicas } = await status(databases, {}, listener());
    expect(replicas).toEqual([
      { side: 'blue', configured: false, channel: '', receiving: false, applying: false },
      { side: 'green', configured: false, channel: '', receiving: false, applying: false },
    ]);
    await expect(drain(databases, { ...there, timeoutSeconds: 5 }, listener())).rejects.toMatchObject({
      name: 'Agent.NotCaughtUp',
      message: expect.stringMatching(
        /does not replicate from 127\.0\.0\.1:\d+: start the replication \(mysql\.follow\)/,
      ),
    });
  });

  test('that cannot sign in is told without the password, and leaves nothing behind', async () => {
    const wrong = await between(stage.secret(`wrong-${engine}`, 'repl', 'not-the-password'));
    const error = await follow(wrong, there, listener()).catch((reason: Error) => reason);
    expect(error).toMatchObject({
      name: 'Agent.Failed',
      message: expect.stringMatching(
        /does not begin to replicate.*Access denied for user 'repl'.*REPLICATION SLAVE\) and password/s,
      ),
    });
    expect(JSON.stringify(error) + String(error)).not.toContain('not-the-password');
    const { replicas } = await status(databases, {}, listener());
    expect(replicas.map(({ configured }) => configured)).toEqual([false, false]);
  });

  test.each([
    ['a log that the source has not', 'mysql-bin-changelog.009999', 4, /that source has mysql-bin-changelog\.\d+ to /],
    ['behind the end of a log', 'mysql-bin-changelog.000001', 2 ** 31, /that log ends at \d+/],
  ])('from %s is told before anything is set up, and leaves nothing behind', async (_, file, at, message) => {
    const position = { file, position: at };
    await expect(follow(databases, { ...there, position }, listener())).rejects.toMatchObject({
      name: 'Agent.Failed',
      message: expect.stringMatching(message),
    });
    await expect(detach(databases, { side: 'green' }, listener())).resolves.toEqual({ cleared: false });
  });

  test('that leaves out a part is told, and leaves nothing behind', async () => {
    const filter = (tables: string) =>
      onGreen.query(
        tls
          ? `CHANGE REPLICATION FILTER REPLICATE_IGNORE_TABLE = (${tables})`
          : `SET GLOBAL replicate_ignore_table = '${tables}'`,
      );
    await filter('mysql.rds_history, shop.logins'.replaceAll(' ', ''));
    await expect(follow(databases, there, listener())).rejects.toMatchObject({
      name: 'Agent.Failed',
      message: expect.stringMatching(
        /^green \(.*\) leaves out a part .* \(Replicate_Ignore_Table=shop\.logins\): remove/,
      ),
    });
    await filter('');
    await expect(detach(databases, { side: 'green' }, listener())).resolves.toEqual({ cleared: false });
  });

  test('is set up from where the source stands, and not again where it runs', async () => {
    const { replicas } = await follow(databases, there, listener());
    expect(replicas).toMatchObject([
      { side: 'green', configured: true, channel: '', source: '127.0.0.1', receiving: true, applying: true },
    ]);
    await onBlue.query('CREATE DATABASE shop');
    await onBlue.query('CREATE TABLE shop.orders (id INT PRIMARY KEY, state VARCHAR(20))');
    await expect(follow(databases, there, listener())).resolves.toMatchObject({
      replicas: [{ receiving: true, applying: true }],
    });
  });

  test('is drained when everything that was on the source is on the target', async () => {
    for (let i = 0; i < 200; i += 1) await onBlue.query("INSERT INTO shop.orders VALUES (?, 'new')", [i]);
    const { position } = await drain(databases, { ...there, timeoutSeconds: 60 }, listener());
    await expect(rowsOnGreen()).resolves.toBe(200);
    expect(position.file).toMatch(/^mysql-bin-changelog\.\d+$/);
  });

  test('is not drained of a side that runs events by itself, and the replica runs none of them', async () => {
    const still = { seconds: 0.2, withinSeconds: 30 };
    const proof = () => drain(databases, { ...there, timeoutSeconds: 60, still }, listener());
    await onBlue.query('SET GLOBAL event_scheduler = ON');
    await onGreen.query('SET GLOBAL event_scheduler = ON');
    await onBlue.query("CREATE EVENT shop.expire ON SCHEDULE EVERY 1 DAY DO UPDATE shop.orders SET state = 'old'");
    await expect(proof()).rejects.toMatchObject({
      name: 'Agent.WritesContinue',
      message: expect.stringMatching(
        /^blue .* runs scheduled events by itself: `shop`\.`expire`\..*On blue: ALTER EVENT `shop`\.`expire` DISABLE;/,
      ),
    });
    await onBlue.query('ALTER EVENT shop.expire DISABLE');
    await expect(proof()).resolves.toHaveProperty('position');
    // What is enabled again where users are is not on the side that follows.
    await onBlue.query('ALTER EVENT shop.expire ENABLE');
    await drain(databases, { ...there, timeoutSeconds: 60 }, listener());
    const [events] = await onGreen.query<RowDataPacket[]>('SELECT status AS status FROM information_schema.events');
    expect(events).toEqual([{ status: expect.stringMatching(/^(SLAVE|REPLICA_)SIDE_DISABLED$/) }]);
    await onBlue.query('DROP EVENT shop.expire');
    await drain(databases, { ...there, timeoutSeconds: 60 }, listener());
  });

  test('is no reader of the log that the preflight names, and anybody else is one', async () => {
    const args = { ...there, strategy: 'promoteReplica', fromOnly: false } as const;
    const found = async () => {
      const { findings } = await preflight(databases, args, listener());
      return findings.find(({ id }) => id === 'mysql.log-readers.blue');
    };
    await expect(found()).resolves.toBeUndefined();
    const { host, port } = blue.server;
    const reader = await createConnection({ host, port, user: 'repl', password: replicationPassword });
    const readsNothing = {
      wantedColumns: () => undefined,
      onRows: () => undefined,
      onStatement: () => undefined,
      onPrepared: () => undefined,
      onTransactionEnd: () => undefined,
    };
    const stream = await BinlogStream.open(
      { connection: reader, answer: new AnswerLimit() },
      await standing(),
      readsNothing,
    );
    try {
      await expect(found()).resolves.toMatchObject({
        severity: 'warning',
        message: expect.stringMatching(
          /^Others read the binary log of blue .*: repl@127\.0\.0\.1 \(connection \d+\)\. After/,
        ),
      });
    } finally {
      stream.close();
    }
  });

  describe('is drained of a side that stands still', () => {
    const hour = 3_600_000;
    const still = { seconds: 3_000, withinSeconds: 1 };
    const fenced = async () => (await fence(databases, { side: 'blue' }, listener())).lastWrite;
    const proof = (since: LastWrite, more = {}) =>
      drain(databases, { ...there, timeoutSeconds: 60, still: { ...still, ...more, since } }, listener());
    beforeEach(async () => {
      // The fence closes what is connected.
      onBlue = await stage.root(blue);
    });
    afterEach(async () => {
      onBlue = await stage.root(blue);
    });

    test('for as long as it has stood still since the fence', async () => {
      const lastWrite = await fenced();
      await expect(proof({ ...lastWrite, atMs: lastWrite.atMs - hour })).resolves.toMatchObject({
        position: { file: lastWrite.position.file, position: lastWrite.position.position },
      });
    });

    test('from the beginning where somebody has written since, and that is waited for as well', async () => {
      const lastWrite = await fenced();
      onBlue = await stage.root(blue);
      await onBlue.query("INSERT INTO shop.orders VALUES (900, 'late')");
      const short = { seconds: 0.2 };
      const { position } = await proof({ ...lastWrite, atMs: lastWrite.atMs - hour }, short);
      expect(position.position).toBeGreaterThan(lastWrite.position.position);
      await expect(rowsOnGreen()).resolves.toBe(201);
      await onBlue.query('DELETE FROM shop.orders WHERE id = 900');
    });

    test('never, where somebody goes on writing', async () => {
      const lastWrite = await fenced();
      const leak = await stage.user(blue, 'leak');
      const stop = new AbortController();
      const writing = (async () => {
        for (let i = 0; !stop.signal.aborted; i += 1)
          await leak.query('UPDATE shop.orders SET state = ? WHERE id = 1', [`leak ${i}`]);
      })();
      try {
        await expect(proof(lastWrite, { seconds: 0.5 })).rejects.toMatchObject({
          name: 'Agent.WritesContinue',
          message: expect.stringMatching(/is still written to after 1 s; .*leak@127\.0\.0\.1 \(1\)/),
        });
      } finally {
        stop.abort();
        await writing;
      }
    });
  });

  test('has caught up when its lag is small and steady, also under writes', async () => {
    const stop = new AbortController();
    const writing = (async () => {
      for (let i = 1_000; !stop.signal.aborted; i += 1)
        await onBlue.query("INSERT INTO shop.orders VALUES (?, 'new')", [i]);
    })();
    const args = { ...there, lagSeconds: 5, steadySeconds: 0.6, timeoutSeconds: 60 };
    try {
      const { lagSeconds } = await awaitlag(databases, args, listener());
      expect(lagSeconds).toBeLessThanOrEqual(5);
    } finally {
      stop.abort();
      await writing;
    }
  });

  test('that does not apply has neither caught up nor drained in time', async () => {
    await onGreen.query(`STOP ${words.replica} SQL_THREAD`);
    await onBlue.query("INSERT INTO shop.orders VALUES (500, 'new')");
    const late = { name: 'Agent.NotCaughtUp', message: expect.stringMatching(/not within 0\.5 s.*applying stands/) };
    await expect(drain(databases, { ...there, timeoutSeconds: 0.5 }, listener())).rejects.toMatchObject(late);
    const args = { ...there, lagSeconds: 60, steadySeconds: 0.1, timeoutSeconds: 0.5 };
    await expect(awaitlag(databases, args, listener())).rejects.toMatchObject(late);
    await onGreen.query(`START ${words.replica} SQL_THREAD`);
    await drain(databases, { ...there, timeoutSeconds: 60 }, listener());
  });

  const behind = async () => {
    const late = { ...there, timeoutSeconds: 1 };
    const waiting = [
      drain(databases, late, listener()),
      awaitlag(databases, { ...late, lagSeconds: 0, steadySeconds: 0.1 }, listener()),
    ];
    return (await Promise.allSettled(waiting)).map((ended) =>
      ended.status === 'rejected' ? String(ended.reason) : '',
    );
  };

  test('that is late on purpose is said to be, with how to end it, and found by the preflight', async () => {
    const { replica } = words;
    const delay = (seconds: number) =>
      tls ? `CHANGE REPLICATION SOURCE TO SOURCE_DELAY = ${seconds}` : `CHANGE MASTER TO MASTER_DELAY = ${seconds}`;
    for (const statement of [`STOP ${replica}`, delay(600), `START ${replica}`]) await onGreen.query(statement);
    await onBlue.query("INSERT INTO shop.orders VALUES (501, 'new')");
    for (const said of await behind()) {
      expect(said).toMatch(
        /delayed on purpose by 600 s \(SOURCE_DELAY\).*: end the delay, on green: CALL mysql\.rds_stop_rep/,
      );
    }
    const args = { ...there, strategy: 'promoteReplica', fromOnly: false } as const;
    const found = async () => {
      const { findings } = await preflight(databases, args, listener());
      return findings.find(({ id }) => id === 'mysql.replication-delayed');
    };
    await expect(found()).resolves.toMatchObject({ severity: 'error', message: expect.stringContaining('600 s late') });
    for (const statement of [`STOP ${replica}`, delay(0), `START ${replica}`]) await onGreen.query(statement);
    await expect(found()).resolves.toBeUndefined();
    await drain(databases, { ...there, timeoutSeconds: 60 }, listener());
  });

  test('that waits for who reads on the target names them', async () => {
    const reader = await stage.user(green, 'reports', 'shop');
    await reader.query('START TRANSACTION');
    await reader.query('SELECT COUNT(*) FROM orders');
    await onBlue.query('ALTER TABLE shop.orders ADD COLUMN note INT');
    for (const said of await behind()) {
      expect(said).toMatch(
        new RegExp(
          `applier is held up, "Waiting for table metadata lock"; .*reports@127\\.0\\.0\\.1 \\(connection ${reader.threadId}, .*on green: .*CALL mysql\\.rds_kill\\(${tls ? reader.threadId : '<connection>'}\\);`,
        ),
      );
    }
    await reader.query('ROLLBACK');
    await onBlue.query('ALTER TABLE shop.orders DROP COLUMN note');
    await drain(databases, { ...there, timeoutSeconds: 60 }, listener());
  });

  test('that waits for who has locked the whole target names them', async () => {
    const backup = await stage.root(green);
    await backup.query('FLUSH TABLES WITH READ LOCK');
    await onBlue.query("INSERT INTO shop.orders VALUES (502, 'new')");
    const held = `rdsadmin@127\\.0\\.0\\.1 \\(connection ${backup.threadId}, `;
    for (const said of await behind()) {
      expect(said).toMatch(new RegExp(`held up, "Waiting for (global read|backup) lock"; .*${held}`));
    }
    await backup.query('UNLOCK TABLES');
    backup.destroy();
    await drain(databases, { ...there, timeoutSeconds: 60 }, listener());
  });

  test('that waits for a row that somebody has changed on the target names them', async () => {
    const writer = await stage.user(green, 'stray', 'shop');
    await writer.query('START TRANSACTION');
    await writer.query("UPDATE orders SET state = 'private' WHERE id = 1");
    await onBlue.query("UPDATE shop.orders SET state = 'moved' WHERE id = 1");
    for (const said of await behind()) {
      expect(said).toMatch(
        new RegExp(`held up, "Waiting for a row lock"; .*stray@127\\.0\\.0\\.1 \\(connection ${writer.threadId}, `),
      );
      expect(said).not.toContain('private');
    }
    await writer.query('ROLLBACK');
    await drain(databases, { ...there, timeoutSeconds: 60 }, listener());
  });

  test('that was stopped goes on from where it stood, not from where both were equal before', async () => {
    const position = await standing();
    await onBlue.query("INSERT INTO shop.orders VALUES (550, 'new')");
    await drain(databases, { ...there, timeoutSeconds: 60 }, listener());
    await onGreen.query('CALL mysql.rds_stop_replication');
    await onBlue.query("INSERT INTO shop.orders VALUES (551, 'new')");
    await follow(databases, { ...there, position }, listener());
    await drain(databases, { ...there, timeoutSeconds: 60 }, listener());
    const [found] = await onGreen.query<RowDataPacket[]>('SELECT id FROM shop.orders WHERE id IN (550, 551)');
    expect(found).toEqual([{ id: 550 }, { id: 551 }]);
  });

  test('that has failed is told at once, without the values it failed on', async () => {
    await onGreen.query("INSERT INTO shop.orders VALUES (600, 'private')");
    await onBlue.query("INSERT INTO shop.orders VALUES (600, 'confidential')");
    const error = await drain(databases, { ...there, timeoutSeconds: 60 }, listener()).catch((reason: Error) => reason);
    expect(error).toMatchObject({
      name: 'Agent.NotCaughtUp',
      message: expect.stringMatching(/the replication has stopped.*applying stands.*shop\.orders/),
    });
    expect(String(error)).not.toMatch(/confidential|private|'600'/);
  });

  test('keeps a side from being one that takes writes, and so does its being read-only', async () => {
    const args = { side: 'green', timeoutSeconds: 0.1 } as const;
    await expect(writable(databases, args, listener())).resolves.toMatchObject({ writable: false });
    await onBlue.query('SET GLOBAL read_only = ON');
    const blue = { side: 'blue', timeoutSeconds: 30 } as const;
    await expect(writable(databases, { ...blue, timeoutSeconds: 0.1 }, listener())).resolves.toMatchObject({
      writable: false,
    });
    const waiting = writable(databases, blue, listener());
    await onBlue.query('SET GLOBAL read_only = OFF');
    await expect(waiting).resolves.toMatchObject({ writable: true });
  });

  test('is cleared, and again without complaint', async () => {
    await expect(detach(databases, { side: 'green' }, listener())).resolves.toEqual({ cleared: true });
    await expect(detach(databases, { side: 'green' }, listener())).resolves.toEqual({ cleared: false });
    await expect(detach(databases, { side: 'blue' }, listener())).resolves.toEqual({ cleared: false });
  });

  test('goes on from a position that is given', async () => {
    await onGreen.query('DELETE FROM shop.orders WHERE id = 600');
    const position = await standing();
    await onBlue.query("INSERT INTO shop.orders VALUES (700, 'new')");
    await follow(databases, { ...there, position }, listener());
    await drain(databases, { ...there, timeoutSeconds: 60 }, listener());
    const [found] = await onGreen.query<RowDataPacket[]>('SELECT id FROM shop.orders WHERE id IN (600, 700)');
    expect(found).toEqual([{ id: 700 }]);
    await detach(databases, { side: 'green' }, listener());
  });

  test('of somebody else is not ended, but named', async () => {
    const port = await freePort('127.0.0.1');
    await onGreen.query(
      `CALL mysql.rds_set_external_${words.source}('192.0.2.7', ${port}, 'repl', 'x', 'mysql-bin-changelog.000001', 4, 0)`,
    );
    await expect(follow(databases, there, listener())).rejects.toMatchObject({
      name: 'Agent.Failed',
      message: expect.stringMatching(
        /configured to replicate from 192\.0\.2\.7:\d+, which is not blue.*mysql\.detach --side green/,
      ),
    });
    await expect(detach(databases, { side: 'green' }, listener())).resolves.toEqual({ cleared: true });
  });

  test('puts no password into the log', () => {
    expect(stage.logged.join()).not.toMatch(new RegExp(`${replicationPassword}|${blue.master.password}`));
  });
});
