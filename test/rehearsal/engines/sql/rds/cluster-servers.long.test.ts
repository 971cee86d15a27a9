import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { systemClock } from '../../../../../rehearsal/aws/clock';
import { Identifiers } from '../../../../../rehearsal/aws/identifiers';
import { Rds } from '../../../../../rehearsal/aws/rds/rds';
import { type DatabaseServer, startDatabase } from '../../../../../rehearsal/engines/sql/database-server';
import { asRds, type MasterUser } from '../../../../../rehearsal/engines/sql/rds/as-rds';
import { ClusterServers } from '../../../../../rehearsal/engines/sql/rds/cluster-servers';
import { callerOf } from '../../../aws/test-environment';

// The first run fetches packages and makes data directories.
jest.setTimeout(300_000);

const ENGINES = [
  {
    engine: 'mariadb' as const,
    version: '5.7.mysql_aurora.2.11.6',
    group: 'aurora-mysql5.7',
    setSource: 'rds_set_external_master',
    resetSource: 'rds_reset_external_master',
    status: 'SHOW SLAVE STATUS',
    ssl: 0,
  },
  {
    engine: 'mysql' as const,
    version: '8.0.mysql_aurora.3.08.2',
    group: 'aurora-mysql8.0',
    setSource: 'rds_set_external_source',
    resetSource: 'rds_reset_external_source',
    status: 'SHOW REPLICA STATUS',
    ssl: 1,
  },
];

