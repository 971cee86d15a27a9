import type { Kind } from './cache-protocol';
import type { LockViolation } from './ledger/lock-witness';
import type { LostWrite } from './ledger/lost-write';
import type { QueueFigures } from './ledger/queue-ledger';
import type { WritableSpan } from './ledger/write-timeline';

/** What any clients saw, from the first to the last of them. Times are milliseconds since the epoch. */
export interface Figures {
  readonly operations: number;
  /** Refused, unanswered, or without a connection to send them on. */
  readonly failed: number;
  /** Why, the most frequent first. */
  readonly failures: Readonly<Record<string, number>>;
  /** Turns that were due while their client still waited for an earlier one. */
  readonly missed: number;
  readonly writes: number;
  /** Milliseconds: the longest time in which no write was acknowledged to anybody. */
  readonly longestWriteGapMs: number;
  readonly longestWriteGapMsByKind: Readonly<Partial<Record<string, number>>>;
  readonly latency: { readonly p50Ms: number; readonly p99Ms: number; readonly highestMs: number };
  /** Acknowledged writes that are gone; conflicts are not among them. */
  readonly lostWrites: number;
  readonly lostWritesByKind: Readonly<Partial<Record<string, number>>>;
  /**
   * The sides in the order in which they are proven to have taken writes. More changes of side than the record had are
   * both sides writable at one time.
   */
  readonly sides: readonly WritableSpan[];
}

/** What clients of a cache saw. */
export interface CacheFigures extends Figures {
  readonly of: 'cache';
  readonly longestWriteGapMsByKind: Readonly<Partial<Record<Kind, number>>>;
  readonly lostWritesByKind: Readonly<Partial<Record<Kind, number>>>;
  /** Lost because the key was written on both sides while both took writes. Only told apart where that is asked for. */
  readonly conflicts: number;
  readonly lockViolations: number;
  readonly locksAcquired: number;
  /** Sessions that were gone or set back when their user came, or are so in the end. */
  readonly sessionsLost: number;
  /** Keys that were to expire and now never will. */
  readonly expiryLost: number;
  readonly queue: QueueFigures;
  /** The first of each, for people. */
  readonly samples: {
    readonly lost: readonly Omit<LostWrite, 'rivals'>[];
    readonly lockViolations: readonly LockViolation[];
  };
}

/** Samples of each kind in the figures. */
export const SAMPLE_SIZE = 20;
