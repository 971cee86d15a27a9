import type { Socket } from 'node:net';

/** A client's connection that was signed in on, and has answered once. `?` stands for a value. */
export interface Link {
  readonly socket: Socket;
  /** Begins a transaction. @returns the identity of the server that it is on */
  begin(): Promise<string>;
  /** Undefined where there is none. */
  row<T>(sql: string, values?: readonly unknown[]): Promise<T | undefined>;
  /** @returns rows matched */
  change(sql: string, values?: readonly unknown[]): Promise<number>;
  /** One row, into a table with an `id` of the server's making. @returns that */
  insert(sql: string, values: readonly unknown[]): Promise<number>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}