describe.each(ENGINES)('$engine behind RDS', ({ engine, version, group, setSource, resetSource, status, ssl }) => {
  let servers: ClusterServers;
  let blue: DatabaseServer;
  let admin: MasterUser;
  const connections: Connection[] = [];

  beforeAll(async () => {
    servers = new ClusterServers();
    blue = await startDatabase({ engine });
    servers.add(blue, 'blue');
    admin = await asRds(blue);
    const database = await signIn(blue);
    await database.query('CREATE DATABASE shop');
    await database.query('CREATE TABLE shop.orders (id INT PRIMARY KEY AUTO_INCREMENT, text VARCHAR(20))');
  });
  afterEach(() => {
    for (const connection of connections.splice(0)) connection.destroy();
  });
  afterAll(() => servers?.stop());

  async function signIn(server: DatabaseServer): Promise<Connection> {
    const { user, password } = admin;
    const connection = await createConnection({ host: server.host, port: server.port, user, password });
    connection.on('error', () => undefined);
    connections.push(connection);
    return connection;
  }

  async function ids(server: DatabaseServer, using?: Connection): Promise<number[]> {
    const database = using ?? (await signIn(server));
    const [rows] = await database.query<RowDataPacket[]>('SELECT id FROM shop.orders ORDER BY id');
    return rows.map(({ id }) => Number(id));
  }

  /** Writes one after the other until it is told to stop or cannot any more; gives what was acknowledged. */
  function writer() {
    const acknowledged: number[] = [];
    let stopped = false;
    const done = (async () => {
      const database = await signIn(blue);
      while (!stopped) {
        const answer = await database.query("INSERT INTO shop.orders (text) VALUES ('order')").catch(() => undefined);
        if (answer === undefined) return;
        acknowledged.push((answer[0] as { insertId: number }).insertId);
        await sleep(1);
      }
    })();
    return {
      acknowledged,
      async stop() {
        stopped = true;
        await done;
      },
    };
  }

  test('a switchover that takes too long leaves both as they were', async () => {
    await servers.createGreen({ blue: 'blue', green: 'green' });
    const green = servers.serverOf('green');
    const { host, port, user, password } = green;
    const holder = await createConnection({ host, port, user, password, database: 'shop' });
    connections.push(holder);
    await holder.query('LOCK TABLES orders READ');
    await (await signIn(blue)).query("INSERT INTO shop.orders (text) VALUES ('held up')");

    const late = new AbortController();
    let renamed = false;
    const rename = () => {
      renamed = true;
    };
    const switchover = servers.switchOver({ blue: 'blue', green: 'green', signal: late.signal, rename });
    setTimeout(() => late.abort(new Error('The time is up.')), 200);
    await expect(switchover).rejects.toThrow('The time is up.');
    expect(renamed).toBe(false);

    await holder.query('UNLOCK TABLES');
    await (await signIn(blue)).query("INSERT INTO shop.orders (text) VALUES ('as before')");
    const reader = await signIn(green);
    while ((await ids(green, reader)).length < 2) await sleep(20);
    await expect(reader.query('DELETE FROM shop.orders')).rejects.toThrow(/read.only/);
  });

  test('a clone has what was committed, and carries a replication configuration that does not run', async () => {
    const load = writer();
    const database = await signIn(blue);
    await database.query(
      `CALL mysql.${setSource}('127.0.0.1', 1, 'somebody', 'else', 'mysql-bin-changelog.000001', 4, 0)`,
    );
    const acknowledged = await new Promise<number[]>((resolve) => {
      void sleep(100).then(() => resolve([...load.acknowledged]));
    });
    await servers.clone('blue', 'copy');
    await load.stop();
    const copy = servers.serverOf('copy');
    expect(missing(acknowledged, await ids(copy))).toEqual([]);
    const [rows] = await (await signIn(copy)).query<RowDataPacket[]>(status);
    expect(rows).toMatchObject([{ [engine === 'mysql' ? 'Replica_IO_Running' : 'Slave_IO_Running']: 'No' }]);
    await (await signIn(copy)).query("INSERT INTO shop.orders (text) VALUES ('its own')");
    await database.query(`CALL mysql.${resetSource}`);
  });

  test('a switchover under load loses nothing, and the old blue can follow from its coordinates', async () => {
    const environment = { account: '111122223333', region: 'eu-west-1', clock: systemClock, ids: new Identifiers('t') };
    const rds = new Rds({ environment, backend: servers });
    rds.parameterGroups.add('shop', group, { binlog_format: 'ROW' });
    const cluster = rds.databases.addCluster({
      identifier: 'shop',
      engine: 'aurora-mysql',
      engineVersion: version,
      parameterGroup: 'shop',
      instances: [{ identifier: 'shop-1', instanceClass: 'db.r6g.large' }],
    });
    servers.add(blue, cluster.resourceId, ...rds.databases.members(cluster).map(({ resourceId }) => resourceId));
    const { call } = callerOf(environment, rds);
    const deployment = async () => {
      const { BlueGreenDeployments } = (await call('describeBlueGreenDeployments')) as {
        BlueGreenDeployments: { BlueGreenDeploymentIdentifier: string; Status: string; StatusDetails?: string }[];
      };
      return BlueGreenDeployments[0];
    };

    const load = writer();
    await call('createBlueGreenDeployment', {
      BlueGreenDeploymentName: 'shop',
      Source: rds.databases.clusterArn(cluster),
      TargetDBClusterParameterGroupName: 'shop',
    });
    await rds.settled();
    expect(await deployment()).toMatchObject({ Status: 'AVAILABLE' });
    const copied = load.acknowledged.length;
    const [, greenCluster] = rds.databases.clusters;
    const green = servers.serverOf(greenCluster?.resourceId ?? '');
    await expect((await signIn(green)).query("INSERT INTO shop.orders (text) VALUES ('no')")).rejects.toThrow(
      /read.only/,
    );

    const id = { BlueGreenDeploymentIdentifier: (await deployment())?.BlueGreenDeploymentIdentifier };
    const database = await signIn(blue);
    const leftOver = `'127.0.0.1', 1, 'somebody', 'else', 'mysql-bin-changelog.000001', 4, 0`;
    await database.query(`CALL mysql.${setSource}(${leftOver})`);
    await call('switchoverBlueGreenDeployment', id);
    await rds.settled();
    expect(await deployment()).toMatchObject({
      Status: 'SWITCHOVER_FAILED',
      StatusDetails: expect.stringContaining('external replication on the blue environment'),
    });
    await database.query(`CALL mysql.${resetSource}`);

    await call('switchoverBlueGreenDeployment', id);
    await rds.settled();
    expect(await deployment()).toMatchObject({ Status: 'SWITCHOVER_COMPLETED' });
    await load.stop();
    expect(load.acknowledged.length).toBeGreaterThan(copied);
    expect(missing(load.acknowledged, await ids(green))).toEqual([]);
    expect(await ids(blue)).toEqual(await ids(green));

    const [, to] = [await signIn(green), await signIn(blue)];
    await expect(to.query("INSERT INTO shop.orders (text) VALUES ('no')")).rejects.toThrow(/read.only/);
    const written = await signIn(green);
    await written.query("INSERT INTO shop.orders (text) VALUES ('after')");
    expect((await written.query<RowDataPacket[]>(status))[0]).toEqual([]);

    const events = await call('describeEvents', { SourceType: 'db-instance', EventCategories: ['notification'] });
    const [, file, position] = /file (\S+) and position (\d+)/.exec(JSON.stringify(events)) ?? [];
    await written.query("CREATE USER replicator@'%' IDENTIFIED BY 'secret'");
    await written.query("GRANT REPLICATION SLAVE ON *.* TO replicator@'%'");
    await to.query(
      `CALL mysql.${setSource}('127.0.0.1', ${green.port}, 'replicator', 'secret', '${file}', ${position}, ${ssl})`,
    );
    await to.query('CALL mysql.rds_start_replication');
    while ((await ids(blue, to)).length < (await ids(green, written)).length) await sleep(20);

    await call('rebootDBInstance', { DBInstanceIdentifier: 'shop-1-old1' });
    await rds.settled();
    const rebooted = await signIn(blue);
    await rebooted.query("INSERT INTO shop.orders (id, text) VALUES (1000000, 'un-fenced')");
  });
});

function missing(acknowledged: readonly number[], there: readonly number[]): number[] {
  const found = new Set(there);
  return acknowledged.filter((id) => !found.has(id));
}
