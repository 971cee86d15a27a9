import type { Direction, Finding, Side } from './common';

/** A migration of databases, whatever they speak: its configuration, and what the verbs of the agent take and give. */

export interface QueryCheckArgs {
  /** The side that serves. */
  readonly side: Side;
  /** Which of the configuration's queries. */
  readonly check: string;
  readonly timeoutSeconds: number;
}

export type DatabaseEngine = 'mysql' | 'aurora-mysql' | 'postgres' | 'aurora-postgresql';

/** How green comes to hold blue's data, and to be written to. */
export type DatabaseStrategy = 'managedBlueGreen' | 'promoteReplica' | 'binlogReplica';

/** A database as the agent reaches it. */
export interface DatabaseEndpoint {
  /** Of the writer: where the side accepts writes once it serves. */
  readonly host: string;
  /** Of a reader, or of the reader endpoint. Absent: the side has none. */
  readonly readerHost?: string;
  readonly port: number;
  readonly tls: boolean;
  /** The name the server's certificate is verified against. Absent: `host`. */
  readonly serverName?: string;
  /** Secrets Manager ARN of JSON with `username` and `password`, as RDS writes it. */
  readonly secretArn: string;
  readonly engine: DatabaseEngine;
  /** As RDS spells it, e.g. `8.0.mysql_aurora.3.08.0`, `5.7.44`, `16.4`. */
  readonly engineVersion: string;
}

/**
 * A server that an argument or a result names: a side, or the converting replica between the two. Clients are never sent to
 * that one, and it never serves.
 */
export type ChainServer = Side | 'converting';

/** What the converting replica is to hold otherwise than blue. Tables are `schema.table`, as the comparison names them. */
export type Conversion =
  /** `tables` absent: every table of the applications of another engine. */
  | { readonly kind: 'toInnoDb'; readonly tables?: readonly string[] | undefined }
  /** `tables` absent: every compressed table. */
  | { readonly kind: 'toDynamic'; readonly tables?: readonly string[] | undefined }
  | {
      readonly kind: 'addIndex';
      readonly table: string;
      readonly name: string;
      readonly columns: readonly string[];
      readonly unique?: boolean | undefined;
    }
  /** `ALTER TABLE`, `CREATE INDEX` and `DROP INDEX` of one table each, of which it can be told whether they are done. */
  | {
      readonly kind: 'statements';
      readonly statements: readonly string[];
      /** They may add, drop and change columns. @default false */
      readonly changesColumns?: boolean | undefined;
    };

/** An RDS for MySQL replica of blue that holds what green cannot, or should not, have from blue as it is; green replicates from it. */
export interface ConvertingReplicaConfiguration {
  readonly endpoint: DatabaseEndpoint;
  readonly conversions: readonly Conversion[];
  /** While it is converted it does not follow blue: it catches up once it is as late as this. */
  readonly maxLagSeconds: number;
}

/** A query of the user's own that must work on green's full data, and answer as blue does. Reads only. */
export interface SmokeQuery {
  readonly name: string;
  readonly sql: string;
  /** The schema (MySQL) or database (PostgreSQL) it runs in. */
  readonly database: string;
}

/** A query of the user's own that tells whether all is well on the side that serves. Reads only. */
export interface QueryOfCheck {
  /** The check that it belongs to. */
  readonly check: string;
  readonly sql: string;
  /** The schema (MySQL) or database (PostgreSQL) it runs in. */
  readonly database: string;
  readonly expect: ExpectedAnswer;
}

/** What a query must answer: one of these, or a range of rows or values. */
export interface ExpectedAnswer {
  readonly rowsAtLeast?: number;
  readonly rowsAtMost?: number;
  /** Of the one row with one column, as text. */
  readonly valueIs?: string;
  readonly valueAtLeast?: number;
  readonly valueAtMost?: number;
}

/** The value (JSON) of the migration's configuration parameter, `/cdk-cutover/<migrationName>/configuration`. */
export interface DatabaseMigrationConfiguration {
  readonly migrationName: string;
  readonly kind: 'database';
  readonly strategy: DatabaseStrategy;
  /** Fully qualified, no trailing dot; of the writer. Absent with managed blue/green, which keeps the endpoint's name. */
  readonly recordName?: string;
  readonly recordTtlSeconds: number;
  readonly blue: DatabaseEndpoint;
  readonly green: DatabaseEndpoint;
  readonly smokeQueries: readonly SmokeQuery[];
  /** Those of checks. @default - none */
  readonly checkQueries?: readonly QueryOfCheck[];
  /**
   * Secrets Manager ARN of the user that the reverse replication signs in as (`username`, `password`): REPLICATION
   * SLAVE and nothing more. Absent: the side's own secret.
   */
  readonly replicationSecretArn?: string;
  /** Absent: green replicates from blue itself. */
  readonly converting?: ConvertingReplicaConfiguration;
}

export interface DatabasePreflightArgs extends Direction {
  readonly strategy: DatabaseStrategy;
  /** `to` does not exist yet (managed blue/green): only `from` is looked at. */
  readonly fromOnly: boolean;
  /** From where in the log of `from` `to` is to begin to follow. Absent or null: it has begun, or RDS sees to it. */
  readonly begin?: BinlogPosition | null;
}

export interface DatabasePreflightResult {
  readonly findings: readonly Finding[];
  /** How many of the findings are errors, so that a Choice state need not count. */
  readonly errors: number;
  readonly tables: number;
  readonly bytes: number;
}

