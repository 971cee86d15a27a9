/**
 * What the load's parent and its client processes tell each other, whatever they are clients of. Times are of the
 * common monotonic clock (`nowMs`), in milliseconds.
 */

export interface Credentials {
  readonly username?: string;
  readonly password: string;
}

export interface Tls {
  /** PEM of the authority that signed the servers' certificates. */
  readonly authority: string;
  /** The name certificates are verified against, as the record's own name is not in them. @default - the resolved endpoint name */
  readonly serverName?: string;
}

export interface Timing {
  /** Milliseconds until a connection must be usable: TCP, TLS, signing in and a first reply. */
  readonly connectTimeoutMs: number;
  /** Milliseconds until a command, or a whole transaction, must be answered; later the connection counts as broken. */
  readonly commandTimeoutMs: number;
  /** Milliseconds before a client connects again: from the first to the highest, doubling. */
  readonly backoffMs: readonly [number, number];
}

/** What every client process needs. Sent to it, not put on its command line, for the password in it. */
export interface ProcessSettings {
  /** Unique over all processes and their restarts, e.g. `web-1.2`. */
  readonly process: string;
  /** As the server's list of clients shows it. */
  readonly clientName: string;
  readonly seed: string;
  readonly port: number;
  readonly dns: { readonly host: string; readonly port: number };
  readonly localAddress?: string;
  readonly credentials?: Credentials;
  readonly tls?: Tls;
  /** Clients by what they do. */
  readonly clients: Readonly<Partial<Record<string, number>>>;
  /** Of the whole process. */
  readonly turnsPerSecond: number;
  readonly timing: Timing;
}

/** What one kind of clients did in one slice of time. */
export interface Slice {
  /** `floor(nowMs / SLICE_MS)` */
  readonly slice: number;
  readonly kind: string;
  readonly operations: number;
  /** Reason to count. */
  readonly failures: Readonly<Record<string, number>>;
  /** Turns that were due while the client still waited for an earlier one. */
  readonly missed: number;
  /** How long each answered operation took, with the wait for a connection. */
  readonly latenciesMs: readonly number[];
}

export const SLICE_MS = 100;

export type ToProcess<Settings extends ProcessSettings> =
  | { readonly type: 'start'; readonly settings: Settings }
  | { readonly type: 'stop' };

/** @typeParam Report - what clients of this kind saw */
export type FromProcess<Report> =
  | { readonly type: 'began' }
  | { readonly type: 'connected' }
  | { readonly type: 'reports'; readonly reports: readonly Report[]; readonly slices: readonly Slice[] }
  | { readonly type: 'stopped' };
