import type { ProcessSettings } from '../protocol';

/**
 * What clients of a cache report. Times are of the common monotonic clock (`nowMs`), in milliseconds; `server` is
 * `host:port` of the endpoint the client was connected to.
 */

/** What is written and checked in the same way. */
export type Kind = 'session' | 'profile' | 'cache' | 'lock' | 'queue' | 'counter';
export const KINDS: readonly Kind[] = ['session', 'profile', 'cache', 'lock', 'queue', 'counter'];

/** What one client does all day. */
export type Role = 'session' | 'profile' | 'cache' | 'lock' | 'producer' | 'consumer' | 'counter';

/** What a process of cache clients needs. */
export interface CacheProcessSettings extends ProcessSettings {
  readonly serves: 'cache';
  readonly recordName: string;
  readonly databases: Readonly<Record<Kind, number>>;
  readonly clients: Readonly<Partial<Record<Role, number>>>;
}

/** A write of a value that later writes replace. `id` null: the key was deleted. */
export interface RegisterWrite {
  readonly type: 'write';
  readonly kind: Kind;
  readonly key: string;
  /** `hash`: the id stands in the field `id`; `string`: before the first `|`. */
  readonly holds: 'string' | 'hash';
  readonly id: string | null;
  readonly sentMs: number;
  /** Absent: sent, and no answer came; it may have happened or not. */
  readonly ackedMs?: number;
  /** When an unanswered write was given up. */
  readonly failedMs?: number;
  readonly server: string;
  readonly ttlMs?: number;
}

/** Told before a key is deleted: its client may be killed before it can tell that it was. */
export interface DeletionBegun {
  readonly type: 'deletion';
  readonly key: string;
}

/** A reader found something other than the acknowledged value. */
export interface StaleRead {
  readonly type: 'stale';
  readonly kind: Kind;
  readonly key: string;
  readonly expected: string;
  readonly found: string | null;
  readonly sentMs: number;
  readonly server: string;
}

export interface QueueMove {
  readonly type: 'push' | 'pop';
  readonly queue: string;
  /** Absent on a pop that was never answered. */
  readonly job?: string;
  readonly sentMs: number;
  readonly ackedMs?: number;
  readonly failedMs?: number;
  readonly server: string;
}

export interface Increment {
  readonly type: 'increment';
  readonly kind: Kind;
  readonly key: string;
  readonly value?: number;
  readonly sentMs: number;
  readonly ackedMs?: number;
  readonly failedMs?: number;
  readonly server: string;
}

/** A lock was acquired: from `ackedMs` on its holder works, at most until `sentMs + ttlMs`. */
export interface LockHold {
  readonly type: 'hold';
  readonly lock: string;
  readonly holder: string;
  readonly sentMs: number;
  readonly ackedMs: number;
  readonly ttlMs: number;
  readonly server: string;
}

/** The holder has stopped working, and is about to release. */
export interface LockRelease {
  readonly type: 'release';
  readonly lock: string;
  readonly holder: string;
  readonly atMs: number;
}

/** The fencing token that the holder got; later holders must get higher ones. */
export interface LockFence {
  readonly type: 'fence';
  readonly lock: string;
  readonly holder: string;
  readonly token: number;
  readonly sentMs: number;
  readonly ackedMs: number;
}

/** An acknowledged write of a kind whose value is not kept track of, e.g. a lock's release. */
export interface OtherWrite {
  readonly type: 'other';
  readonly kind: Kind;
  readonly sentMs: number;
  readonly ackedMs: number;
  readonly server: string;
}

export type Report =
  | RegisterWrite
  | DeletionBegun
  | StaleRead
  | QueueMove
  | Increment
  | LockHold
  | LockRelease
  | LockFence
  | OtherWrite;
