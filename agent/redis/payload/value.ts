import type { Dialect } from '../dialect';
import type { Connection } from '../resp/connection';
import { type Reply, ReplyError } from '../resp/reply';
import type { Command } from '../resp/writer';

/** A server as the payload code uses it. */
export interface Store {
  readonly connection: Connection;
  readonly dialect: Dialect;
}

/** One key of one server. */
export interface Place extends Store {
  readonly database: number;
  readonly key: Buffer;
}

/**
 * A data type: how its values are read whole, built from nothing in the target's dialect, compared, and, where a
 * value is too big to be held, reconciled piece by piece.
 */
export interface DataType<V> {
  /** Bytes of a string, elements of anything else; 0 where the key does not exist. */
  length(place: Place): Promise<number>;
  /** Reads the whole value. Rejects with `Changed` when the key is gone or of another type. */
  read(from: Place): Promise<V>;
  /** The commands that make `key`, which does not exist, this value. */
  build(key: Buffer, value: V, dialect: Dialect): Command[];
  equal(one: V, other: V): boolean;
  /**
   * Compares the two keys piece by piece and yields, for each piece, the commands that make the target's equal. A
   * target that does not exist is filled; one that is equal yields nothing. Throws `Diverged` where assembling the
   * value again is cheaper or the only way.
   */
  reconcile(source: Place, target: Place, pieceLength: number): AsyncGenerator<Command[]>;
}

/** The key is no longer what it was when the work on it began; its event, or the next pass, brings it back. */
export class Changed extends Error {
  override readonly name = 'Changed';
}

/** The target's value cannot be made equal in place. */
export class Diverged extends Error {
  override readonly name = 'Diverged';
}

/** Runs commands on the key's server; a key that changed its type under us is `Changed`, any other refusal an error. */
export async function ask(place: Place, ...commands: Command[]): Promise<Reply[]> {
  const replies = await place.connection.batchIn(place.database, commands);
  for (const reply of replies) {
    if (!(reply instanceof ReplyError)) continue;
    if (/^WRONGTYPE|no such key|^NOGROUP/i.test(reply.message)) throw new Changed('the key changed while it was read');
    throw place.connection.explain(reply);
  }
  return replies;
}

export function buffers(reply: Reply | undefined): Buffer[] {
  return Array.isArray(reply) ? reply.filter((item) => Buffer.isBuffer(item)) : [];
}

export function pairs(flat: readonly Buffer[]): [Buffer, Buffer][] {
  const result: [Buffer, Buffer][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const [first, second] = [flat[i], flat[i + 1]];
    if (first !== undefined && second !== undefined) result.push([first, second]);
  }
  return result;
}

/** One command of a few thousand arguments at most: a single one with millions would block the server. */
export function sliced<T>(items: readonly T[], length: number): T[][] {
  const slices: T[][] = [];
  for (let i = 0; i < items.length; i += length) slices.push(items.slice(i, i + length));
  return slices;
}

/** Arguments of one command when a value is built. */
export const ARGUMENTS_PER_COMMAND = 1000;

/** Pages through a collection with SSCAN, HSCAN or ZSCAN. */
export async function* scanCollection(
  place: Place,
  command: 'SSCAN' | 'HSCAN' | 'ZSCAN',
  count: number,
): AsyncGenerator<Buffer[]> {
  let cursor: Buffer | string = '0';
  do {
    const [reply] = await ask(place, [command, place.key, cursor, 'COUNT', count]);
    const [next, items] = Array.isArray(reply) ? reply : [];
    if (!Buffer.isBuffer(next)) throw new Error(`${command} answered without a cursor.`);
    cursor = next;
    const page = buffers(items);
    if (page.length > 0) yield page;
  } while (cursor.toString('latin1') !== '0');
}
