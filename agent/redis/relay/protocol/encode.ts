const CRLF = Buffer.from('\r\n');

/** One command as an array of bulk strings. */
export function encodeCommand(...elements: readonly (Buffer | string)[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${elements.length}\r\n`)];
  for (const element of elements) {
    const bytes = typeof element === 'string' ? Buffer.from(element) : element;
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, CRLF);
  }
  return Buffer.concat(parts);
}
