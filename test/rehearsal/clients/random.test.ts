import { Random } from '../../../rehearsal/clients/random';

const draw = (random: Random) => Array.from({ length: 20 }, () => random.next());

test('a seed decides every number', () => {
  expect(draw(new Random('a'))).toEqual(draw(new Random('a')));
  expect(draw(new Random('a'))).not.toEqual(draw(new Random('b')));
});

test('a part of the whole has numbers of its own, however much is drawn elsewhere', () => {
  const whole = new Random('a');
  const before = draw(whole.fork('web'));
  draw(whole);
  expect(draw(whole.fork('web'))).toEqual(before);
  expect(draw(whole.fork('watcher'))).not.toEqual(before);
});

test('numbers are spread evenly', () => {
  const random = new Random('even');
  const counts = Array<number>(10).fill(0);
  for (let i = 0; i < 10_000; i++) {
    const drawn = random.integer(10);
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  const between = new Set(Array.from({ length: 200 }, () => random.between(3, 5)));
  expect([...between].sort()).toEqual([3, 4, 5]);
  expect(() => random.pick([])).toThrow('nothing to pick from');
});
