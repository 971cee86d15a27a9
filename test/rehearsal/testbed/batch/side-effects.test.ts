import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { Outside } from '../../../../rehearsal/testbed/batch/side-effects';

let outside: Outside;
beforeEach(() => {
  outside = new Outside();
});
afterEach(() => outside.remove());

const left = (...lines: readonly string[]) =>
  appendFileSync(join(outside.folder, 'effects'), lines.map((line) => `${line}\n`).join(''));

test('an effect has the slot that its script was told, or the run by hand', () => {
  left(
    'orders blue batch 7 2020-11-01T05:31:02Z -',
    'orders green batch 8 2020-11-01T05:32:02Z 20201101T0532Z-0632',
    'orders green batch 9 2020-11-01T05:32:40Z 20201101T0532Z-nowepoch1',
  );
  expect(outside.effects.map(({ pid, slot, byHand }) => [pid, slot?.toISOString(), byHand])).toEqual([
    [7, undefined, undefined],
    [8, '2020-11-01T05:32:00.000Z', undefined],
    [9, undefined, '20201101T0532Z-nowepoch1'],
  ]);
});

test('a script that reaches out twice is one run, and two scripts of a slot are two', () => {
  left(
    'orders green batch 8 2020-11-01T05:32:02Z 20201101T0532Z-0632',
    'orders green batch 8 2020-11-01T05:32:02Z 20201101T0532Z-0632',
    'orders green batch 9 2020-11-01T05:32:09Z 20201101T0532Z-0632',
    'orders blue batch 7 2020-11-01T05:33:02Z -',
    'orders blue batch 7 2020-11-01T05:33:02Z -',
  );
  expect(outside.effects.map(({ pid }) => pid)).toEqual([8, 9, 7, 7]);
});
