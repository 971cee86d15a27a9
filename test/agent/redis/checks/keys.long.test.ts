import type { Redis } from 'ioredis';
import { Glob } from '../../../../agent/redis/checks/glob';
import { keysCheck } from '../../../../agent/redis/checks/keys';
import type { KeysCheckArgs } from '../../../../contract/cache';
import type { CheckResult } from '../../../../contract/common';
import type { Server } from '../../../../rehearsal/engines/redis/server';
import { endpointOf, engines, listener, Stage } from '../stage';

const ASKED: KeysCheckArgs = {
  side: 'green',
  pattern: 'session:*',
  database: 0,
  atLeast: 1,
  existing: false,
  withinSeconds: 20,
};

describe.each(engines)('keys that appear in %s %s', (engine, version) => {
  let stage: Stage;
  let server: Server;
  let user: Redis;

  beforeEach(async () => {
    stage = new Stage();
    server = await stage.server(engine, version);
    user = await stage.user(server);
  });
  afterEach(() => stage.end());

  const check = async (more: Partial<KeysCheckArgs> = {}, report = listener()): Promise<CheckResult> =>
    keysCheck(await stage.context(endpointOf(server)), { ...ASKED, ...more }, report);

  /** Resolves when the check has had its first look. */
  const looked = () => sleepUntil(async () => /cmdstat_scan/.test(await user.info('commandstats')));

  test('are those that nobody had before, and their names are not told', async () => {
    await user.mset('session:1', 'a', 'session:2', 'b', 'other', 'c');
    const asked = check({ atLeast: 2 });
    await looked();
    await user.mset('session:3', 'a', 'session:4', 'b', 'other:5', 'c');
    const result = await asked;
    expect(result).toEqual({ passed: true, detail: '2 keys that match "session:*" appeared in database 0 of green' });
  });

  test('are not those that were there, nor what stays, goes or is elsewhere', async () => {
    await user.mset('session:1', 'a', 'session:2', 'b');
    const elsewhere = await stage.user(server, { db: 3 });
    const asked = check({ withinSeconds: 3 });
    await looked();
    await user.del('session:1');
    await user.set('session:2', 'written over');
    await elsewhere.set('session:9', 'a');
    await expect(asked).resolves.toEqual({
      passed: false,
      detail:
        '0 keys that match "session:*" appeared in database 0 of green within 3 s, expected at least 1 (2 were there before, and names that were there are not seen written over: nothing was announced)',
    });
  });

  test('are those too that are written over, where the server announces it', async () => {
    await user.config('SET', 'notify-keyspace-events', 'AKE');
    await user.set('lock:1', 'a');
    const asked = check({ pattern: 'lock:[0-9]' });
    await looked();
    await user.set('lock:1', 'b');
    await expect(asked).resolves.toMatchObject({ passed: true });
  });

  test('are not those that the server announces as gone', async () => {
    await user.config('SET', 'notify-keyspace-events', 'AKE');
    await user.mset('session:1', 'a', 'session:2', 'b');
    const asked = check({ withinSeconds: 3 });
    await looked();
    await user.del('session:1');
    await user.expire('session:2', 1);
    await expect(asked).resolves.toMatchObject({
      passed: false,
      detail: expect.stringMatching(/^0 keys .*\(2 were there before\)$/),
    });
  });

  test('may be those that are there already, where that is asked', async () => {
    const there = await stage.user(server, { db: 3 });
    await there.mset('session:1', 'a', 'session:2', 'b');
    await expect(check({ database: 3, existing: true, atLeast: 2 })).resolves.toEqual({
      passed: true,
      detail: 'at least 2 keys that match "session:*" are in database 3 of green',
    });
    await expect(check({ database: 3, existing: true, atLeast: 3, withinSeconds: 1 })).resolves.toEqual({
      passed: false,
      detail: '2 keys that match "session:*" are in database 3 of green, expected at least 3',
    });
  });

  test('are looked for in databases that the server has', async () => {
    await expect(check({ database: 99 })).rejects.toMatchObject({ message: expect.stringMatching(/DB index/i) });
  });

  test('are not waited for any longer once nobody asks', async () => {
    const controller = new AbortController();
    const asked = check({}, listener(controller.signal));
    await looked();
    controller.abort(new Error('nobody waits'));
    await expect(asked).rejects.toThrow('nobody waits');
  });
});

test.each([
  ['session:*', 'session:1', true],
  ['session:*', 'xsession:1', false],
  ['*:lock', 'a:b:lock', true],
  ['*a*b*c', 'xxaxbxbc', true],
  ['*a*b*c', 'xxaxcxb', false],
  ['h?llo', 'hello', true],
  ['h?llo', 'hllo', false],
  ['h[ae]llo', 'hallo', true],
  ['h[^e]llo', 'hello', false],
  ['h[a-c]llo', 'hbllo', true],
  ['h[c-a]llo', 'hbllo', true],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'axb', false],
  ['[\\]]', ']', true],
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['\n*', '\nx', true],
])('the pattern %j and the key %j: %s', (pattern, key, expected) => {
  expect(new Glob(pattern).matches(key)).toBe(expected);
});

describe('a pattern', () => {
  const stage = new Stage();
  afterAll(() => stage.end());

  test('matches what the server’s own MATCH does', async () => {
    const server = await stage.server('valkey', '8.1');
    const user = await stage.user(server);
    const keys = ['a', 'ab', 'abc', 'a*c', 'a[c', 'b-d', 'a:b:c', 'ä', ']', '^', 'ac', 'aXc', '\\'];
    await user.mset(Object.fromEntries(keys.map((key) => [key, '1'])));
    for (const pattern of [
      'a*',
      '*c',
      'a?c',
      'a[*X]c',
      'a\\*c',
      '[^a]*',
      '[a-c]*',
      '*:*',
      'a\\[c',
      '[]]',
      '?',
      '\\\\',
    ]) {
      const [, found] = await user.scan(0, 'MATCH', pattern, 'COUNT', 1000);
      const bytes = (text: string) => Buffer.from(text).toString('latin1');
      const own = keys.filter((key) => new Glob(bytes(pattern)).matches(bytes(key)));
      expect([pattern, own.sort()]).toEqual([pattern, found.sort()]);
    }
  });
});

async function sleepUntil(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
  // The look that has begun has ended: the keys are few.
  await new Promise((resolve) => setTimeout(resolve, 300));
}
