import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { GroupOptions } from '../../../../rehearsal/clients/client-group';
import { fillDatabase } from '../../../../rehearsal/clients/sql/data/fill-database';
import { SCHEMA } from '../../../../rehearsal/clients/sql/data/tables';
import { openMysql } from '../../../../rehearsal/clients/sql/mysql/mysql-database';
import type { SqlRole } from '../../../../rehearsal/clients/sql/protocol';
import { SqlLoad } from '../../../../rehearsal/clients/sql/sql-load';
import { type DatabaseServer, startDatabase } from '../../../../rehearsal/engines/sql/database-server';
import { DnsServer } from '../../../../rehearsal/network/dns-server';
import { FirewalledEndpoint } from '../../../../rehearsal/network/firewalled-endpoint';
import { claimLoopbackNetwork, type LoopbackNetwork } from '../../../../rehearsal/network/loopback-network';
import { AllowList } from '../../network/allow-list';

export type Side = 'blue' | 'green';
const APPLICATION = { username: 'application', password: 'secret' };

/** Two servers behind firewalls on one port, a record of the writer and one of readers. Green follows blue. */
export class TwoDatabases {
  static async start(): Promise<TwoDatabases> {
    const network = await claimLoopbackNetwork();
    const [blue, green] = await Promise.all([
      startDatabase({ engine: 'mariadb', version: '10.11' }),
      startDatabase({ engine: 'mariadb', version: '10.11' }),
    ]);
    const databases = new TwoDatabases(network, { blue, green });
    await databases.connect();
    return databases;
  }

  readonly rules = { blue: new AllowList(), green: new AllowList() };
  private readonly opened: (() => Promise<void> | void)[] = [];
  private readonly serving: Record<'writer' | 'reader', Side> = { writer: 'blue', reader: 'blue' };
  private readonly endpoints: Partial<Record<Side, FirewalledEndpoint>> = {};
  private dns?: DnsServer;

  private constructor(
    readonly network: LoopbackNetwork,
    readonly servers: Readonly<Record<Side, DatabaseServer>>,
  ) {}

  private async connect(): Promise<void> {
    for (const [index, side] of (['blue', 'green'] as const).entries()) {
      this.rules[side].authorize({ cidr: this.network.cidr });
      const listen = { host: this.network.address(10 + index), port: 3306 };
      this.endpoints[side] = await FirewalledEndpoint.start({
        name: side,
        listen,
        target: this.servers[side],
        firewall: this.rules[side],
      });
    }
    const recordSets = (name: string) => {
      const what = name === 'db.internal.example' ? 'writer' : name === 'db-ro.internal.example' ? 'reader' : undefined;
      if (what === undefined) return [];
      return [{ name, type: 'A' as const, ttl: 1, values: [this.endpoint(this.serving[what]).host] }];
    };
    this.dns = await DnsServer.start({ zones: [{ apex: 'internal.example', recordSets }] });
    await this.follow();
    await fillDatabase(this.servers.blue, { rows: 3_000, seed: 'test', application: APPLICATION });
    await this.caughtUp('green', 'blue');
  }

  private async follow(): Promise<void> {
    const { host, port, user, password } = this.servers.blue;
    await this.run(
      'green',
      `CHANGE MASTER TO MASTER_HOST='${host}', MASTER_PORT=${port}, MASTER_USER='${user}', MASTER_PASSWORD='${password}', MASTER_USE_GTID=slave_pos`,
      'START SLAVE',
      'SET GLOBAL read_only = ON',
    );
  }

  /** Every test begins with the same data, on blue, with green following it. */
  async reset(): Promise<void> {
    this.serving.writer = 'blue';
    this.serving.reader = 'blue';
    this.rules.blue.authorize({ cidr: this.network.cidr });
    await this.run('green', 'STOP SLAVE');
    await this.run('blue', 'SET GLOBAL read_only = OFF');
    for (const side of ['blue', 'green'] as const) {
      // Both begin with an empty log: whatever a test wrote on one side alone is not followed.
      await this.run(
        side,
        'SET sql_log_bin = 0',
        `DROP DATABASE IF EXISTS ${SCHEMA}`,
        "DROP USER IF EXISTS application@'%'",
      );
      await this.run(side, 'RESET MASTER', "SET GLOBAL gtid_slave_pos = ''");
    }
    await this.follow();
    await fillDatabase(this.servers.blue, { rows: 3_000, seed: 'test', application: APPLICATION });
    await this.caughtUp('green', 'blue');
  }

  endpoint(side: Side): FirewalledEndpoint {
    const endpoint = this.endpoints[side];
    if (endpoint === undefined) throw new Error('not connected');
    return endpoint;
  }

  async load(groups: readonly GroupOptions<SqlRole>[]): Promise<SqlLoad> {
    if (this.dns === undefined) throw new Error('not connected');
    const load = await SqlLoad.start({
      engine: this.servers.blue.engine,
      recordName: 'db.internal.example',
      readerName: 'db-ro.internal.example',
      port: 3306,
      dns: this.dns,
      sides: { blue: this.endpoint('blue'), green: this.endpoint('green') },
      serverIds: { blue: this.servers.blue.port, green: this.servers.green.port },
      credentials: APPLICATION,
      groups,
      seed: 'test',
      // A machine under load is slow to answer; a side without client ingress never does.
      timing: { connectTimeoutMs: 3_000, commandTimeoutMs: 15_000, backoffMs: [20, 200] },
    });
    this.opened.push(() => load.kill());
    return load;
  }

  pointTo(side: Side, what: 'writer' | 'reader' = 'writer'): void {
    this.serving[what] = side;
  }

  /** Nobody new, and nobody who is there. */
  async fence(side: Side): Promise<void> {
    this.rules[side].revoke({ cidr: this.network.cidr });
    await this.hangUp(side);
  }

  async hangUp(side: Side): Promise<void> {
    await this.run(side, `KILL USER ${APPLICATION.username}`);
  }

  /** Waits until green has all that blue has, and makes it a server of its own. */
  async promoteGreen(): Promise<void> {
    await this.caughtUp('green', 'blue');
    await this.run('green', 'STOP SLAVE', 'RESET SLAVE ALL', 'SET GLOBAL read_only = OFF');
  }

  async run(side: Side, ...statements: string[]): Promise<RowDataPacket[]> {
    const database: Connection = await openMysql(this.servers[side]);
    try {
      let rows: RowDataPacket[] = [];
      for (const statement of statements) [rows] = await database.query<RowDataPacket[]>(statement);
      return rows;
    } finally {
      database.destroy();
    }
  }

  async caughtUp(replica: Side, source: Side): Promise<void> {
    const [at] = await this.run(source, 'SELECT @@gtid_binlog_pos AS position');
    const [done] = await this.run(replica, `SELECT MASTER_GTID_WAIT('${at?.position}', 30) AS late`);
    if (done?.late !== 0) throw new Error(`${replica} does not catch up with ${source}`);
  }

  async stop(): Promise<void> {
    for (const close of this.opened) await close();
    await Promise.all(Object.values(this.endpoints).map((endpoint) => endpoint.stop()));
    await this.dns?.stop();
    await Promise.all([this.servers.blue.stop(), this.servers.green.stop()]);
    await this.network.release();
  }
}
