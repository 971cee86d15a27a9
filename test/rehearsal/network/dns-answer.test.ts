import type { Question } from 'dns-packet';
import { answerFrom } from '../../../rehearsal/network/dns-answer';
import { StaticZone } from '../../../rehearsal/network/static-zone';
import { weightedChoice } from '../../../rehearsal/network/weighted-choice';
import { canonicalName, type RecordSet, type Zone } from '../../../rehearsal/network/zone';

const amazon = new StaticZone('cache.amazonaws.com', {
  'blue.cache.amazonaws.com': '127.0.0.11',
  'green.cache.amazonaws.com': '127.0.0.12',
});

function zone(...sets: RecordSet[]): Zone {
  return {
    apex: 'internal.example',
    recordSets: (name) => sets.filter((set) => canonicalName(set.name) === canonicalName(name)),
  };
}

function weighted(side: 'blue' | 'green', weight: number): RecordSet {
  const values = [`${side}.cache.amazonaws.com.`];
  return { name: 'sessions.internal.example.', type: 'CNAME', ttl: 5, values, setIdentifier: side, weight };
}

const ask = (zones: Zone[], name: string, type: Question['type'] = 'A', random = 0) =>
  answerFrom(zones, { name, type }, () => random);

describe('a weighted choice', () => {
  const share = (weights: readonly number[]) => {
    const sets = weights.map((weight, index) => ({ ...weighted('blue', weight), setIdentifier: String(index) }));
    const counts = weights.map(() => 0);
    for (let step = 0; step < 1000; step++) {
      const chosen = Number(weightedChoice(sets, step / 1000)?.setIdentifier);
      counts[chosen] = (counts[chosen] ?? 0) + 1;
    }
    return counts;
  };

  test('gives each its share of the sum', () => {
    expect(share([100, 0])).toEqual([1000, 0]);
    expect(share([0, 255])).toEqual([0, 1000]);
    expect(share([95, 5])).toEqual([950, 50]);
    expect(share([1, 2, 1])).toEqual([250, 500, 250]);
  });

  test('takes all weights 0 for equal, not for nobody', () => {
    expect(share([0, 0])).toEqual([500, 500]);
  });

  test('among none is nothing', () => {
    expect(weightedChoice([], 0.5)).toBeUndefined();
  });
});

describe('an answer', () => {
  test('follows the chosen alias to the address, each with its own TTL', () => {
    const zones = [zone(weighted('blue', 0), weighted('green', 100)), amazon];
    expect(ask(zones, 'Sessions.Internal.Example.')).toEqual({
      rcode: 'NOERROR',
      answers: [
        { name: 'sessions.internal.example', type: 'CNAME', ttl: 5, data: 'green.cache.amazonaws.com' },
        { name: 'green.cache.amazonaws.com', type: 'A', ttl: 15, data: '127.0.0.12' },
      ],
      authorities: [],
    });
  });

  test('to a question for the alias is the alias alone', () => {
    const { answers } = ask([zone(weighted('blue', 1)), amazon], 'sessions.internal.example', 'CNAME');
    expect(answers).toEqual([
      { name: 'sessions.internal.example', type: 'CNAME', ttl: 5, data: 'blue.cache.amazonaws.com' },
    ]);
  });

  test('draws again for every question', () => {
    const zones = [zone(weighted('blue', 50), weighted('green', 50)), amazon];
    const target = (random: number) => ask(zones, 'sessions.internal.example', 'A', random).answers.at(-1)?.name;
    expect(target(0.1)).toBe('blue.cache.amazonaws.com');
    expect(target(0.9)).toBe('green.cache.amazonaws.com');
  });

  test('carries no TTL above what the resolver of a VPC hands out', () => {
    const record: RecordSet = { name: 'a.internal.example', type: 'A', ttl: 3600, values: ['127.0.0.9'] };
    expect(ask([zone(record)], 'a.internal.example').answers).toMatchObject([{ ttl: 300 }]);
  });

  test('to a name that is not there says for how long that may be remembered', () => {
    const answer = ask([zone()], 'sessions.internal.example');
    expect(answer).toMatchObject({ rcode: 'NXDOMAIN', answers: [] });
    expect(answer.authorities).toMatchObject([{ type: 'SOA', name: 'internal.example', ttl: 900 }]);
  });

  test('to a name that has only other types is empty, not an error', () => {
    const text: RecordSet = { name: 'a.internal.example', type: 'TXT', ttl: 60, values: ['hello'] };
    expect(ask([zone(text)], 'a.internal.example')).toMatchObject({ rcode: 'NOERROR', answers: [] });
    expect(ask([zone(text)], 'a.internal.example', 'TXT').answers).toMatchObject([{ data: 'hello' }]);
  });

  test('to an alias that leads to nothing is the alias, and that nothing is there', () => {
    const dangling = { ...weighted('blue', 1), values: ['gone.cache.amazonaws.com'] };
    const answer = ask([zone(dangling), amazon], 'sessions.internal.example');
    expect(answer.rcode).toBe('NXDOMAIN');
    expect(answer.answers).toHaveLength(1);
  });

  test('to an alias that leads to itself is a failure', () => {
    const loop = { ...weighted('blue', 1), values: ['sessions.internal.example'] };
    expect(ask([zone(loop)], 'sessions.internal.example').rcode).toBe('SERVFAIL');
  });

  test('outside every zone is refused', () => {
    expect(ask([zone(), amazon], 'www.example.org').rcode).toBe('REFUSED');
  });
});

test('an address cannot be put into a zone that its name is not in', () => {
  expect(() => amazon.set('a.example.org', '127.0.0.1')).toThrow(
    'a.example.org is not in the zone cache.amazonaws.com',
  );
});
