import type { ProcessSettings } from '../protocol';
import type { DatabaseAddress } from './database-address';

/**
 * What clients of a database report. Times are of the common monotonic clock (`nowMs`), in milliseconds; `server` is
 * the server's own identity, read within the transaction: an address may lead elsewhere meanwhile, an identity
 * does not.
 */

export type SqlKind = 'transfer' | 'order' | 'read';

/** `visitor` connects again for every page, as PHP does; the others keep a connection, as a pool does. */
export type SqlRole = 'transfer' | 'order' | 'reader' | 'visitor';

/** What a process of database clients needs. */
export interface SqlProcessSettings extends ProcessSettings {
  readonly serves: 'database';
  readonly engine: DatabaseAddress['engine'];
  readonly writerName: string;
  /** @default - they read where they write */
  readonly readerName?: string;
  /** Schema that everything is in. */
  readonly schema: string;
  readonly clients: Readonly<Partial<Record<SqlRole, number>>>;
}

/** Acknowledged: COMMIT was answered. Without `ackedMs`, COMMIT was sent and not answered: it may stand or not. */
interface Committed {
  readonly sentMs: number;
  readonly ackedMs?: number;
  readonly failedMs?: number;
  readonly server: string;
}

/** Money moved from one account to another, and an entry of it with an id that nobody else uses. */
export interface Transfer extends Committed {
  readonly type: 'transfer';
  readonly id: string;
  readonly source: number;
  readonly target: number;
  readonly amount: number;
}

/** An order was placed (its key made by the server), changed, or deleted (`state` null). */
export interface OrderWrite extends Committed {
  readonly type: 'order';
  readonly id: number;
  readonly token: string;
  readonly state: string | null;
  readonly placed: boolean;
}

/** A row that was acknowledged to this client and that it did not find. */
export interface Missed {
  readonly type: 'missed';
  readonly kind: SqlKind;
  readonly key: string;
  readonly what: string;
  readonly sentMs: number;
  readonly server: string;
}

/** A query. `server`: the identity of the server that answered; of a failed one, `host:port` of the server that did not. */
export interface Read {
  readonly type: 'read';
  readonly atMs: number;
  readonly answered: boolean;
  readonly server: string;
}

export type SqlReport = Transfer | OrderWrite | Missed | Read;
