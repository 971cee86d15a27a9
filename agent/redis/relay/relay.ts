import type { Side } from '../../../contract/common';
import type { Held, Prepared, RelayStatus, Released, Touched } from './outcomes';

export type { RelayOptions } from './options';
export type { Held, NamedClient, Prepared, RelayStatus, Released, Touched } from './outcomes';

/** Stands between clients and the two sides, and moves every connection from one side to the other between two commands. */
export interface Relay {
  readonly port: number;
  status(): RelayStatus;
  /** Local `address:port` of each socket to the side, so that CLIENT LIST tells them from others. */
  upstreams(side: Side): ReadonlySet<string>;
  /**
   * Forwards nothing new, reads every reply, takes blocked clients off, and closes all sockets to the serving side.
   * Rejects where it cannot; `release` of the serving side then undoes it.
   */
  hold(signal: AbortSignal): Promise<Held>;
  /**
   * Makes every connection ready on `side` as far as that changes no data: credentials, protocol, database, names,
   * subscriptions with their output dropped, scripts. Rejects with who cannot and why; nothing has changed then.
   */
  prepare(side: Side, signal: AbortSignal): Promise<Prepared>;
  /** Issues blocking commands again with the time that is left, then what was held. Of the side that served: the undo. */
  release(side: Side): Promise<Released>;
  /** What was marked since the last call. */
  touched(): Touched;
  close(): Promise<void>;
}
