import { wrongNextValue } from '../../../../agent/mysql/verification/next-values';

const sides = { from: 'blue', to: 'green' } as const;

test.each([
  ['is below a row', { next: 4_001, highest: 4_000 }, { next: 3_001, highest: 4_000 }],
  ['is one that a row has', { next: 4_001, highest: 4_000 }, { next: 4_000, highest: 4_000 }],
  ['is far below the old side’s', { next: 5_000_000, highest: 4_000 }, { next: 4_001, highest: 4_000 }],
  [
    'leaves a range to others, that is given again',
    { next: 1_500_000, highest: 999 },
    { next: 1_000_000, highest: 999 },
  ],
])('a next value that %s is wrong', (_, from, to) => {
  expect(wrongNextValue('shop.orders', from, to, sides)).toMatchObject({ object: 'AUTO_INCREMENT of shop.orders' });
});

test.each([
  ['follows the last row', { next: 4_001, highest: 4_000 }, { next: 4_001, highest: 4_000 }],
  ['was given to what was rolled back', { next: 4_020, highest: 4_000 }, { next: 4_001, highest: 4_000 }],
  ['was set aside for an INSERT … SELECT', { next: 131_072, highest: 80_000 }, { next: 80_001, highest: 80_000 }],
  ['is taken on the old side too', { next: 3_001, highest: 4_000 }, { next: 3_001, highest: 4_000 }],
  ['is of an empty table', { next: 1, highest: 0 }, { next: 1, highest: 0 }],
])('a next value that %s is none to worry about', (_, from, to) => {
  expect(wrongNextValue('shop.orders', from, to, sides)).toBeUndefined();
});

test('it says where the rows are', () => {
  const found = wrongNextValue('shop.orders', { next: 9, highest: 8 }, { next: 7, highest: 8 }, sides);
  expect(found?.difference).toBe('the next value on green is 7, and its rows go up to 8');
});
