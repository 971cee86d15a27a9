import type { Connection } from 'mysql2/promise';
import { preflight } from '../../../agent/mysql/preflight';
import type { Finding } from '../../../contract/common';
import type { DatabasePreflightArgs, DatabasePreflightResult } from '../../../contract/database';
import { useAws } from '../aws';
import { listener } from '../redis/stage';
import { DatabaseStage, type RdsDatabase } from './stage';

const aws = useAws();

/** Blue speaks the old dialect, green the new one. */
describe('preflight', () => {
  const stage = new DatabaseStage(aws);
  let blue: RdsDatabase;
  let green: RdsDatabase;
  let onBlue: Connection;
  let onGreen: Connection;

  beforeAll(async () => {
    // What a server would leave out of a replication that it has not yet, the performance schema tells.
    const settings = { performance_schema: 'ON' };
    [blue, green] = await Promise.all([
      stage.database({ engine: 'mariadb' }),
      stage.database({ engine: 'mysql', settings }),
    ]);
    const root = await stage.root(blue);
    await on(root, 'CREATE DATABASE shop', 'CREATE TABLE shop.orders (id INT PRIMARY KEY, state VARCHAR(10))');
  });
  beforeEach(async () => {
    [onBlue, onGreen] = await Promise.all([stage.root(blue), stage.root(green)]);
  });
  afterEach(() => stage.leave());
  afterAll(() => stage.end());

  const inspect = async (more: Partial<DatabasePreflightArgs> = {}, toAurora = true) => {
    const to = stage.endpoint(green, toAurora ? { engine: 'aurora-mysql' } : {});
    const args = { from: 'blue', to: 'green', strategy: 'promoteReplica', fromOnly: false, ...more } as const;
    return preflight(await stage.databases(stage.endpoint(blue), to), args, listener());
  };
  const named = ({ findings }: DatabasePreflightResult, id: string): Finding | undefined =>
    findings.find((finding) => finding.id === id);
  /** The finding while `prepare`d, which is gone again once `undo`ne. */
  const foundWhile = async (
    prepare: () => Promise<unknown>,
    undo: () => Promise<unknown>,
    id: string,
    args: Partial<DatabasePreflightArgs> = {},
  ): Promise<Finding | undefined> => {
    expect(named(await inspect(args), id)).toBeUndefined();
    await prepare();
    try {
      return named(await inspect(args), id);
    } finally {
      await undo();
    }
  };
  const on = async (connection: Connection, ...statements: readonly string[]) => {
    for (const statement of statements) await connection.query(statement);
  };

  test('of two sound sides finds no error, and says how much is there', async () => {
    const result = await inspect();
    expect(result.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(result).toMatchObject({ errors: 0, tables: 1, bytes: expect.any(Number) });
    expect(result.bytes).toBeGreaterThan(0);
    for (const { id, message, remedy } of result.findings) {
      expect(id).toMatch(/^mysql\.[a-z-]+(\.(blue|green))?$/);
      expect([message, remedy].join()).not.toMatch(/undefined|NaN/);
    }
  });

  test('looks at one side only where the other does not exist yet', async () => {
    const databases = await stage.databases(stage.endpoint(blue), { ...stage.endpoint(green), host: 'green.invalid' });
    const args = { from: 'blue', to: 'green', strategy: 'managedBlueGreen', fromOnly: true } as const;
    await expect(preflight(databases, args, listener())).resolves.toMatchObject({ tables: 1 });
  });

  describe('names replication that is left over', () => {
    test('on blue, with the channel and the calls that clear it', async () => {
      const found = await foundWhile(
        () =>
          on(onBlue, "CALL mysql.rds_set_external_master('192.0.2.7', 3306, 'repl', 'x', 'mysql-bin.000001', 4, 0)"),
        () => on(onBlue, 'CALL mysql.rds_reset_external_master'),
        'mysql.external-replication.blue',
        { strategy: 'managedBlueGreen', fromOnly: true },
      );
      expect(found).toMatchObject({
        severity: 'error',
        message: expect.stringMatching(/still configured to, on the default channel from 192\.0\.2\.7:3306/),
        remedy: expect.stringContaining('CALL mysql.rds_stop_replication; CALL mysql.rds_reset_external_master;'),
      });
    });

    test('on green, in the words of its version', async () => {
      const found = await foundWhile(
        () =>
          on(onGreen, "CALL mysql.rds_set_external_source('192.0.2.7', 3306, 'repl', 'x', 'mysql-bin.000001', 4, 0)"),
        () => on(onGreen, 'CALL mysql.rds_reset_external_source'),
        'mysql.external-replication.green',
      );
      expect(found).toMatchObject({
        severity: 'error',
        remedy: expect.stringContaining('CALL mysql.rds_reset_external_source;'),
      });
    });

    test('but takes the migration’s own for what it is, and says where it stands', async () => {
      const { host, port } = blue.server;
      const found = await foundWhile(
        () =>
          on(
            onGreen,
            `CALL mysql.rds_set_external_source('${host}', ${port}, 'repl', 'x', 'mysql-bin-changelog.000001', 4, 0)`,
          ),
        () => on(onGreen, 'CALL mysql.rds_reset_external_source'),
        'mysql.replication-stopped',
      );
      expect(found).toMatchObject({
        severity: 'warning',
        remedy: expect.stringContaining('CALL mysql.rds_start_replication;'),
      });
    });
  });

  test('names tables that change by foreign keys, which no log has', async () => {
    const found = await foundWhile(
      () =>
        on(
          onBlue,
          'CREATE TABLE shop.`lines.x` (id INT PRIMARY KEY, o INT, FOREIGN KEY (o) REFERENCES shop.orders (id) ON DELETE CASCADE)',
        ),
      () => on(onBlue, 'DROP TABLE shop.`lines.x`'),
      'mysql.cascades.blue',
    );
    expect(found).toMatchObject({ severity: 'warning', message: expect.stringContaining('shop.`lines.x` (1 MiB)') });
  });

  test('names the channel of a replication that is not on the default one', async () => {
    const found = await foundWhile(
      () => on(onGreen, "CHANGE REPLICATION SOURCE TO SOURCE_HOST='192.0.2.8' FOR CHANNEL 'reports'"),
      () => on(onGreen, "RESET REPLICA ALL FOR CHANNEL 'reports'"),
      'mysql.external-replication.green',
    );
    expect(found).toMatchObject({
      message: expect.stringContaining('the channel "reports" from 192.0.2.8:3306'),
      remedy: expect.stringContaining("CALL mysql.rds_reset_external_source_for_channel('reports');"),
    });
  });

  test('names what a replication leaves out', async () => {
    const { host, port } = blue.server;
    const found = await foundWhile(
      () =>
        on(
          onGreen,
          `CHANGE REPLICATION SOURCE TO SOURCE_HOST='${host}', SOURCE_PORT=${port}`,
          'CHANGE REPLICATION FILTER REPLICATE_IGNORE_DB = (shop)',
        ),
      () => on(onGreen, 'CHANGE REPLICATION FILTER REPLICATE_IGNORE_DB = ()', 'RESET REPLICA ALL'),
      'mysql.replication-filters.green',
    );
    expect(found).toMatchObject({ severity: 'error', message: expect.stringContaining('Replicate_Ignore_DB=shop') });
  });

  test('names what a replication would leave out that is not configured yet', async () => {
    const found = await foundWhile(
      () => on(onGreen, "CHANGE REPLICATION FILTER REPLICATE_WILD_IGNORE_TABLE = ('shop.tmp%')"),
      () => on(onGreen, 'CHANGE REPLICATION FILTER REPLICATE_WILD_IGNORE_TABLE = ()'),
      'mysql.replication-filters.green',
      { strategy: 'binlogReplica' },
    );
    expect(found).toMatchObject({
      severity: 'error',
      message: expect.stringMatching(/Replicate_Wild_Ignore_Table=.*shop\.tmp%/),
    });
    const ofBlue = await foundWhile(
      () => on(onBlue, "SET GLOBAL replicate_ignore_table = 'mysql.rds_history,shop.orders'"),
      () => on(onBlue, "SET GLOBAL replicate_ignore_table = ''"),
      'mysql.replication-filters.blue',
    );
    expect(ofBlue).toMatchObject({
      severity: 'error',
      message: expect.stringMatching(/Replicate_Ignore_Table=shop\.orders\. .*a rollback would lose/),
    });
  });

  test('lets pass that RDS’s replicas leave out RDS’s own tables', async () => {
    const { host, port } = blue.server;
    const own = 'mysql.rds_sysinfo, mysql.rds_history, mysql.rds_replication_status, mysql.plugin';
    await on(
      onGreen,
      `CHANGE REPLICATION SOURCE TO SOURCE_HOST='${host}', SOURCE_PORT=${port}`,
      `CHANGE REPLICATION FILTER REPLICATE_IGNORE_TABLE = (${own})`,
    );
    const ids = (await inspect()).findings.map(({ id }) => id);
    await on(onGreen, 'CHANGE REPLICATION FILTER REPLICATE_IGNORE_TABLE = ()', 'RESET REPLICA ALL');
    expect(ids).toContain('mysql.replication-stopped');
    expect(ids).not.toContainEqual(expect.stringContaining('replication-filters'));
  });

  test('tries the user whom either side is to replicate as', async () => {
    const replicationSecretArn = stage.secret('repl', 'repl', 'secret-of-repl');
    const findings = async () => {
      const sides = [stage.endpoint(blue), stage.endpoint(green)] as const;
      const args = { from: 'blue', to: 'green', strategy: 'promoteReplica', fromOnly: false } as const;
      const result = await preflight(await stage.databases(...sides, { replicationSecretArn }), args, listener());
      return ['blue', 'green'].map((side) => named(result, `mysql.replication-user.${side}`)?.message);
    };
    const managed = await preflight(
      await stage.databases(stage.endpoint(blue), stage.endpoint(green), { replicationSecretArn }),
      { from: 'blue', to: 'green', strategy: 'managedBlueGreen', fromOnly: true },
      listener(),
    );
    expect(named(managed, 'mysql.replication-user.blue')).toMatchObject({
      severity: 'warning',
      message: expect.stringMatching(/does not let repl sign in.* There is no rollback without it\./),
    });
    const absent = expect.stringContaining('does not let repl sign in');
    await expect(findings()).resolves.toEqual([absent, absent]);
    for (const side of [onBlue, onGreen]) await on(side, "CREATE USER 'repl'@'%' IDENTIFIED BY 'secret-of-repl'");
    const idle = expect.stringContaining('has no REPLICATION SLAVE for repl');
    await expect(findings()).resolves.toEqual([idle, idle]);
    for (const side of [onBlue, onGreen]) await on(side, "GRANT REPLICATION SLAVE ON *.* TO 'repl'@'%'");
    await expect(findings()).resolves.toEqual([undefined, expect.stringContaining('a replica needs TLS')]);
    for (const side of [onBlue, onGreen]) await on(side, "DROP USER 'repl'@'%'");
  });

  describe.each(['blue', 'green'] as const)('of the agent’s user on %s', (side) => {
    const user = "'cutover_agent'@'%'";
    const root = () => (side === 'blue' ? onBlue : onGreen);
    const beside = side === 'blue' ? 'SLAVE MONITOR' : 'SHOW_ROUTINE';

    test.each([
      'SELECT',
      'PROCESS',
      'REPLICATION CLIENT',
      'SHOW VIEW',
      'TRIGGER',
      'EVENT',
      'REPLICATION SLAVE',
      beside,
    ])('names %s where it lacks it', async (grant) => {
      const found = await foundWhile(
        () => on(root(), `REVOKE ${grant} ON *.* FROM ${user}`),
        () => on(root(), `GRANT ${grant} ON *.* TO ${user}`),
        `mysql.user-lacks.${side}`,
      );
      expect(found).toMatchObject({ severity: 'error', remedy: `On ${side}: GRANT ${grant} ON *.* TO ${user};` });
    });

    test('takes what comes by a role', async () => {
      await on(root(), "CREATE ROLE 'looks'", `GRANT TRIGGER, EVENT ON *.* TO 'looks'`, `GRANT 'looks' TO ${user}`);
      const how = side === 'blue' ? 'FOR' : 'TO';
      await on(root(), `SET DEFAULT ROLE 'looks' ${how} ${user}`, `REVOKE TRIGGER, EVENT ON *.* FROM ${user}`);
      try {
        expect(named(await inspect(), `mysql.user-lacks.${side}`)).toBeUndefined();
      } finally {
        await on(root(), `GRANT TRIGGER, EVENT ON *.* TO ${user}`, "DROP ROLE 'looks'");
      }
    });

    test('says what it has besides', async () => {
      const found = await foundWhile(
        () => on(root(), `GRANT CREATE USER, INSERT ON *.* TO ${user}`),
        () => on(root(), `REVOKE CREATE USER, INSERT ON *.* FROM ${user}`),
        `mysql.user-has-more.${side}`,
      );
      expect(found).toMatchObject({ severity: 'warning', message: expect.stringContaining('(INSERT, CREATE USER)') });
    });

    test.each([
      ['GRANT INSERT ON granted.* TO', 'REVOKE INSERT ON granted.* FROM', 'INSERT on `granted`.*'],
      [
        'GRANT UPDATE (id) ON granted.rows_of TO',
        'REVOKE UPDATE (id) ON granted.rows_of FROM',
        'UPDATE on `granted`.`rows_of`',
      ],
      [
        'GRANT ALL PRIVILEGES ON granted.* TO',
        'REVOKE ALL PRIVILEGES ON granted.* FROM',
        'ALL PRIVILEGES on `granted`.*',
      ],
      ['GRANT ALTER ROUTINE ON mysql.* TO', 'REVOKE ALTER ROUTINE ON mysql.* FROM', 'ALTER ROUTINE on `mysql`.*'],
      ['GRANT FILE ON *.* TO', 'REVOKE FILE ON *.* FROM', 'FILE'],
      ['GRANT SUPER ON *.* TO', 'REVOKE SUPER ON *.* FROM', 'SUPER'],
    ])('says what it has besides by %s', async (grant, revoke, more) => {
      await on(root(), 'CREATE DATABASE granted', 'CREATE TABLE granted.rows_of (id INT PRIMARY KEY)');
      const found = await foundWhile(
        () => on(root(), `${grant} ${user}`),
        () => on(root(), `${revoke} ${user}`),
        `mysql.user-has-more.${side}`,
      );
      await on(root(), 'DROP DATABASE granted');
      expect(found).toMatchObject({ severity: 'warning', message: expect.stringContaining(`(${more})`) });
    });

    test('says that it may hand on what it has', async () => {
      const found = await foundWhile(
        () => on(root(), `GRANT SELECT ON *.* TO ${user} WITH GRANT OPTION`),
        () => on(root(), `REVOKE GRANT OPTION ON *.* FROM ${user}`),
        `mysql.user-has-more.${side}`,
      );
      expect(found).toMatchObject({ message: expect.stringContaining('(GRANT OPTION)') });
    });

    test('takes EXECUTE on functions that smoke queries call', async () => {
      await on(root(), `GRANT EXECUTE ON granted.* TO ${user}`);
      try {
        expect(named(await inspect(), `mysql.user-has-more.${side}`)).toBeUndefined();
      } finally {
        await on(root(), `REVOKE EXECUTE ON granted.* FROM ${user}`);
      }
    });

    test('says that it may call all procedures of mysql, and which it calls', async () => {
      const word = side === 'blue' ? 'master' : 'source';
      expect(named(await inspect(), `mysql.user-calls-all.${side}`)).toMatchObject({
        severity: 'info',
        message: expect.stringContaining(`mysql.rds_set_external_${word}`),
        remedy: expect.stringContaining(`GRANT EXECUTE ON PROCEDURE mysql.rds_kill TO ${user};`),
      });
    });

    test('names procedures that it may not call, and takes grants on each', async () => {
      const word = side === 'blue' ? 'master' : 'source';
      const called = ['kill', `reset_external_${word}`, `set_external_${word}`, 'show_configuration'].map(
        (name) => `mysql.rds_${name}`,
      );
      const all = [...called, 'mysql.rds_start_replication', 'mysql.rds_stop_replication'];
      const grant = (names: readonly string[]) => names.map((name) => `GRANT EXECUTE ON PROCEDURE ${name} TO ${user}`);
      await on(root(), `REVOKE EXECUTE ON mysql.* FROM ${user}`, ...grant(called));
      try {
        expect(named(await inspect(), `mysql.user-lacks-procedures.${side}`)).toMatchObject({
          severity: 'error',
          message: expect.stringContaining('may not call mysql.rds_start_replication, mysql.rds_stop_replication:'),
          remedy: expect.stringContaining(`GRANT EXECUTE ON mysql.* TO ${user};`),
        });
        await on(root(), ...grant(all));
        const ids = (await inspect()).findings.map(({ id }) => id);
        const ofUser = new RegExp(`(user-(lacks|has|calls)|rds-procedures).*\\.${side}$`);
        expect(ids.filter((id) => ofUser.test(id))).toEqual([]);
      } finally {
        for (const name of all) await on(root(), `REVOKE EXECUTE ON PROCEDURE ${name} FROM ${user}`);
        await on(root(), `GRANT EXECUTE ON mysql.* TO ${user}`);
      }
    });

    test('wants to see that it may end sessions', async () => {
      const found = await foundWhile(
        () => on(root(), `REVOKE EXECUTE ON mysql.* FROM ${user}`),
        () => on(root(), `GRANT EXECUTE ON mysql.* TO ${user}`),
        `mysql.no-rds-procedures.${side}`,
      );
      expect(found).toMatchObject({ severity: 'error', remedy: expect.stringContaining('GRANT EXECUTE ON mysql.*') });
    });
  });

  test('does not take a database that the agent is kept out of for an empty one', async () => {
    const found = await foundWhile(
      () => on(onGreen, 'SET GLOBAL partial_revokes = ON', "REVOKE SELECT ON shop.* FROM 'cutover_agent'@'%'"),
      () => on(onGreen, "GRANT SELECT ON shop.* TO 'cutover_agent'@'%'", 'SET GLOBAL partial_revokes = OFF'),
      'mysql.user-lacks-databases.green',
    );
    expect(found).toMatchObject({ severity: 'error', message: expect.stringContaining('`shop`') });
  });

  test('wants logs of rows, and time to read them', async () => {
    expect(named(await inspect({ strategy: 'binlogReplica' }), 'mysql.binlog-retention.blue')).toMatchObject({
      severity: 'error',
      remedy: expect.stringContaining("CALL mysql.rds_set_configuration('binlog retention hours', 24);"),
    });
    await on(onBlue, "CALL mysql.rds_set_configuration('binlog retention hours', 24)");
    expect(named(await inspect({ strategy: 'binlogReplica' }), 'mysql.binlog-retention.blue')).toBeUndefined();
    const statements = await foundWhile(
      () => on(onBlue, 'SET GLOBAL binlog_format = STATEMENT', 'SET GLOBAL binlog_row_image = MINIMAL'),
      () => on(onBlue, 'SET GLOBAL binlog_format = ROW', 'SET GLOBAL binlog_row_image = FULL'),
      'mysql.binlog-format.blue',
    );
    expect(statements).toMatchObject({
      severity: 'error',
      remedy: expect.stringContaining('ParameterName=binlog_format'),
    });
  });

  test('names tables that the other side cannot hold or keep up with, with their sizes', async () => {
    await on(
      onBlue,
      'CREATE TABLE shop.legacy (id INT PRIMARY KEY) ENGINE=MyISAM',
      'CREATE TABLE shop.archive (id INT PRIMARY KEY) ROW_FORMAT=COMPRESSED',
      'CREATE TABLE shop.log (line TEXT)',
      'CREATE TABLE shop.pairs (a INT NOT NULL, b INT NOT NULL, UNIQUE (a, b))',
    );
    try {
      const promoted = await inspect();
      expect(named(promoted, 'mysql.not-innodb')).toMatchObject({
        severity: 'warning',
        message: expect.stringMatching(/shop\.legacy \(MyISAM, 0\.0 MiB\)/),
        remedy: 'ALTER TABLE `shop`.`legacy` ENGINE=InnoDB;',
      });
      expect(named(promoted, 'mysql.compressed-tables')?.message).toContain('shop.archive');
      expect(named(promoted, 'mysql.no-primary-key')?.message).toMatch(/: shop\.log \([\d.]+ MiB\)\./);
      expect(named(await inspect({ strategy: 'binlogReplica' }), 'mysql.not-innodb')?.severity).toBe('error');
      expect(named(await inspect({}, false), 'mysql.compressed-tables')).toBeUndefined();
    } finally {
      for (const table of ['legacy', 'archive', 'log', 'pairs']) await on(onBlue, `DROP TABLE shop.${table}`);
    }
  });

  test('names what is not data: a database tmp, events, definers who are gone', async () => {
    await on(
      onBlue,
      'CREATE DATABASE tmp',
      'CREATE EVENT shop.nightly ON SCHEDULE EVERY 1 DAY DO DELETE FROM shop.orders',
      "CREATE DEFINER='left'@'%' VIEW shop.open AS SELECT * FROM shop.orders",
    );
    try {
      const managed = await inspect({ strategy: 'managedBlueGreen', fromOnly: true });
      expect(named(managed, 'mysql.database-named-tmp')).toMatchObject({ severity: 'error' });
      expect(named(managed, 'mysql.events')?.remedy).toContain('ALTER EVENT `shop`.`nightly` ENABLE;');
      expect(named(managed, 'mysql.definers-missing.blue')).toMatchObject({
        message: expect.stringContaining('left@% (1)'),
        remedy: expect.stringContaining("CREATE USER 'left'@'%' ACCOUNT LOCK;"),
      });
      expect(named(await inspect(), 'mysql.database-named-tmp')).toBeUndefined();
    } finally {
      await on(onBlue, 'DROP VIEW shop.open', 'DROP EVENT shop.nightly', 'DROP DATABASE tmp');
    }
  });

  test('names events that nothing would stop for the switch', async () => {
    const event = 'shop.`ex``pire`';
    await on(onBlue, `CREATE EVENT ${event} ON SCHEDULE EVERY 1 DAY DO DELETE FROM shop.orders`);
    const run = () => on(onBlue, 'SET GLOBAL event_scheduler = ON');
    const stop = () => on(onBlue, 'SET GLOBAL event_scheduler = OFF');
    try {
      for (const strategy of ['promoteReplica', 'binlogReplica'] as const) {
        expect(await foundWhile(run, stop, 'mysql.events-run.blue', { strategy })).toMatchObject({
          severity: 'error',
          message: expect.stringMatching(/^blue .* runs scheduled events: `shop`\.`ex``pire`\..*the rollback is gone/),
          remedy: expect.stringContaining('ALTER EVENT `shop`.`ex``pire` DISABLE;'),
        });
      }
      // As green's would be, once users are there and want to go back.
      const back = { from: 'green', to: 'blue' } as const;
      expect(await foundWhile(run, stop, 'mysql.events-run.blue', back)).toMatchObject({ severity: 'error' });
      await on(onGreen, 'SET GLOBAL event_scheduler = OFF');
      expect(named(await inspect(), 'mysql.events')).toMatchObject({
        severity: 'warning',
        message: expect.stringContaining('event_scheduler is OFF on green: none of them runs there until it is ON'),
      });
      await run();
      await on(onBlue, `ALTER EVENT ${event} DISABLE`);
      expect((await inspect()).findings.filter(({ id }) => id.startsWith('mysql.events'))).toEqual([]);
    } finally {
      await stop();
      await on(onBlue, `DROP EVENT ${event}`);
      await on(onGreen, 'SET GLOBAL event_scheduler = ON');
    }
  });

  test.each(['blue', 'green'] as const)('names transactions of %s that no fence ends', async (side) => {
    const xa = await stage.root(side === 'blue' ? blue : green);
    await on(xa, 'CREATE DATABASE IF NOT EXISTS shop', 'CREATE TABLE shop.ledger (id INT PRIMARY KEY)');
    const found = await foundWhile(
      () =>
        on(
          xa,
          "XA START 'transfer'",
          'INSERT INTO shop.ledger VALUES (1)',
          "XA END 'transfer'",
          "XA PREPARE 'transfer'",
          // InnoDB shows its transactions as they were up to 0.1 s ago.
          'DO SLEEP(0.2)',
        ),
      () => on(xa, "XA ROLLBACK 'transfer'", 'DROP TABLE shop.ledger'),
      `mysql.prepared-transactions.${side}`,
    );
    expect(found).toMatchObject({
      severity: 'warning',
      message: expect.stringMatching(/has 1 transactions that were prepared/),
    });
  });

  test.each([
    ['binlog_transaction_compression', 'ON', 'mysql.binlog-transaction-compression.green'],
    ['binlog_row_value_options', 'PARTIAL_JSON', 'mysql.binlog-row-value-options.green'],
  ])('tells that with %s the freeze would compare every row', async (setting, value, id) => {
    const found = await foundWhile(
      () => on(onGreen, `SET GLOBAL ${setting} = '${value}'`),
      () => on(onGreen, `SET GLOBAL ${setting} = DEFAULT`),
      id,
    );
    expect(found).toMatchObject({
      severity: 'warning',
      message: expect.stringMatching(/would compare every row instead of those that have changed/),
      remedy: expect.stringContaining(`ParameterName=${setting},ParameterValue=`),
    });
  });

  test('names users whom the other side cannot authenticate', async () => {
    const found = await foundWhile(
      () => on(onBlue, "CREATE USER 'old'@'%' IDENTIFIED BY 'x'"),
      () => on(onBlue, "DROP USER 'old'@'%'"),
      'mysql.authentication-plugins',
    );
    expect(found).toMatchObject({
      severity: 'error',
      message: expect.stringMatching(/old@% \(mysql_native_password\).*caching_sha2_password/),
    });
    // Anyone who has an account there already signs in by it.
    await on(onBlue, "CREATE USER 'both'@'%' IDENTIFIED BY 'x'");
    await on(onGreen, "CREATE USER 'both'@'%' IDENTIFIED BY 'x'");
    expect(named(await inspect(), 'mysql.authentication-plugins')).toBeUndefined();
    await on(onBlue, "DROP USER 'both'@'%'");
  });

  test('names definitions that are being changed, and never the statement', async () => {
    const user = await stage.user(blue, 'both', 'shop');
    await user.query('START TRANSACTION');
    await user.query("INSERT INTO orders VALUES (1, 'new')");
    const altering = onBlue.query("ALTER TABLE shop.orders ADD COLUMN secret VARCHAR(9) DEFAULT 'private'");
    const result = await inspect();
    expect(named(result, 'mysql.running-ddl.blue')?.message).toMatch(/ALTER by rdsadmin \(\d+, \d+ s\)/);
    expect(JSON.stringify(result)).not.toContain('private');
    await user.query('ROLLBACK');
    await altering;
    await on(onBlue, "DROP USER 'both'@'%'");
  });

  test('shows what is set otherwise as a diff', async () => {
    await on(onGreen, 'SET GLOBAL wait_timeout = 600');
    const { message } = named(await inspect(), 'mysql.settings-differ') ?? {};
    expect(message).toMatch(/wait_timeout −28800 \+600/);
    expect(message).toMatch(/sql_mode[^;]* −NO_AUTO_CREATE_USER[^;]* \+ONLY_FULL_GROUP_BY/);
    await on(onGreen, 'SET GLOBAL wait_timeout = 28800');
  });

  test('wants global transaction ids on both sides or on neither', async () => {
    const without = await stage.database({
      engine: 'mysql',
      settings: { gtid_mode: 'OFF', enforce_gtid_consistency: 'OFF' },
    });
    const databases = await stage.databases(stage.endpoint(without), stage.endpoint(green));
    const args = { from: 'blue', to: 'green', strategy: 'binlogReplica', fromOnly: false } as const;
    expect(named(await preflight(databases, args, listener()), 'mysql.gtid-mode')).toMatchObject({
      severity: 'error',
      message: expect.stringMatching(/gtid_mode is OFF on blue .* and ON on green/),
    });
    expect(named(await inspect(), 'mysql.gtid-mode')).toBeUndefined();
  });

  test('wants a connection for everyone, and some for itself', async () => {
    const found = await foundWhile(
      () => on(onGreen, 'SET GLOBAL max_connections = 10'),
      () => on(onGreen, 'SET GLOBAL max_connections = 300'),
      'mysql.no-free-connections.green',
    );
    expect(found).toMatchObject({
      severity: 'error',
      remedy: expect.stringContaining('mysql.connections --side green'),
    });
  });

  test.each([
    ['for the agent at all', 'SET GLOBAL max_connections = 1'],
    ['for its second connection', 'SET GLOBAL max_connections = 2'],
    ['that its user may have', "ALTER USER 'cutover_agent'@'%' WITH MAX_USER_CONNECTIONS 1"],
  ])('finds that there is no connection left %s, and does not fail of it', async (_, limit) => {
    await on(onGreen, limit);
    try {
      const result = await inspect();
      expect(result.errors).toBe(1);
      expect(named(result, 'mysql.no-free-connections.green')).toMatchObject({
        severity: 'error',
        message: expect.stringMatching(/^green \(127\.0\.0\.1:\d+\) has no connection left for the agent/),
      });
    } finally {
      const user = "ALTER USER 'cutover_agent'@'%' WITH MAX_USER_CONNECTIONS 0";
      await on(onGreen, 'SET GLOBAL max_connections = 300', user);
    }
  });

  test('wants sides that can be written to', async () => {
    const blueReadOnly = await foundWhile(
      () => on(onBlue, 'SET GLOBAL read_only = 1'),
      () => on(onBlue, 'SET GLOBAL read_only = 0'),
      'mysql.read-only.blue',
    );
    expect(blueReadOnly?.severity).toBe('error');
    const greenReadOnly = (strategy: DatabasePreflightArgs['strategy']) =>
      foundWhile(
        () => on(onGreen, 'SET GLOBAL read_only = 1'),
        () => on(onGreen, 'SET GLOBAL read_only = 0'),
        'mysql.read-only.green',
        { strategy },
      );
    await expect(greenReadOnly('binlogReplica')).resolves.toMatchObject({ severity: 'error' });
    // Until it is promoted a replica is.
    await expect(greenReadOnly('promoteReplica')).resolves.toBeUndefined();
  });

  test('tells that both sides are one server', async () => {
    const databases = await stage.databases(stage.endpoint(green));
    const args = { from: 'blue', to: 'green', strategy: 'binlogReplica', fromOnly: false } as const;
    const result = await preflight(databases, args, listener());
    expect(named(result, 'mysql.same-server')).toMatchObject({ severity: 'error' });
  });

  test('tells that a server is not the one of the configuration', async () => {
    const databases = await stage.databases(
      stage.endpoint(blue),
      stage.endpoint(green, { engine: 'aurora-mysql', engineVersion: '8.0.mysql_aurora.3.08.0' }),
    );
    const args = { from: 'blue', to: 'green', strategy: 'binlogReplica', fromOnly: false } as const;
    expect(named(await preflight(databases, args, listener()), 'mysql.version-differs.green')?.message).toMatch(
      /runs 9\.\d.*configuration says 8\.0\.mysql_aurora/,
    );
  });
});
