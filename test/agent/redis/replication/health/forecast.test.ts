import { Forecast } from '../../../../../agent/redis/replication/health/forecast';
import { FULL, searchFor } from '../../../../../agent/redis/replication/search/search';
import type { Session } from '../../../../../agent/redis/replication/session';
import { UnverifiedKeys } from '../../../../../agent/redis/replication/unverified-keys';

const KEYS = 1_000_000;

/** What is left to do, as the parts of a session tell it. */
function session({ streams = 0, searching = false } = {}): Session {
  const parts = {
    resynchronisation: {
      copying: searching,
      active: searching,
      msLeft: (takes: (search: typeof FULL) => number) => (searching ? takes(FULL) / 2 : 0),
    },
    bigKeys: { workMs: () => ({ carry: 0, compare: 0 }) },
    streams: { size: streams },
  };
  return { parts, dirtyKeys: 0, lagMs: () => 0 } as unknown as Session;
}

/** After a copy of 50 seconds. */
function afterCopy(): Forecast {
  const forecast = new Forecast();
  forecast.searched(FULL, KEYS, 50_000);
  return forecast;
}

test('consumers of known streams have all streams brought again, and nothing copied', () => {
  const forecast = afterCopy();
  forecast.silent();
  const one = forecast.drainMs(session({ streams: 2 }), KEYS);
  expect(one).toBeGreaterThan(0);
  expect(one).toBeLessThan(100);
  expect(forecast.drainMs(session({ streams: 2000 }), KEYS)).toBeCloseTo(1000 * one);
  expect(forecast.deltaMs(session({ streams: 2000 }), verified(), KEYS)).toBeGreaterThan(0);
});

test('a search takes what a search took, and one that brings everything what copying took of as many keys', () => {
  const forecast = afterCopy();
  forecast.searched(searchFor(['gone']), KEYS, 400);
  forecast.seeks(searchFor(['gone']));
  expect(forecast.drainMs(session(), KEYS)).toBe(400);
  forecast.seeks(FULL);
  expect(forecast.drainMs(session(), KEYS / 2)).toBeCloseTo(25_000, -3);
});

test('after a lost connection every key is brought again, big ones each on their own, and what was brought is over', () => {
  const forecast = afterCopy();
  forecast.bigKeys.carried(0, 'big', 9_000);
  expect(forecast.drainMs(undefined, KEYS)).toBeCloseTo(59_000, -3);
  expect(forecast.drainMs(session({ searching: true }), KEYS)).toBeCloseTo(29_500, -3);
});

function verified(): UnverifiedKeys {
  const unverified = new UnverifiedKeys();
  unverified.beginEqual();
  return unverified;
}
