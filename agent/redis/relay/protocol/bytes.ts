import { endOfReply } from './reply-scanner';

const LF = 10;

export const MINUS = 45;
export const PLUS = 43;
export const ASTERISK = 42;
/** A push of RESP3. */
export const PUSH = 62;

/** The end of the array's first bulk string, for replies that begin with one; undefined where it has not arrived. */
export function endOfHead(bytes: Buffer, at: number): number | undefined {
  const first = bytes[at];
  if (first !== ASTERISK && first !== PUSH) return at + 1;
  const line = bytes.indexOf(LF, at);
  if (line < 0) return undefined;
  // Of no element: there is no head but the line.
  if (bytes[at + 1] === MINUS || bytes[at + 1] === 48) return line + 1;
  return endOfReply(bytes, line + 1);
}

/** The bulk string that ends a head. */
export function lastOfHead(head: Buffer): string {
  return head.toString('latin1').split('\r\n').at(-2) ?? '';
}

/** The elements of an array that has arrived wholly, each as its own bytes. */
export function elementsOf(reply: Buffer): readonly Buffer[] {
  const elements: Buffer[] = [];
  let at = reply.indexOf(LF) + 1;
  while (at > 0 && at < reply.length) {
    const end = endOfReply(reply, at);
    if (end === undefined) break;
    elements.push(reply.subarray(at, end));
    at = end;
  }
  return elements;
}

/** The bytes of a bulk string, or of a line, without what frames them. */
export function contentOf(value: Buffer): Buffer {
  const line = value.indexOf(LF);
  return value[0] === 36 ? value.subarray(line + 1, -2) : value.subarray(1, line - 1);
}
