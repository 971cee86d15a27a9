import { evict } from '../../../../../agent/redis/evict';
import { readMarkers } from '../../../../../agent/redis/relay/switch/serving';
import { keepUp } from '../../../../../agent/redis/relay/switch/upkeep';
import { relayStatus } from '../../../../../agent/redis/relay-status';
import { replicate } from '../../../../../agent/redis/replicate';
import { withdraw } from '../../../../../agent/redis/withdraw';
import { BACK, FORWARD } from '../../replication/support/pair';
import { listener, Stage } from '../../stage';
import { interposedPair } from './handed-over';

const stage = new Stage();
afterEach(() => stage.end());
jest.setTimeout(60_000);

const interposed = () => interposedPair(stage, (blue) => blue.mset('key', '0', 'deleted', '0', 'expires', '0'));
const failure = (reason: string) => ({ name: 'Agent.NotHandedOver', message: expect.stringContaining(reason) });

test('a client goes to green and back on one connection, and its writes with it', async () => {
  const { pair, client, move, markers } = await interposed();
  const user = await client();
  await user.multi().set('key', '1').expire('expires', 100).exec();
  expect(await markers()).toEqual({ blue: 'serves', green: 'left' });

  const there = await move('green');
  process.stdout.write(`A pause of ${there.pauseMs} ms to green.\n`);
  expect(there).toMatchObject({ from: 'blue', to: 'green', epoch: 2, clients: 1, closed: 0, strays: 0 });
  expect(await user.get('key')).toBe('1');
  await user.set('key', '2');
  await user.del('deleted');
  expect(await markers()).toEqual({ blue: 'left', green: 'serves' });
  expect((await pair.status()).map(({ from }) => from)).toEqual(['green']);
  expect(await relayStatus(pair.context, {}, listener())).toMatchObject({ serving: 'green', epoch: 2, clients: 1 });

  const back = await move('blue');
  process.stdout.write(`A pause of ${back.pauseMs} ms back to blue.\n`);
  expect(back).toMatchObject({ epoch: 3, closed: 0, strays: 0 });
  expect(await user.mget('key', 'deleted')).toEqual(['2', null]);
  expect(await user.ttl('expires')).toBeGreaterThan(50);
  expect(user.status).toBe('ready');
});

test('markers are neither copied nor compared nor counted', async () => {
  const { pair, move } = await interposed();
  await move('green');
  await pair.drain(BACK);
  const { mismatches, keysCompared } = await pair.verify('full', BACK);
  expect({ mismatches, keysCompared }).toEqual({ mismatches: 0, keysCompared: 3 });
});

test('while a client goes round the relay nobody is moved, and nothing is held', async () => {
  const { pair, client, move, markers } = await interposed();
  const user = await client();
  const direct = await stage.user(pair.blueServer, { connectionName: 'direct' });
  await expect(move('green')).rejects.toMatchObject(failure('"direct" (1)'));
  expect(await markers()).toEqual({ blue: 'serves', green: 'left' });
  expect(await user.set('key', '1')).toBe('OK');

  direct.disconnect();
  expect(await move('green')).toMatchObject({ to: 'green' });
  expect(await user.get('key')).toBe('1');
});

test.each(['hold', 'prepare'] as const)(
  'where the relay cannot %s, clients go on on blue, and so does the copy',
  async (step) => {
    const { pair, client, move, markers } = await interposed();
    const user = await client();
    const relay = pair.context.relays.running?.relay;
    if (relay === undefined) throw new Error('No relay runs.');
    const original = relay[step].bind(relay) as () => Promise<never>;
    relay[step] = async (...args: unknown[]) => {
      if (step === 'hold') await (original as (...all: unknown[]) => Promise<never>)(...args);
      throw new Error(`cannot ${step}`);
    };
    await expect(move('green')).rejects.toMatchObject(failure(`cannot ${step}`));
    expect(await user.set('key', '1')).toBe('OK');
    expect(await markers()).toEqual({ blue: 'serves', green: 'left' });
    await pair.drain(FORWARD);
    const green = await stage.user(pair.greenServer);
    expect(await green.get('key')).toBe('1');
    green.disconnect();

    relay[step] = original;
    expect(await move('green')).toMatchObject({ to: 'green' });
    expect(await user.get('key')).toBe('1');
  },
);