/** Where a server's binary log stands. `gtid` where the engine has them on. */
export interface BinlogPosition {
  readonly file: string;
  readonly position: number;
  readonly gtid?: string;
}

export interface ReplicaStatus {
  readonly side: ChainServer;
  /** Not configured at all, which is not the same as configured and stopped. */
  readonly configured: boolean;
  /** PostgreSQL: the subscription's name. MySQL: the channel, '' for the default one. */
  readonly channel: string;
  readonly source?: string;
  readonly receiving: boolean;
  readonly applying: boolean;
  readonly lagSeconds?: number;
  /** Position in the source's log up to which everything has been applied. */
  readonly applied?: BinlogPosition;
  readonly error?: string;
}

export interface DatabaseStatusResult {
  readonly replicas: readonly ReplicaStatus[];
}

/** Which of the two data flows to. The converting replica: the first part of the way alone. */
export interface ChainDirection {
  readonly from: Side;
  readonly to: ChainServer;
}

export interface SmokeArgs extends Direction {
  /** Read the tables' and indexes' pages of `to` into memory first. */
  readonly warmUp: boolean;
}

export interface SmokeResult {
  readonly queries: readonly {
    readonly name: string;
    readonly rows: number;
    readonly fromMs: number;
    readonly toMs: number;
    /** Absent: the same rows. Names the query and the kind of difference, never a value. */
    readonly difference?: string;
    /** Absent: the same plan. */
    readonly planDifference?: string;
  }[];
  readonly differences: number;
  /** Epoch milliseconds before the first of them, by `to`'s own clock: `alive` is asked what has restarted since. */
  readonly sinceMs: number;
}

export interface AliveArgs {
  readonly side: Side;
  /** Epoch milliseconds. A server that started later has restarted. */
  readonly sinceMs?: number;
  /** For how long it may refuse writes to clients, or not answer, before that is an error; 0: ask once. @default - nobody asks */
  readonly writableWithinSeconds?: number;
}

export interface AliveResult {
  /** Epoch milliseconds at which the server started, by its own uptime; within a second or two. */
  readonly startedAtMs: number;
  readonly restarted: boolean;
}

export interface ConnectionGroup {
  readonly user: string;
  readonly host: string;
  readonly database: string;
  /** `replication`: binlog dump and replication threads. `sleeping`: idle. `active`: runs a statement or is in a transaction. */
  readonly kind: 'active' | 'sleeping' | 'replication';
  readonly connections: number;
  readonly oldestSeconds: number;
}

export interface ConnectionsResult {
  /** Clients' connections, active or sleeping: neither replication, nor the engine's or RDS's own, nor the agent's. */
  readonly connections: number;
  readonly groups: readonly ConnectionGroup[];
}

/** `to` may be the converting replica where the mode is `schema`. */
export interface DatabaseVerifyArgs extends ChainDirection {
  /**
   * `schema`: everything that is defined, who may do what, and the next numbers. `full`: every row, by
   * chunks, while clients write. `delta`: only the chunks touched since `full` began; `from` must have no writes.
   */
  readonly mode: 'schema' | 'full' | 'delta';
}

export interface NotCovered {
  readonly object: string;
  readonly reason: string;
  /** Rows of the applications, which may differ. Absent: something about the comparison itself. */
  readonly holdsRows?: true | undefined;
}

export interface DatabaseVerifyResult {
  readonly rowsCompared: number;
  readonly chunksCompared: number;
  readonly mismatches: number;
  /** What differs, by name of table, index, routine or user and, of rows, the chunk's range hashed; never a value. */
  readonly sample: readonly { readonly object: string; readonly difference: string }[];
  /** What could not be compared, and why. */
  readonly notCovered: readonly NotCovered[];
  readonly durationMs: number;
}

export interface DatabaseEvictResult {
  readonly closed: number;
  readonly rounds: number;
  /** Who came back after being closed. */
  readonly returned: readonly ConnectionGroup[];
}

/**
 * What every verb may be told besides. RDS names a managed green as it makes it, and renames both sides in the
 * switchover: no configuration could know.
 */
export interface WhereNow {
  /** The host to reach a side at, in place of the configuration's `host` and `readerHost`. */
  readonly hosts?: { readonly [S in Side]?: string };
}

/** A verb that is told where the sides are. */
export interface Told<V extends { readonly args: unknown; readonly result: unknown }> {
  args: V['args'] & WhereNow;
  result: V['result'];
}

/** The verbs that every engine has, each as `mysql.<verb>` and as `postgres.<verb>`. */
export interface DatabaseVerbs {
  /** Changes nothing: reads both sides and says what would go wrong. */
  preflight: { args: DatabasePreflightArgs; result: DatabasePreflightResult };
  status: { args: WhereNow; result: DatabaseStatusResult };
  /** Runs the user's smoke queries on both sides and compares rows and plans. */
  smoke: { args: SmokeArgs; result: SmokeResult };
  /** Whether the side answers, and whether its engine has restarted since. */
  alive: { args: AliveArgs; result: AliveResult };
  /** Who is connected, by user, host and database. */
  connections: { args: { readonly side: Side }; result: ConnectionsResult };
  verify: { args: DatabaseVerifyArgs; result: DatabaseVerifyResult };
  /** Closes clients' connections until nobody comes back for a while. */
  evict: {
    args: { readonly side: Side; readonly quietSeconds: number; readonly timeoutSeconds: number };
    result: DatabaseEvictResult;
  };
}
