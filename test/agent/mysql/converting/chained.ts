import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Databases } from '../../../../agent/sql/databases';
import type { Conversion, DatabaseMigrationConfiguration } from '../../../../contract/database';
import type { MysqlDialectName } from '../../../../rehearsal/engines/sql/rds/dialect';
import { AGENT_USER } from '../../../../rehearsal/engines/sql/rds/mysql/agent-user';
import { type Following, Replica } from '../../../../rehearsal/engines/sql/rds/replica';
import type { DatabaseStage, RdsDatabase } from '../stage';

/** Blue, the converting replica that follows it, and green, which follows that one. */
export class Chained {
  private constructor(
    private readonly stage: DatabaseStage,
    readonly engine: MysqlDialectName,
    readonly blue: RdsDatabase,
    readonly middle: RdsDatabase,
    readonly green: RdsDatabase,
    readonly onBlue: Connection,
    readonly onMiddle: Connection,
    readonly onGreen: Connection,
  ) {}

  /** @param settings of the converting replica */
  static async start(
    stage: DatabaseStage,
    engine: MysqlDialectName,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<Chained> {
    const logs: Record<string, string> = engine === 'mariadb' ? { log_slave_updates: 'ON' } : {};
    const [blue, middle, green] = await Promise.all([
      stage.database({ engine, settings: { log_output: 'TABLE', general_log: 'ON' } }),
      stage.database({ engine, settings: { ...logs, ...settings } }),
      stage.database({ engine, settings: logs }),
    ]);
    const [onBlue, onMiddle, onGreen] = [await stage.root(blue), await stage.root(middle), await stage.root(green)];
    const chained = new Chained(stage, engine, blue, middle, green, onBlue, onMiddle, onGreen);
    await onMiddle.query('SET SESSION sql_log_bin = 0');
    await onMiddle.query(`GRANT ALTER, CREATE, INSERT, INDEX ON *.* TO '${AGENT_USER}'@'%'`);
    await onMiddle.query('SET SESSION sql_log_bin = 1');
    await new Replica(middle.server, onMiddle).follow(
      blue.server,
      await new Replica(blue.server, onBlue).logPosition(),
    );
    return chained;
  }

  /** After a restart of the converting replica. */
  async again(): Promise<Chained> {
    const { stage, engine, blue, middle, green, onBlue, onGreen } = this;
    return new Chained(stage, engine, blue, middle, green, onBlue, await stage.root(middle), onGreen);
  }

  /** Green is made of the converting replica as it is now, which is as it was at the beginning of its log. */
  async makeGreen(): Promise<void> {
    const [logs] = await this.onMiddle.query<RowDataPacket[]>('SHOW BINARY LOGS');
    const from = { file: String(logs[0]?.Log_name), position: 4 };
    await this.onGreen.query('SET GLOBAL read_only = OFF');
    await new Replica(this.green.server, this.onGreen).follow(this.middle.server, from);
  }

  databases(
    conversions: readonly Conversion[],
    more: Partial<DatabaseMigrationConfiguration> = {},
  ): Promise<Databases> {
    const { stage, blue, middle, green } = this;
    return stage.databases(stage.endpoint(blue), stage.endpoint(green), {
      strategy: 'promoteReplica',
      converting: { endpoint: stage.endpoint(middle), conversions, maxLagSeconds: 600 },
      ...more,
    });
  }

  /** Resolves once the converting replica has what blue has. */
  async applied(on: Connection = this.onMiddle, of: Connection = this.onBlue, database = this.blue): Promise<void> {
    const server = on === this.onMiddle ? this.middle.server : this.green.server;
    const position = await new Replica(database.server, of).logPosition();
    await new Replica(server, on).reach(position, AbortSignal.timeout(30_000));
  }

  async greenHasAll(): Promise<void> {
    await this.applied();
    await this.applied(this.onGreen, this.onMiddle, this.middle);
  }

  /** What the converting replica says of its replication. */
  following(): Promise<Following | undefined> {
    return new Replica(this.middle.server, this.onMiddle).following();
  }

  /** Resolves once both of its threads run: a connection that the source has cut is made again by the server itself. */
  async follows(): Promise<void> {
    const deadline = performance.now() + 30_000;
    for (;;) {
      const now = await this.following();
      if (now?.receiving && now.applying && now.error === '') return;
      if (performance.now() > deadline) throw new Error(`It does not follow blue: ${JSON.stringify(now)}.`);
      await sleep(50);
    }
  }

  /** What of a table the information schema says. */
  async engineOf(on: Connection, table: string): Promise<string> {
    const [rows] = await on.query<RowDataPacket[]>(
      "SELECT engine AS engine, row_format AS format FROM information_schema.tables WHERE CONCAT(table_schema, '.', table_name) = ?",
      [table],
    );
    return `${rows[0]?.engine} ${rows[0]?.format}`;
  }

  async indexesOf(on: Connection, table: string): Promise<readonly string[]> {
    const [rows] = await on.query<RowDataPacket[]>(`SHOW INDEX FROM ${table}`);
    return [...new Set(rows.map((row) => String(row.Key_name)))];
  }

  /** What the agent has had blue do, by blue's general log. */
  async statementsOnBlue(): Promise<readonly string[]> {
    const [rows] = await this.onBlue.query<RowDataPacket[]>(
      "SELECT command_type AS kind, CONVERT(argument USING utf8mb4) AS argument FROM mysql.general_log WHERE user_host LIKE ? AND command_type NOT IN ('Connect', 'Quit')",
      [`%${AGENT_USER}%`],
    );
    return rows.map(({ kind, argument }) => `${kind} ${argument}`);
  }

  /** Resolves once a statement like this one runs on the converting replica. */
  async runsOnMiddle(like: string): Promise<number> {
    for (;;) {
      const [rows] = await this.onMiddle.query<RowDataPacket[]>(
        'SELECT id AS id FROM information_schema.processlist WHERE info LIKE ? AND id <> CONNECTION_ID()',
        [like],
      );
      if (rows[0] !== undefined) return Number(rows[0].id);
      await sleep(5);
    }
  }
}
