import type { Side } from '../../../contract/common';

/** A client, and why its connection cannot be carried to the other side, or was closed instead. */
export interface NamedClient {
  /** `host:port` as the relay sees it. */
  readonly address: string;
  /** What `CLIENT SETNAME` called it. Absent: nothing did. */
  readonly name?: string;
  readonly reason: string;
}

export interface RelayStatus {
  /** The side that new connections are forwarded to, or were until the hold. */
  readonly serving: Side;
  readonly clients: number;
  /** Clients in a command that blocks (BLPOP, XREAD BLOCK, …). */
  readonly blocked: number;
  /** Clients with at least one subscription. */
  readonly subscribed: number;
  /** Clients between MULTI and EXEC. */
  readonly inTransaction: number;
  /** Milliseconds since the epoch. Absent: not held. */
  readonly heldSince?: number;
  /** Clients that a switch would close, by reason. */
  readonly cannotBeCarried: Readonly<Record<string, number>>;
  /** Digests of scripts that EVALSHA ran, whose text never came by: they cannot be loaded on the other side. */
  readonly unknownScripts: readonly string[];
  /** How often clients could not connect, by reason: they do not accept the certificate, or speak no TLS. */
  readonly refused: Readonly<Record<string, number>>;
}

export interface Held {
  readonly clients: number;
  /** Clients taken off a blocking command; it is issued again at the release. */
  readonly unblocked: number;
  /** Clients closed because a switch cannot carry them. */
  readonly closed: readonly NamedClient[];
}

export interface Prepared {
  readonly side: Side;
  readonly clients: number;
}

export interface Released {
  readonly side: Side;
  readonly clients: number;
  /** Blocking commands issued again. */
  readonly reissued: number;
  /** Clients that could not be connected to the side, and were closed. */
  readonly closed: readonly NamedClient[];
}

/** What changed on the serving side without an event that tells. */
export interface Touched {
  /** Databases emptied or exchanged (FLUSHDB, FLUSHALL, SWAPDB); `all` of them by FLUSHALL. */
  readonly databases: 'all' | readonly number[];
  /** Keys of each database that a command changed, or may have, without an event. */
  readonly keys: ReadonlyMap<number, readonly Buffer[]>;
  /** There were more keys than are kept: every key of these databases may be meant. */
  readonly overflown: readonly number[];
}
