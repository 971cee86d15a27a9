import { setTimeout } from 'node:timers/promises';
import type { RedisContext } from '../../../../../agent/redis/context';
import { evict } from '../../../../../agent/redis/evict';
import { handover } from '../../../../../agent/redis/handover';
import { interpose } from '../../../../../agent/redis/interpose';
import { resumeRelay } from '../../../../../agent/redis/relay/switch/interposing';
import { relayStatus } from '../../../../../agent/redis/relay-status';
import { resumeReplication } from '../../../../../agent/redis/replicate';
import { certificateFor } from '../../../certificate';
import { FORWARD, ReplicatedPair } from '../../replication/support/pair';
import { endpointOf, listener, Stage } from '../../stage';
import { refusing } from '../support/refusing';

const stage = new Stage();
afterEach(() => stage.end());

const MOVE = { ...FORWARD, maxPauseMs: 1000, closesOthers: false };
const START = { serving: 'blue', port: 0, takesOver: false } as const;

test('what is missing for a switch is said before anybody is held', async () => {
  const pair = await ReplicatedPair.start(stage);
  const { context } = pair;
  const moved = () => handover(context, MOVE, listener());
  await expect(moved()).rejects.toThrow('no relay runs in this service: begin with redis.interpose');
  await interpose(context, START, listener());
  await expect(moved()).rejects.toThrow('blue is not copied to green: begin with redis.replicate');
  await expect(handover(context, { ...MOVE, from: 'green', to: 'blue' }, listener())).rejects.toThrow(
    'on blue already',
  );
  await pair.replicate();
  await expect(moved()).rejects.toThrow('the two sides were not compared: begin with redis.verify, mode full');
});

test('a relay that is begun twice is one, and no other side is taken for the one that serves', async () => {
  const pair = await ReplicatedPair.start(stage);
  const { port } = await interpose(pair.context, START, listener());
  expect(await interpose(pair.context, START, listener())).toMatchObject({ port, serving: 'blue', epoch: 1 });
  const green = interpose(pair.context, { ...START, serving: 'green' }, listener());
  await expect(green).rejects.toMatchObject({
    name: 'Agent.SideServes',
    message: expect.stringContaining('--serving blue'),
  });
});

test('a relay speaks to clients as both caches do, by a certificate that they accept', async () => {
  const pair = await ReplicatedPair.start(stage);
  const { blue, green } = pair.context.endpoints;
  const refusal = (more: Partial<RedisContext>) => interpose({ ...pair.context, ...more }, START, listener());
  await expect(refusal({ endpoints: { blue, green: { ...green, tls: true } } })).rejects.toMatchObject({
    name: 'Agent.BadRequest',
    message: expect.stringMatching(/^green .* encrypts in transit, and the relay has no certificate/),
  });
  const { certificate: chain, key: privateKey } = await certificateFor('another.example');
  const relayCertificate = async () => ({ chain, privateKey });
  await expect(refusal({ relayCertificate })).rejects.toThrow(
    /^blue .* does not encrypt in transit, and the relay has a certificate/,
  );
  const endpoints = { blue: { ...blue, tls: true }, green: { ...green, tls: true } };
  await expect(refusal({ endpoints, relayCertificate })).rejects.toThrow('does not cover cache.internal.example');
  expect(pair.context.relays.running).toBeUndefined();
});

test('where clients do not accept the certificate, no connection to the cache is closed for the relay', async () => {
  const tls = await certificateFor('cache.internal.example');
  const [blue, green] = [await stage.server('redis', '6.0', { tls }), await stage.server('valkey', '8.1', { tls })];
  const endpoint = { tls: true, ca: tls.authority };
  const context: RedisContext = {
    ...(await stage.context(endpointOf(blue, endpoint), endpointOf(green, endpoint))),
    relayCertificate: async () => ({ chain: tls.certificate, privateKey: tls.key }),
  };
  const { port = 0 } = await interpose(context, START, listener());
  const direct = await stage.user(blue, { tls: { ca: tls.authority } });
  await refusing(port);
  while ((await relayStatus(context, {}, listener())).refused.length === 0) await setTimeout(5);
  const eviction = { side: 'blue', quietSeconds: 0.2, timeoutSeconds: 5, oneByOne: true } as const;
  await expect(evict(context, eviction, listener())).rejects.toMatchObject({
    name: 'Agent.NotEmptied',
    message: expect.stringMatching(/1 times: does not accept the certificate/),
  });
  await expect(direct.ping()).resolves.toBe('PONG');
});

test('another host neither relays nor copies before it is said that the first is shut out', async () => {
  const pair = await ReplicatedPair.start(stage);
  await pair.replicate();
  await interpose(pair.context, START, listener());
  const next = await pair.onNewHost(stage);
  await expect(interpose(next.context, START, listener())).rejects.toThrow('shut it out of both sides');
  const journal = JSON.stringify({ following: { ...FORWARD, overlap: false, anew: true } });
  await expect(resumeReplication(next.context, journal)).rejects.toThrow('shut it out of both sides');
  expect(await next.status()).toEqual([]);

  expect(await interpose(next.context, { ...START, takesOver: true }, listener())).toMatchObject({ serving: 'blue' });
  await resumeReplication(next.context, journal);
  expect(await next.status()).toHaveLength(1);
});

test('an agent whose relay ran, and that finds no marker, serves nobody', async () => {
  const pair = await ReplicatedPair.start(stage);
  await interpose(pair.context, START, listener());
  await pair.context.relays.stop();
  await pair.blue.flushall();
  await pair.green.flushall();
  await expect(resumeRelay(pair.context)).rejects.toMatchObject({ name: 'Agent.ServingUnknown' });
  expect(await relayStatus(pair.context, {}, listener())).not.toHaveProperty('port');
});

test('an agent that finds a switch begun and one side away serves nobody until that side answers', async () => {
  const pair = await ReplicatedPair.start(stage);
  await interpose(pair.context, START, listener());
  await pair.context.relays.stop();
  await pair.blue.rename('cdk-cutover:relay:serves', 'cdk-cutover:relay:leaving');
  await pair.greenServer.kill();
  await expect(resumeRelay(pair.context)).rejects.toMatchObject({ name: 'Agent.Unreachable' });
  expect(pair.context.relays.running).toBeUndefined();
  await pair.greenServer.restart();
  // It was a cache without a disk: the attempt is not there any more, and nobody can tell.
  await expect(resumeRelay(pair.context)).rejects.toMatchObject({ name: 'Agent.ServingUnknown' });
  await pair.blue.rename('cdk-cutover:relay:leaving', 'cdk-cutover:relay:serves');
  await resumeRelay(pair.context);
  expect(await relayStatus(pair.context, {}, listener())).toMatchObject({ serving: 'blue' });
});
