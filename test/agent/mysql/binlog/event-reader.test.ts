import { isNativeError } from 'node:util/types';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { MAX_ANSWER } from '../../../../agent/answer-limit';
import { EventReader } from '../../../../agent/mysql/binlog/event-reader';

const XID = 16;
const BYTES = 27;

/** The end of a transaction, of 27 bytes without a checksum. */
function xid(end: number): Buffer {
  const event = Buffer.alloc(BYTES);
  event.writeUInt8(XID, 4);
  event.writeUInt32LE(BYTES, 9);
  event.writeUInt32LE(end % 2 ** 32, 13);
  return event;
}

test('a log that a transaction has made longer than 4 GiB is read on, though events tell 32 bits of where they end', () => {
  let ended = 0;
  const listener = {
    wantedColumns: () => undefined,
    onRows: () => undefined,
    onStatement: () => undefined,
    onPrepared: () => undefined,
    onTransactionEnd: () => {
      ended += 1;
    },
  };
  const from = 2 ** 32 - 50;
  const reader = new EventReader({ file: 'log.000001', position: from }, listener);
  for (let one = 1; one <= 4; one += 1) reader.read(xid(from + one * BYTES));
  expect(reader.position).toEqual({ file: 'log.000001', position: from + 4 * BYTES });
  // What the server makes up for the stream stands nowhere in the log.
  reader.read(xid(0));
  expect([reader.position.position, ended]).toEqual([from + 4 * BYTES, 4]);
});

/** An event with a header as its server writes it. */
function event(type: number, body: Buffer): Buffer {
  const bytes = Buffer.alloc(19 + body.length);
  bytes.writeUInt8(type, 4);
  bytes.writeUInt32LE(1, 5);
  bytes.writeUInt32LE(bytes.length, 9);
  bytes.writeUInt32LE(4 + bytes.length, 13);
  body.copy(bytes, 19);
  return bytes;
}

const TABLE_MAP = 19;
const WRITE_ROWS = 30;
const MARIADB_QUERY_COMPRESSED = 165;
const TABLE_ID = [7, 0, 0, 0, 0, 0, 1, 0];
const name = (text: string) => [text.length, ...Buffer.from(text), 0];
/** `shop.orders (id INT, state VARCHAR(20))`, and two rows of it. */
const MAP = event(TABLE_MAP, Buffer.from([...TABLE_ID, ...name('shop'), ...name('orders'), 2, 3, 15, 2, 20, 0, 3]));
const ROWS = event(
  WRITE_ROWS,
  Buffer.from([...TABLE_ID, 2, 0, 2, 3, 0, 1, 0, 0, 0, 3, ...Buffer.from('new'), 2, 2, 0, 0, 0]),
);

/** What a reader makes of the events, or the name of what it throws. */
function outcomeOf(...events: readonly Buffer[]): number | string {
  let rows = 0;
  const reader = new EventReader(
    { file: 'log.000001', position: 4 },
    {
      wantedColumns: () => [0],
      onRows: (_, read) => {
        rows += read?.length ?? 0;
      },
      onStatement: () => undefined,
      onPrepared: () => undefined,
      onTransactionEnd: () => undefined,
    },
  );
  try {
    for (const each of events) reader.read(each);
    return rows;
  } catch (error) {
    // Buffer's own errors are of another realm than a test's.
    return isNativeError(error) ? error.name : 'nothing';
  }
}

/** By rows, or by an error that the stream ends with. */
function isAnswered(outcome: number | string): boolean {
  return typeof outcome === 'number' || outcome.endsWith('Error');
}

describe('events of a server that pretends to be one', () => {
  test('are read where they are sound', () => {
    expect(outcomeOf(MAP, ROWS)).toBe(2);
  });

  test.each([
    [
      'rows of no column never end',
      event(TABLE_MAP, Buffer.from([...TABLE_ID, ...name('a'), ...name('b'), 0, 0])),
      [0],
    ],
    ['rows have more columns than their table', MAP, [0xfe, 0, 0, 0, 0, 0, 1, 0, 0]],
    ['no column is in the rows', MAP, [2, 0]],
  ])('are refused where %s', (_, map, columns) => {
    const rows = event(WRITE_ROWS, Buffer.from([...TABLE_ID, 2, 0, ...columns, 1, 2, 3]));
    expect(outcomeOf(map, rows)).toBe('RangeError');
  });

  test('are refused where little becomes more than an answer may be', () => {
    const bomb = deflateSync(Buffer.alloc(MAX_ANSWER + 1));
    const body = Buffer.concat([Buffer.alloc(8), Buffer.from([0, 0, 0, 0, 0, 0]), Buffer.from([0x81, 0]), bomb]);
    expect(bomb.length).toBeLessThan(2 ** 20);
    expect(outcomeOf(event(MARIADB_QUERY_COMPRESSED, body))).toBe('RangeError');
  });

  const events = [MAP, ROWS];
  const places = events.flatMap((each, at) => [...each.keys()].map((byte) => ({ at, byte })));

  test('end with an error or are read, whichever of their bytes is another', () => {
    const outcomes = places.flatMap(({ at, byte }) =>
      Array.from({ length: 256 }, (_, value) => {
        const changed = events.map((each, index) => {
          const copy = Buffer.from(each);
          if (index === at) copy[byte] = value;
          return copy;
        });
        return outcomeOf(...changed);
      }),
    );
    expect(outcomes).toHaveLength(256 * (MAP.length + ROWS.length));
    expect(new Set(outcomes).size).toBeGreaterThan(2);
    expect(outcomes.filter((outcome) => !isAnswered(outcome))).toEqual([]);
  });

  test('end with an error or are read, wherever they are cut off', () => {
    for (const { at, byte } of places) {
      const cut = events.map((each, index) => (index === at ? each.subarray(0, byte) : each));
      expect(isAnswered(outcomeOf(...cut))).toBe(true);
    }
  });

  test('end with an error or are read, whatever is in them', () => {
    const types = fc.constantFrom(2, 4, 15, 16, 18, TABLE_MAP, 23, 24, 25, WRITE_ROWS, 31, 32, 38, 165, 166, 169);
    fc.assert(
      fc.property(fc.array(fc.tuple(types, fc.uint8Array({ maxLength: 120 })), { maxLength: 4 }), (said) => {
        expect(isAnswered(outcomeOf(MAP, ...said.map(([type, body]) => event(type, Buffer.from(body)))))).toBe(true);
      }),
      { numRuns: 3_000, seed: 12 },
    );
  });
});
