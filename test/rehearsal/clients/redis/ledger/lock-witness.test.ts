import { LockWitness } from '../../../../../rehearsal/clients/redis/ledger/lock-witness';
import { valuesOf } from '../../../figure-values';

let witness: LockWitness;
beforeEach(() => {
  witness = new LockWitness();
});

function hold(holder: string, ackedMs: number, ttlMs = 5000): void {
  witness.hold({ type: 'hold', lock: 'l', holder, sentMs: ackedMs - 1, ackedMs, ttlMs, server: 'a:1' });
}
const release = (holder: string, atMs: number) => witness.release({ type: 'release', lock: 'l', holder, atMs });
const fence = (holder: string, token: number, sentMs: number) =>
  witness.fence({ type: 'fence', lock: 'l', holder, token, sentMs, ackedMs: sentMs + 1 });

test('holders one after another are no violation', () => {
  hold('a', 100);
  release('a', 120);
  hold('b', 120);
  release('b', 150);
  expect(witness.violations()).toEqual([]);
  expect(valuesOf(witness.figures())).toMatchObject({ locksAcquired: 2 });
});

test('a holder that begins before the last one has stopped is a violation', () => {
  hold('a', 100);
  hold('b', 110);
  release('b', 115);
  release('a', 120);
  expect(witness.violations()).toEqual([{ lock: 'l', holders: ['a', 'b'], atMs: 110, what: 'two holders', forMs: 5 }]);
});

test('a long holder meets every short one within its time', () => {
  hold('a', 100);
  hold('b', 110);
  release('b', 115);
  hold('c', 120);
  release('c', 125);
  release('a', 200);
  expect(witness.violations().map(({ holders }) => holders)).toEqual([
    ['a', 'b'],
    ['a', 'c'],
  ]);
});

test('a holder that never released works until its lease ends', () => {
  hold('a', 100, 50);
  hold('b', 149);
  release('b', 160);
  expect(witness.violations()).toEqual([]);
  hold('c', 200, 50);
  hold('d', 248);
  expect(witness.violations().map(({ holders }) => holders)).toEqual([['c', 'd']]);
});

test('a holder that was killed works no longer', () => {
  hold('web-0.1.2.7', 100);
  witness.died((holder) => holder.startsWith('web-0.1.'), 130);
  hold('b', 130);
  expect(witness.violations()).toEqual([]);
});

test('locks of other names do not meet', () => {
  hold('a', 100);
  witness.hold({ type: 'hold', lock: 'm', holder: 'b', sentMs: 100, ackedMs: 101, ttlMs: 5000, server: 'a:1' });
  expect(witness.violations()).toEqual([]);
});

test('a token that is not higher than one given out before is a violation', () => {
  fence('a', 7, 100);
  fence('b', 8, 110);
  expect(witness.violations()).toEqual([]);
  fence('c', 8, 120);
  fence('d', 3, 130);
  expect(witness.violations().map(({ holders, what }) => [...holders, what])).toEqual([
    ['b', 'c', 'token went back'],
    ['b', 'd', 'token went back'],
  ]);
});

test('tokens that were asked for at one time may come in any order', () => {
  witness.fence({ type: 'fence', lock: 'l', holder: 'a', token: 8, sentMs: 100, ackedMs: 110 });
  witness.fence({ type: 'fence', lock: 'l', holder: 'b', token: 7, sentMs: 101, ackedMs: 109 });
  expect(witness.violations()).toEqual([]);
});
