import { Info } from '../../../../../agent/redis/info';
import { type Unannounced, UnannouncedChanges } from '../../../../../agent/redis/replication/unannounced/unannounced';
import { silentCommandsOf } from '../../../../../agent/redis/silent-commands/silent-commands';
import { versionOf } from '../../../../../agent/redis/version';

function info(calls: Readonly<Record<string, number>>, more = 'run_id:one', version = 'redis_version:6.0.16'): Info {
  const stats = Object.entries(calls).map(
    ([command, count]) => `cmdstat_${command}:calls=${count},usec=1,usec_per_call=1.00`,
  );
  return new Info([more, version, ...stats].join('\r\n'));
}

function changesOf(version: string): UnannouncedChanges {
  return new UnannouncedChanges(silentCommandsOf(versionOf(info({}, '', version))));
}

const NOTHING = { replaced: false, silentWrites: false, changes: [], calls: {} };

function plain({ replaced, silentWrites, changes, calls }: Unannounced): object {
  return { replaced, silentWrites, changes: [...changes].sort(), calls: Object.fromEntries(calls) };
}

describe('what no event tells of', () => {
  const base = { get: 10, set: 10, flushdb: 1, swapdb: 1 };
  let changes: UnannouncedChanges;
  beforeEach(() => {
    changes = changesOf('redis_version:6.0.16');
    changes.since(info(base));
  });

  test.each([
    ['reads', { ...base, get: 500 }, {}],
    ['FLUSHDB', { ...base, flushdb: 2 }, { changes: ['gone'], calls: { flushdb: 1 } }],
    ['FLUSHALL', { ...base, flushall: 1 }, { changes: ['gone'], calls: { flushall: 1 } }],
    ['SWAPDB', { ...base, swapdb: 2 }, { changes: ['gone', 'new', 'type'], calls: { swapdb: 1 } }],
    ['counters that were reset', { get: 1 }, { replaced: true }],
    ['counters that were reset, and are higher by now', { ...base, set: 9, get: 500 }, { replaced: true }],
    ['XREADGROUP', { ...base, xreadgroup: 1 }, { changes: ['stream value'], calls: { xreadgroup: 1 } }],
    ['XACK', { ...base, xack: 2 }, { changes: ['stream value'], calls: { xack: 2 } }],
    ['a write whose events were never seen', { ...base, set: 11 }, { silentWrites: true }],
  ])('%s', (_, calls, found) => {
    expect(plain(changes.since(info(calls)))).toEqual({ ...NOTHING, ...found });
  });

  test('a server that was restarted in between', () => {
    expect(plain(changes.since(info({ ...base, get: 11 }, 'run_id:two')))).toEqual({ ...NOTHING, replaced: true });
  });

  test('a kind of write is trusted to be announced once an event of it was seen, and only that kind', () => {
    changes.sawEvent('set');
    expect(plain(changes.since(info({ ...base, set: 20 })))).toEqual(NOTHING);
    expect(plain(changes.since(info({ ...base, set: 20, hset: 1 })))).toEqual({ ...NOTHING, silentWrites: true });
    expect(changes.silent).toBe(true);
    changes.sawEvent('hset');
    expect(changes.silent).toBe(false);
  });

  test('an eviction where evictions are not announced', () => {
    expect(plain(changes.since(info(base, 'run_id:one\r\nevicted_keys:3')))).toEqual({
      ...NOTHING,
      silentWrites: true,
    });
    changes.sawEvent('evicted');
    expect(plain(changes.since(info(base, 'run_id:one\r\nevicted_keys:9')))).toEqual(NOTHING);
  });

  test('nothing is known before the first look', () => {
    const first = changesOf('redis_version:6.0.16').since(info({ set: 5, flushall: 7 }));
    expect(plain(first)).toEqual(NOTHING);
  });
});

/** As the engines behave: `scripts/silent-commands` called every write command on each of them. */
test.each([
  ['redis_version:2.8.24', 'persist', ['expiry']],
  ['redis_version:2.8.24', 'lrem', ['gone', 'list length']],
  ['redis_version:2.8.24', 'move', ['gone', 'new']],
  ['redis_version:2.8.24', 'sinterstore', ['gone']],
  ['redis_version:2.8.24', 'migrate', ['gone']],
  ['redis_version:2.8.24', 'rename', []],
  ['redis_version:3.2.13', 'lrem', []],
  // Not tried: what either neighbour leaves out.
  ['redis_version:3.0.9', 'lrem', ['gone', 'list length']],
  ['redis_version:5.0.6', 'persist', ['expiry']],
  ['redis_version:5.0.6', 'restore', ['gone', 'new', 'string value', 'type']],
  ['redis_version:6.2.0', 'sinterstore', ['gone']],
  ['redis_version:6.2.3', 'sinterstore', ['gone']],
  ['redis_version:6.2.16', 'sinterstore', []],
  ['redis_version:5.0.6', 'xack', ['stream value']],
  ['redis_version:6.0.16', 'persist', []],
  ['redis_version:7.2.4', 'xclaim', ['stream value']],
  ['redis_version:8.0.2', 'vadd', ['new', 'vectorset value']],
  ['redis_version:7.2.4\r\nvalkey_version:8.1.1', 'swapdb', ['gone', 'new', 'type']],
  ['redis_version:7.2.4\r\nvalkey_version:9.1.0', 'flushall', ['gone']],
])('%s: %s', (version, command, found) => {
  const changes = changesOf(version);
  for (const event of ['set', 'del', 'lpush', 'sadd', 'xadd']) changes.sawEvent(event);
  changes.since(info({}, 'run_id:one', version));
  const { changes: after } = changes.since(info({ [command]: 1 }, 'run_id:one', version));
  expect([...after].sort()).toEqual(found);
});

test('a write command that was tried on no engine may have changed anything', () => {
  const changes = changesOf('redis_version:8.0.2');
  changes.since(info({}));
  const after = info({ 'json.set': 3, get: 1 });
  expect(changes.unknown(after)).toContain('json.set');
  expect(plain(changes.since(after, new Set(['json.set'])))).toEqual({
    ...NOTHING,
    changes: ['gone', 'type'],
    calls: { 'json.set': 3 },
  });
});
