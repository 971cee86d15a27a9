/**
 * How a key changed that no keyspace event named: it is gone, it came to be, its expiry is another, its list is shorter
 * or longer, its type is another, or its value is, where the name of the type stands before `value`.
 */
export type SilentChange = 'gone' | 'new' | 'expiry' | 'list length' | 'type' | ValueChange;
export type ValueChange = `${string} value`;

/** What `scripts/silent-commands` found on one engine. */
export interface TriedEngine {
  readonly engine: 'redis' | 'valkey';
  readonly version: string;
  /** The write commands that were called, with a blank between two. */
  readonly commands: string;
  /** Of these, the ones that changed a key without an event that names it, and how. */
  readonly silent: Readonly<Record<string, readonly SilentChange[]>>;
}
