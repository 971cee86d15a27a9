import { readFileSync } from 'node:fs';
import { type Seen, whoServes } from '../../../../../agent/redis/relay/switch/who-serves';

const seen = (said: string): Seen => {
  if (said === 'missing' || said === 'no answer') return said;
  const [state = '', epoch] = said.split(' ');
  return { state: state as 'serves', epoch: Number(epoch) };
};

test.each([
  ['serves 1', 'left 1', 'blue'],
  ['serves 1', 'missing', 'blue'],
  ['serves 1', 'no answer', 'blue'],
  ['serves 1', 'left 2', 'blue'],
  ['leaving 1', 'left 2', 'blue'],
  ['leaving 1', 'serves 2', 'green'],
  ['left 1', 'serves 2', 'green'],
  ['serves 1', 'serves 2', 'green'],
  ['missing', 'left 1', 'blue'],
  ['left 1', 'no answer', 'green'],
  ['left 2', 'leaving 2', 'green'],
])('blue says %s and green says %s: %s serves', (blue, green, side) => {
  expect(whoServes({ blue: seen(blue), green: seen(green) })).toEqual({ side, undecided: false });
  const other = side === 'blue' ? 'green' : 'blue';
  expect(whoServes({ blue: seen(green), green: seen(blue) })).toEqual({ side: other, undecided: false });
});

test.each([
  ['serves 1', 'asked 2'],
  ['leaving 1', 'asked 2'],
  ['missing', 'asked 2'],
  ['no answer', 'asked 2'],
])('blue says %s and green says %s: blue serves once the attempt is given up', (blue, green) => {
  expect(whoServes({ blue: seen(blue), green: seen(green) })).toEqual({ side: 'blue', undecided: true });
});

test.each([
  ['missing', 'no answer'],
  ['no answer', 'no answer'],
  ['leaving 1', 'no answer'],
  ['leaving 1', 'missing'],
  ['leaving 1', 'leaving 2'],
  ['left 1', 'left 1'],
  ['asked 2', 'asked 2'],
  ['serves 1', 'serves 1'],
  ['serves 1', 'leaving 2'],
])('blue says %s and green says %s: that does not tell who serves', (blue, green) => {
  expect(whoServes({ blue: seen(blue), green: seen(green) })).toBe('unknown');
  expect(whoServes({ blue: seen(green), green: seen(blue) })).toBe('unknown');
});

test('where neither has a marker there was no relay', () => {
  expect(whoServes({ blue: 'missing', green: 'missing' })).toBe('no relay was here');
});

test('each rule of the page that is needed for the model is numbered there', () => {
  const page = readFileSync('docs/relay.md', 'utf8');
  expect([...page.matchAll(/^(\d+)\. \*\*/gm)].map(([, number]) => Number(number))).toEqual(
    Array.from({ length: 15 }, (_, i) => i + 1),
  );
});
