import { count, duration, instant, several, tenths } from '../../../rehearsal/report/units';

test.each([
  [0, '0 ms'],
  [0.3, '0.3 ms'],
  [0.96, '1 ms'],
  [4, '4 ms'],
  [2.14, '2.1 ms'],
  [9.96, '10 ms'],
  [999.4, '999 ms'],
  [999.6, '1.00 s'],
  [1534, '1.53 s'],
  [9_994, '9.99 s'],
  [9_996, '10.0 s'],
  [59_940, '59.9 s'],
  [59_960, '1 min 0 s'],
  [119_600, '2 min 0 s'],
  [200_000, '3 min 20 s'],
  [3_599_000, '59 min 59 s'],
  [3_600_000, '1 h 0 min'],
  [86_400_000, '24 h 0 min'],
])('%p ms are %s', (ms, words) => {
  expect(duration(ms)).toBe(words);
});

test('a moment is told to the millisecond, unless it is a round one', () => {
  expect([instant(32_150), instant(32_100), instant(0)]).toEqual(['32.150 s', '32.1 s', '0.0 s']);
});

test('counts have their thousands apart, and a plural unless they are one', () => {
  expect(count(1_234_567)).toBe('1,234,567');
  expect([several(0, 'key'), several(1, 'key'), several(2, 'key')]).toEqual(['0 keys', '1 key', '2 keys']);
});

test('what is known to a fraction of a second is told to a tenth', () => {
  expect([tenths(4), tenths(1534), tenths(59_960), tenths(200_000)]).toEqual([
    '0.0 s',
    '1.5 s',
    '1 min 0 s',
    '3 min 20 s',
  ]);
});
