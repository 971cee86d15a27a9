import { type AddressInfo, connect, createServer } from 'node:net';
import { AgentError } from '../../../../agent/errors';
import { replicate } from '../../../../agent/redis/replicate';
import { verify } from '../../../../agent/redis/verify';
import type { Server } from '../../../../rehearsal/engines/redis/server';
import { sampled } from '../../../sampled';
import { endpointOf, listener, Stage } from '../stage';
import { FORWARD } from './support/pair';
import { Random } from './support/random';

const stage = new Stage();
const closing: (() => void)[] = [];

/** In the list that is copied: enough to find its payload in what a server sends. */
const MARK = Buffer.from('planted-value-of-a-payload');
const KEY = 'a-key';

/** A blue whose payloads are not what it has: each value that holds the mark is changed on its way. */
async function relay(server: { host: string; port: number }, change: (payload: Buffer) => Buffer): Promise<number> {
  const listening = createServer((client) => {
    const upstream = connect(server.port, server.host);
    const end = () => {
      for (const socket of [client, upstream]) socket.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    client.pipe(upstream);
    upstream.on('data', (bytes: Buffer) => client.write(withChanged(bytes, change)));
    closing.push(end);
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  closing.push(() => listening.close());
  return (listening.address() as AddressInfo).port;
}

/** Small enough to come in one piece: `$LENGTH`, and what is so long. */
function withChanged(bytes: Buffer, change: (payload: Buffer) => Buffer): Buffer {
  const head = bytes.lastIndexOf('$', bytes.indexOf(MARK));
  const [line = '', length = ''] = /^\$(\d+)\r\n/.exec(bytes.toString('latin1', head)) ?? [];
  if (!bytes.includes(MARK) || line === '') return bytes;
  const from = head + line.length;
  const to = from + Number(length);
  const changed = change(Buffer.from(bytes.subarray(from, to)));
  return Buffer.concat([bytes.subarray(0, head), Buffer.from(`$${changed.length}\r\n`), changed, bytes.subarray(to)]);
}

/** A list of two in the oldest engine's form: 60 bytes and some, of which the last ten are version and checksum. */
const PAYLOAD_BYTES = 60;
const flipped = (at: number) => (payload: Buffer) => {
  payload[at % payload.length] = (payload[at % payload.length] ?? 0) ^ 0xff;
  return payload;
};
const scattered = (seed: number) => (payload: Buffer) => {
  const random = new Random(seed);
  for (let changes = 0; changes < 3; changes += 1) payload[random.below(payload.length)] = random.below(256);
  return payload;
};
const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);

const CHANGES: readonly (readonly [string, readonly ((payload: Buffer) => Buffer)[]])[] = [
  ['three bytes are others', sampled(numbers(12).map(scattered), 3)],
  ['one byte is another', sampled(numbers(PAYLOAD_BYTES).map(flipped), 12)],
  [
    'the end is cut off',
    sampled(
      numbers(PAYLOAD_BYTES).map((length) => (payload: Buffer) => payload.subarray(0, length)),
      12,
    ),
  ],
  ['more follows', [(payload) => Buffer.concat([payload, payload])]],
];

describe('payloads that are not what blue has', () => {
  let blue: Server;
  let green: Server;
  beforeAll(async () => {
    blue = await stage.server('redis', '6.0', { notifyKeyspaceEvents: 'AKE' });
    green = await stage.server('valkey', '8.1', { notifyKeyspaceEvents: 'AKE' });
  });
  afterAll(() => stage.end());
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  test.each(CHANGES)('end the copy with a cause, or are found by the comparison: %s', async (_, changes) => {
    const [onBlue, onGreen] = [await stage.user(blue), await stage.user(green)];
    let met = 0;
    for (const change of changes) {
      await Promise.all([onBlue.flushall(), onGreen.flushall()]);
      await onBlue.rpush(KEY, MARK, 'other');
      const port = await relay(blue, (payload) => {
        met += 1;
        return change(payload);
      });
      const context = await stage.context(endpointOf(blue, { host: '127.0.0.1', port }), endpointOf(green));
      const error = await replicate(context, { ...FORWARD, targetIsOurs: false, overlap: false }, listener()).then(
        () => undefined,
        (failure: unknown) => failure,
      );
      await context.replications.stopAll();
      if (error === undefined) {
        const copied = JSON.stringify(await onGreen.lrange(KEY, 0, -1));
        const between = await stage.context(endpointOf(blue), endpointOf(green));
        const { mismatches } = await verify(between, { ...FORWARD, mode: 'full' }, listener());
        expect(mismatches > 0).toBe(copied !== JSON.stringify([String(MARK), 'other']));
      } else expect(error).toBeInstanceOf(AgentError);
      expect((await onGreen.keys('*')).filter((key) => key !== KEY)).toEqual([]);
      expect(await onGreen.ping()).toBe('PONG');
    }
    expect(met).toBeGreaterThanOrEqual(changes.length);
  });
});
