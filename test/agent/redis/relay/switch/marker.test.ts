import { MarkedServer } from '../../../../../agent/redis/relay/switch/marker';
import type { Marker } from '../../../../../agent/redis/relay/switch/who-serves';
import { endpointOf, Stage } from '../../stage';

const stage = new Stage();
afterEach(() => stage.end());

const asked = (more: Partial<Marker> = {}): Marker => ({
  ...{ state: 'asked', epoch: 2, migration: 'test', host: 'this', runId: 'run' },
  ...more,
});

describe.each([
  ['redis', '6.0'],
  ['valkey', '8.1'],
] as const)('%s %s', (engine, version) => {
  async function marked() {
    const server = await stage.server(engine, version);
    const user = await stage.user(server);
    const open = async () => {
      const opened = await MarkedServer.open(endpointOf(server));
      stage.later(() => opened.close());
      return opened;
    };
    return { user, open };
  }

  test('a marker is one key, which changes its name', async () => {
    const { user, open } = await marked();
    const marker = await open();
    expect(await marker.read()).toBeUndefined();
    expect(await marker.write(undefined, asked())).toBe(true);
    expect(await marker.read()).toEqual(asked());
    expect(await marker.rename(asked(), 'serves')).toBe(true);
    expect(await user.keys('*')).toEqual(['cdk-cutover:relay:serves']);
    expect(await marker.read()).toEqual(asked({ state: 'serves' }));
    expect(await marker.write(asked({ state: 'serves' }), asked({ epoch: 3 }))).toBe(true);
    expect(await user.keys('*')).toEqual(['cdk-cutover:relay:asked']);
    expect(await marker.remove(asked({ epoch: 3 }))).toBe(true);
    expect(await user.keys('*')).toEqual([]);
  });

  test('of two that decide one way and the other at once, one succeeds', async () => {
    const { open } = await marked();
    const [one, other] = [await open(), await open()];
    await one.write(undefined, asked());
    for (let epoch = 3; epoch < 40; epoch += 1) {
      const results = await Promise.all([
        one.rename(asked({ epoch: epoch - 1 }), 'serves'),
        other.rename(asked({ epoch: epoch - 1 }), 'left'),
      ]);
      expect(results.filter(Boolean)).toHaveLength(1);
      const marker = await one.read();
      expect(marker?.state).toBe(results[0] ? 'serves' : 'left');
      expect(await one.write(marker, asked({ epoch }))).toBe(true);
    }
  });

  test('what is of another attempt or another host is not changed', async () => {
    const { open } = await marked();
    const marker = await open();
    await marker.write(undefined, asked());
    expect(await marker.rename(asked({ epoch: 1 }), 'serves')).toBe(false);
    expect(await marker.rename(asked({ host: 'another' }), 'serves')).toBe(false);
    expect(await marker.rename(asked({ state: 'left' }), 'serves')).toBe(false);
    expect(await marker.write(undefined, asked({ epoch: 7 }))).toBe(false);
    expect(await marker.read()).toEqual(asked());
  });

  test('a decision that arrives after the attempt was given up, and another began, changes nothing', async () => {
    const { open } = await marked();
    const [marker, late] = [await open(), await open()];
    await marker.write(undefined, asked());
    expect(await marker.rename(asked(), 'left')).toBe(true);
    expect(await marker.write(asked({ state: 'left' }), asked({ epoch: 3 }))).toBe(true);
    expect(await late.rename(asked(), 'serves')).toBe(false);
    expect(await marker.read()).toEqual(asked({ epoch: 3 }));
  });

  test('a server without memory for another key still decides', async () => {
    const { user, open } = await marked();
    const marker = await open();
    await marker.write(undefined, asked());
    await user.config('SET', 'maxmemory-policy', 'noeviction');
    await user.config('SET', 'maxmemory', 1);
    await expect(user.set('key', 'value')).rejects.toThrow('OOM');
    expect(await marker.rename(asked(), 'serves')).toBe(true);
    expect(await marker.read()).toEqual(asked({ state: 'serves' }));
    await expect(marker.write(asked({ state: 'serves' }), asked({ epoch: 3 }))).rejects.toMatchObject({
      name: 'Agent.TargetOutOfMemory',
    });
    expect(await marker.read()).toEqual(asked({ state: 'serves' }));
  });
});

test('two markers on one server, or one that nobody of the agent wrote, are believed by nobody', async () => {
  const server = await stage.server('redis', '7.0');
  const user = await stage.user(server);
  const marker = await MarkedServer.open(endpointOf(server));
  stage.later(() => marker.close());
  await user.set('cdk-cutover:relay:serves', 'me');
  await expect(marker.read()).rejects.toThrow('no marker that this agent has written');
  const { state: _, ...value } = asked();
  await user.mset('cdk-cutover:relay:serves', JSON.stringify(value), 'cdk-cutover:relay:left', JSON.stringify(value));
  await expect(marker.read()).rejects.toThrow('There are 2 markers');
});

test('what is waited for is on the replica, and what the replica cannot get yet is not', async () => {
  const [server, replica] = [await stage.server('valkey', '8.1'), await stage.server('valkey', '8.1')];
  const onReplica = await stage.user(replica);
  await onReplica.call('REPLICAOF', server.host, server.port);
  while (!String(await onReplica.info('replication')).includes('master_link_status:up')) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const marker = await MarkedServer.open(endpointOf(server));
  stage.later(() => marker.close());
  await marker.write(undefined, asked());
  await marker.replicated(AbortSignal.timeout(20_000));
  expect(await onReplica.keys('*')).toEqual(['cdk-cutover:relay:asked']);
  const late = await MarkedServer.open(endpointOf(replica));
  stage.later(() => late.close());
  await expect(late.read()).rejects.toMatchObject({ name: 'Agent.TargetReadOnly' });

  // A replica that is busy: it confirms nothing until it has read again.
  process.kill(replica.pid, 'SIGSTOP');
  try {
    await marker.rename(asked(), 'serves');
    await expect(marker.replicated(AbortSignal.timeout(600))).rejects.toThrow();
  } finally {
    process.kill(replica.pid, 'SIGCONT');
  }
  await marker.replicated(AbortSignal.timeout(20_000));
  expect(await onReplica.keys('*')).toEqual(['cdk-cutover:relay:serves']);
});
