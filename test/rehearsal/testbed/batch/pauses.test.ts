import type { JobJournal } from '../../../../contract/batch-migration';
import { isIn, pausesOf } from '../../../../rehearsal/testbed/batch/pauses';

const at = (time: string) => `2020-11-01T${time}Z`;
const guarding = { side: 'blue', phase: 'guarding', cut: at('06:00:30') } as const;
const paused = { side: 'none', phase: 'settled', cut: at('06:00:30'), movedAt: at('06:00:30') } as const;
const ending = { ...paused, phase: 'returning', cut: at('07:10:30') } as const;
const returned = { ...ending, side: 'blue', phase: 'settled' } as const;
const pauses = (...history: readonly Pick<JobJournal, 'side' | 'phase' | 'movedAt' | 'cut'>[]) => pausesOf(history);

test('a pause is from the cut since which nobody has the job to that of its end', () => {
  expect(pauses(guarding)).toEqual([]);
  expect(pauses(guarding, paused)).toEqual([{ from: new Date(at('06:00:30')) }]);
  expect(pauses(guarding, paused, { ...paused, phase: 'retiring' }, paused)).toHaveLength(1);
  expect(pauses(guarding, paused, ending, returned)).toEqual([
    { from: new Date(at('06:00:30')), to: new Date(at('07:10:30')) },
  ]);
});

test('slots of a pause are nobody’s, those before and after it are', () => {
  const all = pauses(guarding, paused, ending, returned);
  const minutes = ['06:00:00', '06:01:00', '07:10:00', '07:11:00'].map((time) => new Date(at(time)));
  expect(minutes.map((minute) => isIn(all, minute))).toEqual([false, true, true, false]);
});