test('a pause that would be too long is given up', async () => {
  const { client, move, markers } = await interposed();
  const user = await client();
  await expect(move('green', { maxPauseMs: 1 })).rejects.toMatchObject({ name: 'Agent.NotHandedOver' });
  expect(await user.set('key', '1')).toBe('OK');
  expect(await markers()).toEqual({ blue: 'serves', green: 'left' });
});

test('an attempt whose marker somebody took away in the pause does not happen', async () => {
  const { pair, client, move } = await interposed();
  const user = await client();
  const relay = pair.context.relays.running?.relay;
  if (relay === undefined) throw new Error('No relay runs.');
  const prepare = relay.prepare.bind(relay);
  relay.prepare = async (...args) => {
    const green = await stage.user(pair.greenServer);
    await green.del('cdk-cutover:relay:asked');
    green.disconnect();
    return prepare(...args);
  };
  await expect(move('green')).rejects.toMatchObject(failure('was not the one of this attempt'));
  expect(await user.set('key', '1')).toBe('OK');
  expect(await readMarkers(pair.context)).toMatchObject({ serving: { side: 'blue' } });
});

test('nothing is copied over the side that serves', async () => {
  const { pair, move } = await interposed();
  await move('green');
  const again = replicate(pair.context, { ...FORWARD, targetIsOurs: true, overlap: false }, listener());
  await expect(again).rejects.toMatchObject({
    name: 'Agent.SideServes',
    message: expect.stringContaining('green serves'),
  });
  expect((await pair.status()).map(({ from }) => from)).toEqual(['green']);
});

test('a marker that was evicted is written again', async () => {
  const { pair, client, markers } = await interposed();
  const user = await client();
  await user.flushall();
  expect(await markers()).toEqual({ blue: '', green: 'left' });
  await keepUp(pair.context);
  expect(await markers()).toEqual({ blue: 'serves', green: 'left' });
});

test('a relay ends once nobody is connected to it, and takes its markers away', async () => {
  const { pair, client, markers } = await interposed();
  const user = await client();
  await expect(withdraw(pair.context, {}, listener())).rejects.toMatchObject({ name: 'Agent.NotEmptied' });
  user.disconnect();
  while ((await relayStatus(pair.context, {}, listener())).clients > 0) await new Promise((r) => setTimeout(r, 10));
  expect(await withdraw(pair.context, {}, listener())).toMatchObject({ clients: 0 });
  expect(await markers()).toEqual({ blue: '', green: '' });
});

test('one by one, those who go round the relay are closed, and nobody who comes through it', async () => {
  const { pair, client } = await interposed();
  const user = await client();
  await user.set('key', '1');
  const direct = await Promise.all(['a', 'b'].map((name) => stage.user(pair.blueServer, { connectionName: name })));
  const args = { side: 'blue', quietSeconds: 0.3, timeoutSeconds: 20, oneByOne: true } as const;
  expect(await evict(pair.context, args, listener())).toMatchObject({ closed: 2, rounds: 2 });
  await expect(direct[0]?.ping()).rejects.toThrow();
  expect(await user.get('key')).toBe('1');
});

test('a relay that ends closes its clients between two commands, and takes nothing that a blocked one waits for', async () => {
  const { pair, client, markers } = await interposed();
  const busy = await client();
  const failed: unknown[] = [];
  let asked = 0;
  const asks = (async () => {
    while (busy.status === 'ready')
      await busy.incr('key').then(
        () => asked++,
        (error: unknown) => failed.push(error),
      );
  })();
  const waits = (await client()).blpop('list', 0).catch((error: Error) => error);
  while ((await relayStatus(pair.context, {}, listener())).blocked === 0) await new Promise((r) => setTimeout(r, 10));
  expect(await withdraw(pair.context, { closesWithinSeconds: 0.5 }, listener())).toMatchObject({ clients: 0 });
  await asks;
  await expect(waits).resolves.toBeInstanceOf(Error);
  expect(await markers()).toEqual({ blue: '', green: '' });
  const direct = await stage.user(pair.blueServer);
  await direct.rpush('list', 'kept');
  expect(await direct.llen('list')).toBe(1);
  expect(Number(await direct.get('key'))).toBe(asked);
  expect(failed.length).toBeLessThanOrEqual(1);
});
