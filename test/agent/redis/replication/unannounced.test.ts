import { dialectOf } from '../../../../agent/redis/dialect';
import { Info } from '../../../../agent/redis/info';
import { UnannouncedChanges } from '../../../../agent/redis/replication/unannounced';

function info(calls: Readonly<Record<string, number>>, more = 'run_id:one'): Info {
  const stats = Object.entries(calls).map(
    ([command, count]) => `cmdstat_${command}:calls=${count},usec=1,usec_per_call=1.00`,
  );
  return new Info([more, 'redis_version:6.0.16', ...stats].join('\r\n'));
}

const NOTHING = { flushed: false, replaced: false, silentWrites: false, groupsMoved: false };

describe('what no event tells of', () => {
  let changes: UnannouncedChanges;
  beforeEach(() => {
    changes = new UnannouncedChanges(dialectOf(info({})));
    changes.since(info({ get: 10, set: 10, flushdb: 1, swapdb: 1 }));
  });
  const base = { get: 10, set: 10, flushdb: 1, swapdb: 1 };

  test.each([
    ['reads', { ...base, get: 500 }, {}],
    ['FLUSHDB', { ...base, flushdb: 2 }, { flushed: true }],
    ['FLUSHALL', { ...base, flushall: 1 }, { flushed: true }],
    ['SWAPDB', { ...base, swapdb: 2 }, { replaced: true }],
    ['counters that were reset', { get: 1 }, { replaced: true }],
    ['XREADGROUP', { ...base, xreadgroup: 1 }, { groupsMoved: true }],
    ['XACK', { ...base, xack: 1 }, { groupsMoved: true }],
    ['a write whose events were never seen', { ...base, set: 11 }, { silentWrites: true }],
  ])('%s', (_, calls, found) => {
    expect(changes.since(info(calls))).toEqual({ ...NOTHING, ...found });
  });

  test('a server that was restarted in between', () => {
    expect(changes.since(info({ ...base, get: 11 }, 'run_id:two'))).toEqual({ ...NOTHING, replaced: true });
  });

  test('a kind of write is trusted to be announced once an event of it was seen, and only that kind', () => {
    changes.sawEvent('set');
    expect(changes.since(info({ ...base, set: 20 }))).toEqual(NOTHING);
    expect(changes.since(info({ ...base, set: 20, hset: 1 }))).toEqual({ ...NOTHING, silentWrites: true });
    expect(changes.silent).toBe(true);
    changes.sawEvent('hset');
    expect(changes.silent).toBe(false);
  });

  test('an eviction where evictions are not announced', () => {
    expect(changes.since(info(base, 'run_id:one\r\nevicted_keys:3'))).toEqual({ ...NOTHING, silentWrites: true });
    changes.sawEvent('evicted');
    expect(changes.since(info(base, 'run_id:one\r\nevicted_keys:9'))).toEqual(NOTHING);
  });

  test('RESTORE below 6.0, which is never announced', () => {
    const old = new UnannouncedChanges(dialectOf(new Info('redis_version:5.0.6')));
    for (const event of ['set', 'del', 'restore']) old.sawEvent(event);
    old.since(info({}));
    expect(old.since(info({ restore: 1 }))).toEqual({ ...NOTHING, silentWrites: true });
  });

  test('nothing is known before the first look', () => {
    expect(new UnannouncedChanges(dialectOf(info({}))).since(info({ set: 5, flushall: 7 }))).toEqual(NOTHING);
  });
});
