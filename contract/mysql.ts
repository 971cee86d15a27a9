import type { Direction, Finding, Side } from './common';
import type {
  BinlogPosition,
  ChainDirection,
  ChainServer,
  DatabaseStatusResult,
  DatabaseVerbs,
  Told,
} from './database';

/** What the verbs of the agent take and give that are for MySQL alone. */

/** Where a server stood when it was last looked at, and since when: anyone who looks next can tell whether it moved. */
export interface LastWrite {
  readonly position: BinlogPosition;
  /** Counters of written rows or statements, by the engine's name for each. */
  readonly writes: Readonly<Record<string, number>>;
  /** Seconds. */
  readonly uptime: number;
  /** Since when nothing has moved: epoch milliseconds, by the server's own clock. */
  readonly atMs: number;
}

export interface AwaitLagArgs extends ChainDirection {
  /** The lag that counts as caught up. */
  readonly lagSeconds: number;
  /** For how long it must stay at or below that. */
  readonly steadySeconds: number;
  readonly timeoutSeconds: number;
}

export interface AwaitLagResult {
  readonly lagSeconds: number;
  readonly waitedMs: number;
}

export interface DatabaseFenceResult {
  readonly closed: number;
  /** Transactions that ran when they were closed, and were rolled back by it. */
  readonly rolledBack: number;
  /** For a proof that is to begin here. */
  readonly lastWrite: LastWrite;
}

export interface DatabaseNoWritesResult {
  readonly position: BinlogPosition;
  readonly seconds: number;
}

export interface DrainArgs extends Direction {
  readonly timeoutSeconds: number;
  /** Absent: clients may go on writing to `from`, and what they write after the call is not waited for. */
  readonly still?: {
    /** Nobody may have written to `from` for so long. */
    readonly seconds: number;
    /** The last write must be before then. */
    readonly withinSeconds: number;
    /** What `fence` gave: the time since then counts. */
    readonly since?: LastWrite;
  };
}

export interface DatabaseDrainResult {
  /** Position of `from` that `to` has applied. The two are equal there. With `still`, `from` stands there. */
  readonly position: BinlogPosition;
  readonly durationMs: number;
}

export interface FollowArgs extends Direction {
  /**
   * Position of `from` at which `to` holds the same data; `now`: the one at which it stands, for nobody writes to either.
   * Absent: where an earlier replication stopped, or else as `now`.
   */
  readonly position?: BinlogPosition | 'now';
}

export interface FollowResult extends DatabaseStatusResult {
  /** Position of `from` up to which `to` is known to have everything. */
  readonly position: BinlogPosition;
}

export interface WritableResult {
  /** False where the time was over first. */
  readonly writable: boolean;
  readonly waitedMs: number;
}

export interface DetachResult {
  /** Whether there was a configuration to clear. */
  readonly cleared: boolean;
}

/** One thing to be done on the converting replica. */
export interface ConversionStep {
  /** The same for as long as the configuration is, e.g. `toInnoDb shop.orders`. */
  readonly id: string;
  /** `schema.table`. */
  readonly table: string;
  /** Says all that is done. */
  readonly statement: string;
  /** By the engine's own estimate. */
  readonly rows: number;
  /** Of the table with its indexes, by the engine's own estimate. */
  readonly bytes: number;
  /** What the storage must have free while it runs: the table may be there twice. */
  readonly freeBytesNeeded: number;
  /** From what earlier steps have taken on this server, by size. Absent: none has run yet, so that is not known. */
  readonly estimatedSeconds?: number | undefined;
  /** The table is so already. */
  readonly done: boolean;
}

export interface ConversionsResult {
  readonly findings: readonly Finding[];
  readonly errors: number;
  readonly steps: readonly ConversionStep[];
  /** How many of the steps are not done. */
  readonly remaining: number;
  /** The first that is not done. */
  readonly next?: ConversionStep | undefined;
  /** Of the steps that are not done, what the one needs that needs most: they run one after another. */
  readonly freeBytesNeeded: number;
}

export interface ConvertArgs {
  /** Its id. */
  readonly step: string;
  readonly timeoutSeconds: number;
}

export interface ConvertResult {
  readonly step: string;
  /** How long its statement took; 0 where it was done already. */
  readonly seconds: number;
  /** How long ago blue made the oldest change that the converting replica has not applied; 0: it has applied all. */
  readonly lagSeconds: number;
  /** Both threads of its replication run. */
  readonly replicating: boolean;
}

export interface ResumeReplicaResult {
  readonly replicating: boolean;
  /** As the server says it: it may have just begun. Wait with `awaitlag`, `to` the converting replica. */
  readonly lagSeconds: number;
}

interface VerbsOfMysqlAlone {
  /** Waits until `to` follows `from` with a small and steady lag. */
  awaitlag: { args: AwaitLagArgs; result: AwaitLagResult };
  /** Closes clients' connections once (`rds_kill`): the fence keeps them out. */
  fence: { args: { readonly side: Side }; result: DatabaseFenceResult };
  /** Proves that the binary log does not move. */
  nowrites: {
    args: { readonly side: Side; readonly seconds: number; readonly timeoutSeconds: number };
    result: DatabaseNoWritesResult;
  };
  /** Waits until `to` has applied everything that is in `from`'s log; on request also until nobody writes to that. */
  drain: { args: DrainArgs; result: DatabaseDrainResult };
  /** Makes `to` replicate from `from`, by the engine's own replication and the `mysql.rds_*` procedures. Idempotent. */
  follow: { args: FollowArgs; result: FollowResult };
  /** Waits until the side takes writes and replicates from nowhere: its promotion, as the engine sees it. */
  writable: { args: { readonly side: Side; readonly timeoutSeconds: number }; result: WritableResult };
  /** Stops the side's replication and clears its configuration, so that the next migration does not meet it. Idempotent. */
  detach: { args: { readonly side: ChainServer }; result: DetachResult };
  /** Changes nothing: what is to be done on the converting replica, and what would go wrong. */
  conversions: { args: Record<never, never>; result: ConversionsResult };
  /** Stops the converting replica's replication and performs one step. Idempotent. Replication stays stopped, unless it fails. */
  convert: { args: ConvertArgs; result: ConvertResult };
  /** Has the converting replica follow blue again. Idempotent. */
  resumereplica: { args: { readonly timeoutSeconds: number }; result: ResumeReplicaResult };
}

type AllVerbs = DatabaseVerbs & VerbsOfMysqlAlone;

export type MysqlVerbs = { [V in keyof AllVerbs as `mysql.${V}`]: Told<AllVerbs[V]> };
