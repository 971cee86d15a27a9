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
