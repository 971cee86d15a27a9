import { type AddressInfo, connect, createServer } from 'node:net';
import { AgentError } from '../../../../agent/errors';
import { replicate } from '../../../../agent/redis/replicate';
import { endpointOf, listener, Stage } from '../stage';
import { FORWARD } from './support/pair';
import { Random } from './support/random';

const stage = new Stage();
const closing: (() => void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await stage.end();
});

/** How a payload of DUMP begins for the list that is copied, behind its length: enough to find it in what a server sends. */
const MARK = Buffer.from('planted-value-of-a-payload');
const KEY = 'a-key';

/** A blue whose payloads are not what it has: each is changed on its way, in its length not. */
async function relay(server: { host: string; port: number }, change: (payload: Buffer) => void): Promise<number> {
  const listening = createServer((client) => {
    const upstream = connect(server.port, server.host);
    const end = () => {
      for (const socket of [client, upstream]) socket.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    client.pipe(upstream);
    upstream.on('data', (bytes: Buffer) => {
      const at = bytes.indexOf(MARK);
      if (at >= 0) change(bytes.subarray(Math.max(0, at - 8), at + MARK.length + 10));
      client.write(bytes);
    });
    closing.push(end);
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  closing.push(() => listening.close());
  return (listening.address() as AddressInfo).port;
}

test('payloads that are not what they say end the copy with a cause, or are found, and green has nothing else', async () => {
  const blue = await stage.server('redis', '6.0', { notifyKeyspaceEvents: 'AKE' });
  const green = await stage.server('valkey', '8.1', { notifyKeyspaceEvents: 'AKE' });
  const [onBlue, onGreen] = [await stage.user(blue), await stage.user(green)];
  const outcomes: string[] = [];
  for (let seed = 0; seed < 12; seed++) {
    const random = new Random(seed);
    await Promise.all([onBlue.flushall(), onGreen.flushall()]);
    await onBlue.rpush(KEY, MARK, 'other');
    const port = await relay(blue, (payload) => {
      for (let changes = 0; changes < 3; changes++) {
        payload[random.below(payload.length)] = random.below(256);
      }
    });
    const context = await stage.context(endpointOf(blue, { host: '127.0.0.1', port }), endpointOf(green));
    const error = await replicate(context, { ...FORWARD, targetIsOurs: false, overlap: false }, listener()).then(
      () => undefined,
      (failure: unknown) => failure,
    );
    if (error !== undefined) expect(error).toBeInstanceOf(AgentError);
    const keys = await onGreen.keys('*');
    expect(keys.filter((key) => key !== KEY)).toEqual([]);
    expect(await onGreen.ping()).toBe('PONG');
    outcomes.push(error === undefined ? 'copied' : (error as AgentError).name);
    await context.replications.stopAll();
  }
  // Otherwise none was met on its way.
  expect(outcomes).toContainEqual(expect.stringMatching(/^Agent\./));
});
