import type { Side } from '../../../../contract/common';

/**
 * A cursor is good for one server only: the order of its buckets follows a seed of the process. Green's cursors carry
 * this bit, so that one that comes to the other side is known there, and begins again at 0: elements may be met twice,
 * and none is left out. Above every real cursor, and below 2^53, for clients that take it for a number
 * (redis/node-redis#2561).
 */
const GREEN = 2n ** 50n;

/** The cursor as the server of `side` knows it. Undefined: it is one already, or none at all. */
export function cursorForServer(cursor: Buffer, side: Side): Buffer | undefined {
  const value = numberOf(cursor);
  if (value === undefined || value === 0n) return undefined;
  if (value < GREEN) return side === 'green' ? Buffer.from('0') : undefined;
  return Buffer.from(side === 'green' ? String(value - GREEN) : '0');
}

/** The head of SCAN's answer, as the client is to see it. Undefined: as it is. */
export function headForClient(head: Buffer, side: Side): Buffer | undefined {
  if (side === 'blue') return undefined;
  const [array = '', , cursor = ''] = head.toString('latin1').split('\r\n');
  if (!/^\*2$/.test(array) || !/^[1-9]\d*$/.test(cursor)) return undefined;
  const tagged = String(BigInt(cursor) + GREEN);
  return Buffer.from(`${array}\r\n$${tagged.length}\r\n${tagged}\r\n`);
}

function numberOf(cursor: Buffer): bigint | undefined {
  const text = cursor.length <= 20 ? cursor.toString('latin1') : '';
  return /^\d+$/.test(text) ? BigInt(text) : undefined;
}
