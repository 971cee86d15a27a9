import { type AddressInfo, connect, createServer } from 'node:net';
import type { RedisContext } from '../../../../agent/redis/context';
import { drain } from '../../../../agent/redis/drain';
import { replicate } from '../../../../agent/redis/replicate';
import { verify } from '../../../../agent/redis/verify';
import type { Server } from '../../../../rehearsal/engines/server';
import { endpointOf, listener, Stage } from '../stage';
import { fill } from './support/dataset';
import { differences } from './support/independent-comparison';
import { BACK, FORWARD } from './support/pair';
import { Random } from './support/random';

const stage = new Stage();
const closing: (() => void)[] = [];
afterEach(async () => {
  await stage.end();
  for (const close of closing.splice(0)) close();
});

/** Commands that came after 2.8, removed: whoever uses one of them is told so. */
const NOT_IN_2_8 = ['MEMORY', 'UNLINK', 'TOUCH', 'SWAPDB'];

/**
 * A server that says it is Redis 2.8.24, and lacks what came later. No build of 2.8 can be had; this one is a 6.0 behind
 * a relay that changes the version in the answer to INFO, which is as long.
 */
async function ancient(server: Server): Promise<{ host: string; port: number }> {
  const relay = createServer((client) => {
    const upstream = connect(server.port, server.host);
    const end = () => {
      for (const socket of [client, upstream]) socket.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    client.pipe(upstream);
    upstream.on('data', (bytes: Buffer) => {
      const at = bytes.indexOf(`redis_version:${server.engine.version}`);
      if (at >= 0) bytes.write('redis_version:2.8.24', at, 'latin1');
      client.write(bytes);
    });
    closing.push(end);
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  closing.push(() => relay.close());
  return { host: '127.0.0.1', port: (relay.address() as AddressInfo).port };
}

test('a server of 2.8 is copied from, followed and filled again with what it has', async () => {
  const renamedCommands = Object.fromEntries(NOT_IN_2_8.map((command) => [command, '']));
  const old = await stage.server('redis', '6.0', { notifyKeyspaceEvents: 'AKE', renamedCommands });
  expect(old.engine.version).toHaveLength('2.8.24'.length);
  const young = await stage.server('valkey', '8.1', { notifyKeyspaceEvents: 'AKE' });
  const endpoint = endpointOf(old, await ancient(old));
  const context: RedisContext = await stage.context(endpoint, endpointOf(young));
  const [blue, green] = [await stage.user(old), await stage.user(young)];
  await fill(blue, new Random(28), { perKind: 3, bigElements: 8000 });

  await replicate(context, { ...FORWARD, targetIsOurs: false, overlap: false }, listener());
  await blue.multi().select(0).set('after', '1', 'PX', 600_000).del('string:1').exec();
  await drain(context, { ...FORWARD, timeoutSeconds: 20 }, listener());
  expect(await verify(context, { ...FORWARD, mode: 'full' }, listener())).toMatchObject({ mismatches: 0 });
  expect(await differences(blue, green)).toEqual([]);

  await blue.flushall();
  await replicate(context, { ...BACK, targetIsOurs: true, overlap: false }, listener());
  await green.multi().select(0).del('after').hset('hash:1', 'field 0', 'edited').exec();
  await drain(context, { ...BACK, timeoutSeconds: 20 }, listener());
  expect(await verify(context, { ...BACK, mode: 'full' }, listener())).toMatchObject({ mismatches: 0 });
  expect(await differences(blue, green)).toEqual([]);
});
