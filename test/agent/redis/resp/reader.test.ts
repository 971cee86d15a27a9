import fc from 'fast-check';
import { type ReaderLimits, ReplyReader } from '../../../../agent/redis/resp/reader';
import { ProtocolError, type Reply, ReplyError } from '../../../../agent/redis/resp/reply';

/** Reads the bytes cut at the given places. */
function read(bytes: Buffer, cuts: readonly number[] = [], limits?: ReaderLimits): Reply[] {
  const replies: Reply[] = [];
  const reader = new ReplyReader((reply) => replies.push(reply), limits);
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  places.slice(1).forEach((end, i) => {
    // A copy each: what a reader keeps must not depend on its neighbours in memory.
    reader.push(Buffer.from(bytes.subarray(places[i], end)));
  });
  return replies;
}

function encode(reply: Reply): Buffer {
  if (reply === null) return Buffer.from('$-1\r\n');
  if (typeof reply === 'number' || typeof reply === 'bigint') return Buffer.from(`:${reply}\r\n`);
  if (typeof reply === 'string') return Buffer.from(`+${reply}\r\n`, 'latin1');
  if (reply instanceof ReplyError) return Buffer.from(`-${reply.message}\r\n`);
  if (Buffer.isBuffer(reply)) return Buffer.concat([Buffer.from(`$${reply.length}\r\n`), reply, Buffer.from('\r\n')]);
  return Buffer.concat([Buffer.from(`*${reply.length}\r\n`), ...reply.map(encode)]);
}

const line = fc.stringMatching(/^[ -~]{0,60}$/);
const reply: fc.Arbitrary<Reply> = fc.letrec<{ reply: Reply }>((tie) => ({
  reply: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.maxSafeInteger().map((n) => (Object.is(n, -0) ? 0 : n)),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
    line,
    line.map((text) => new ReplyError(text)),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.array(tie('reply'), { maxLength: 5 }),
  ),
})).reply;
const cuts = fc.array(fc.nat(), { maxLength: 30 });

describe('the reply reader', () => {
  test('reads what was written, however it is cut into chunks', () => {
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 8 }), cuts, (replies, places) => {
        expect(read(Buffer.concat(replies.map(encode)), places, { depth: 64 })).toEqual(replies);
      }),
      { numRuns: 500 },
    );
  });

  test('reads a reply that comes byte by byte', () => {
    const replies: Reply[] = [[Buffer.from('a\r\nb'), [null, 7]], new ReplyError('ERR no'), Buffer.alloc(0)];
    const bytes = Buffer.concat(replies.map(encode));
    expect(read(bytes, [...bytes.keys()])).toEqual(replies);
  });

  test('answers any bytes with replies or a ProtocolError, never anything else', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      // Bytes that look like the protocol go deeper than random ones.
      fc
        .array(
          fc.constantFrom('$', '*', ':', '-', '+', '\r\n', '-1', '0', '5', '99999999999999999999', 'x', '*1\r\n'),
          { maxLength: 60 },
        )
        .map((parts) => Buffer.from(parts.join(''))),
    );
    fc.assert(
      fc.property(hostile, cuts, (bytes, places) => {
        try {
          read(bytes, places);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('damaging one byte of a stream of replies never makes it hang or crash', () => {
    fc.assert(
      fc.property(
        fc.array(reply, { minLength: 1, maxLength: 5 }),
        fc.nat(),
        fc.nat({ max: 255 }),
        (replies, at, byte) => {
          const bytes = Buffer.concat(replies.map(encode));
          bytes[at % bytes.length] = byte;
          try {
            expect(read(bytes).length).toBeLessThanOrEqual(bytes.length);
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['a depth beyond the limit', '*1\r\n*1\r\n*1\r\n', { depth: 2 }, /nested deeper than 2/],
    ['a bulk string beyond the limit', '$11\r\n', { bulkBytes: 10 }, /bulk string of 11 bytes; accepted is -1 to 10/],
    ['an array beyond the limit', '*11\r\n', { elements: 10 }, /array of 11 elements/],
    ['more than is to be kept', '*4\r\n+a\r\n+b\r\n+c\r\n', { heldBytes: 600 }, /take more than 600 bytes of memory/],
    ['a line without end', `+${'x'.repeat(20)}`, { lineBytes: 10 }, /longer than 10 bytes/],
    ['a negative length', '$-2\r\n', {}, /bulk string of -2 bytes/],
    ['a length that is no number', '$1x\r\n', {}, /something else than digits/],
    ['a bulk string without its end', '$1\r\nabc', {}, /does not end in CRLF/],
    ['a bulk string in pieces without its end', '$9\r\nabc', {}, /does not end in CRLF/],
    ['a bare CR', '+OK\rx', {}, /CR without LF/],
    ['another protocol', 'HTTP/1.1 400 Bad Request\r\n', {}, /unexpected protocol byte 0x48/],
  ])('refuses %s', (_, text, limits, message) => {
    const reader = new ReplyReader(() => undefined, limits);
    const feed = () => {
      reader.push(Buffer.from(text));
      reader.push(Buffer.from('defghijklmnop'));
    };
    expect(feed).toThrow(message);
    // There is no way to tell where the next reply begins.
    expect(() => reader.push(Buffer.from('+OK\r\n'))).toThrow(ProtocolError);
  });

  test('does not allocate for elements that have not arrived', () => {
    const before = process.memoryUsage().heapUsed;
    read(Buffer.from('*4194304\r\n:1\r\n'));
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(16 * 1024 * 1024);
  });
});
