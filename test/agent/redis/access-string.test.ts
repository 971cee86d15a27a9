import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ACCESS_STRING } from '../../../agent/redis/access-string';
import { evict } from '../../../agent/redis/evict';
import { freeze } from '../../../agent/redis/freeze';
import { nowrites } from '../../../agent/redis/nowrites';
import { unfreeze } from '../../../agent/redis/unfreeze';
import type { EngineName } from '../../../rehearsal/engines/engine';
import { BACK, ReplicatedPair } from './replication/support/pair';
import { listener, Stage } from './stage';

const stage = new Stage();
afterEach(() => stage.end());

const login = { username: 'mover', password: 'planted-password-of-the-mover' };

/** Redis 6.0 knows no channels: ElastiCache's 6.x is 6.2. */
function options(version: string) {
  const rules = ACCESS_STRING.replace(/^on /, '').replace(version === '6.0' ? '&* ' : '', '');
  const directives = { 'slowlog-log-slower-than': '0', 'slowlog-max-len': '100000' };
  return {
    notifyKeyspaceEvents: 'AKE',
    directives,
    users: [{ name: login.username, password: login.password, rules }],
  };
}

/** Of each type, with an expiry or without, and a list and a hash that are too big for one answer. */
async function write(user: ReplicatedPair['blue'], round: string): Promise<void> {
  const many = user.pipeline();
  many.set(`text:${round}`, round).pexpire(`text:${round}`, 600_000).set('changed', round).del('deleted');
  many.hset('hash', round, '1').rpush('list', round).sadd('set', round).zadd('zset', 1, round);
  many.xadd('stream', '*', 'round', round).xgroup('CREATE', 'stream', `group:${round}`, '0');
  const pieces = round === 'first' ? 9 : 1;
  for (let i = 0; i < pieces; i += 1) {
    const piece = `${round}:${i}:${'x'.repeat(2 ** 17)}`;
    many.rpush('big:list', piece).hset('big:hash', piece.slice(0, 9), piece);
  }
  await many.exec();
}

/** What the agent writes into its log from now on. */
function listened({ context }: ReplicatedPair): unknown[] {
  const told: unknown[] = [];
  for (const level of ['info', 'warn'] as const) {
    jest.spyOn(context.logger, level).mockImplementation((...line: unknown[]) => void told.push(line));
  }
  return told;
}

/** Not in what the agent said, nor in its files, nor in what a server tells those who may ask, or writes down. */
async function expectNoPassword({ context, blueServer, greenServer }: ReplicatedPair, told: unknown[]): Promise<void> {
  const left = [JSON.stringify(told)];
  for (const file of readdirSync(context.stateDirectory, { recursive: true, encoding: 'utf8' })) {
    const full = join(context.stateDirectory, file);
    if (statSync(full).isFile()) left.push(readFileSync(full, 'latin1'));
  }
  for (const server of [blueServer, greenServer]) {
    const anyone = await stage.user(server);
    left.push(server.logTail(10_000));
    for (const question of ['CLIENT LIST', 'SLOWLOG GET 100000', 'ACL LOG', 'ACL LIST', 'INFO ALL']) {
      const [command = '', ...args] = question.split(' ');
      left.push(JSON.stringify(await anyone.call(command, ...args)));
    }
  }
  // What is searched in was really collected: the server names the user, and the slow log has every command.
  expect(left.join('')).toContain(login.username);
  expect(left.join('')).toMatch(/"SCAN"|"scan"/);
  expect(left.filter((text) => text.includes(login.password))).toEqual([]);
}

describe.each<[EngineName, string, EngineName, string]>([
  ['redis', '6.0', 'redis', '7.0'],
  ['redis', '7.0', 'valkey', '8.1'],
])('a user of %s %s and %s %s with the access string of the docs and no more', (...[of, version, to, target]) => {
  const sides = {
    blue: [of, version],
    green: [to, target],
    blueOptions: options(version),
    greenOptions: options(target),
    login,
  } as const;

  test('is enough for the whole of a fenced night, there and back', async () => {
    const pair = await ReplicatedPair.start(stage, sides);
    const side = 'blue';
    const told = listened(pair);
    await pair.blue.set('deleted', '1');
    await write(pair.blue, 'first');
    await pair.replicate();
    await write(pair.blue, 'second');
    expect(await pair.verify()).toMatchObject({ mismatches: 0 });
    await freeze(pair.context, { side, seconds: 30 }, listener());
    await nowrites(pair.context, { side, seconds: 0.1, timeoutSeconds: 5 }, listener());
    await pair.drain();
    expect(await pair.verify('delta')).toMatchObject({ mismatches: 0 });
    await pair.reverse();
    await unfreeze(pair.context, { side }, listener());
    await write(pair.green, 'third');
    await pair.drain(BACK);
    expect(await pair.verify('full', BACK)).toMatchObject({ mismatches: 0 });
    const evicted = await evict(pair.context, { side, quietSeconds: 0.1, timeoutSeconds: 5 }, listener());
    await expectNoPassword(pair, [...told, await pair.status(), evicted]);
  });

  test('is enough where both sides are open, and clients write on the other', async () => {
    const pair = await ReplicatedPair.start(stage, { ...sides, consistency: 'LIVE' });
    await write(pair.blue, 'first');
    await pair.replicate({ overlap: true });
    await write(pair.blue, 'second');
    await pair.green.set('changed', 'by clients of green');
    await pair.drain();
    expect((await pair.status())[0]).toMatchObject({ state: 'tailing' });
    expect(await pair.green.get('changed')).toBe('by clients of green');
    await pair.reverse(BACK, true);
    await pair.drain(BACK);
  });
});

test('the docs have it as text', () => {
  expect(readFileSync('docs/caches.md', 'utf8')).toContain(`\n${ACCESS_STRING}\n`);
});
