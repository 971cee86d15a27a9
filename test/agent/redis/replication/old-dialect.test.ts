import type { RedisContext } from '../../../../agent/redis/context';
import { drain } from '../../../../agent/redis/drain';
import { replicate } from '../../../../agent/redis/replicate';
import { verify } from '../../../../agent/redis/verify';
import { endpointOf, listener, Stage } from '../stage';
import { fill } from './support/dataset';
import { differences } from './support/independent-comparison';
import { BACK, FORWARD } from './support/pair';
import { Random } from './support/random';

const stage = new Stage();
afterEach(() => stage.end());

/** Commands that came after 2.8, removed: a caller of one of them is told so. */
const NOT_IN_2_8 = ['MEMORY', 'UNLINK', 'TOUCH', 'SWAPDB'];

test('a server of 2.8 is copied from, followed and filled again with what it has', async () => {
  const renamedCommands = Object.fromEntries(NOT_IN_2_8.map((command) => [command, '']));
  const old = await stage.server('redis', '6.0', { notifyKeyspaceEvents: 'AKE', renamedCommands });
  const young = await stage.server('valkey', '8.1', { notifyKeyspaceEvents: 'AKE' });
  const { host, port } = await stage.olderThanItIs(old, '2.8.24');
  const endpoint = endpointOf(old, { host, port });
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
