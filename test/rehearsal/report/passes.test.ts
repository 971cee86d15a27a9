import { passesOf } from '../../../rehearsal/report/passes';
import { alarmDuringWatch } from './samples/alarm-during-watch';
import { runs } from './samples/record';
import { rolledBack } from './samples/rolled-back';

test('a cutover that is undone is one pass', () => {
  expect(passesOf(rolledBack.result.cutover.phases)).toEqual([rolledBack.result.cutover.phases]);
});

test('going back after clients have moved begins a second pass, with its look', () => {
  const [there, back, ...more] = passesOf(alarmDuringWatch.result.cutover.phases);
  expect(there?.at(-1)?.name).toBe('Watch');
  expect(back?.map(({ name }) => name).slice(0, 3)).toEqual([
    'Save the state before Replicate',
    'Replicate',
    'Save the state before Quiesce',
  ]);
  expect(more).toEqual([]);
});

test('phases are put in order of time first', () => {
  const phases = runs(0, ['Preflight', 1], ['Replicate', 1], ['Preflight', 1]);
  expect(passesOf(phases.toReversed())).toEqual([phases.slice(0, 2), phases.slice(2)]);
});

test('the same undo may run again within its pass', () => {
  expect(passesOf(runs(0, ['Fence', 1], ['Undo Fence', 1], ['Undo Fence', 1]))).toHaveLength(1);
});
