import type { ProcessSettings } from '../protocol';

/**
 * What clients of Memcached report. Times are of the common monotonic clock (`nowMs`), in milliseconds; `server` is
 * `host:port` of the endpoint the client was connected to.
 */

/** What one client does all day. */
export type MemcachedRole = 'page';

/** What a process of such clients needs. */
export interface MemcachedProcessSettings extends ProcessSettings {
  readonly serves: 'memcached';
  readonly recordName: string;
  readonly clients: Readonly<Partial<Record<MemcachedRole, number>>>;
  /** How many pages there are. */
  readonly pages: number;
}

export interface MemcachedReport {
  readonly type: 'read' | 'write';
  /** Of a read: the page was there. */
  readonly hit?: boolean;
  readonly sentMs: number;
  readonly ackedMs: number;
  readonly server: string;
}
