import { closeUps, wholeWindow } from '../../../../rehearsal/report/svg/windows';
import { alarmDuringWatch } from '../samples/alarm-during-watch';
import { FENCE_MS, fencedCutover, OUTAGE_MS } from '../samples/fenced-cutover';
import { gradualCanary } from '../samples/gradual-canary';
import { rolledBack } from '../samples/rolled-back';

test('the whole window holds every phase, slice and incident, and not the time before clients came', () => {
  const weights = [{ atMs: 0, blue: 100, green: 0 }, ...fencedCutover.weights];
  const { fromMs, toMs } = wholeWindow({ ...fencedCutover, weights });
  expect(fromMs).toBeGreaterThan(18_000);
  expect(fromMs).toBeLessThan(19_000);
  expect(toMs).toBeGreaterThan(48_500);
});

test('a write outage that is short on the whole time line is shown close up', () => {
  const [writeOutage, ...more] = closeUps(fencedCutover);
  expect(writeOutage?.title).toBe('The write outage, close up');
  expect(writeOutage?.window.fromMs).toBeLessThan(FENCE_MS);
  expect(writeOutage?.window.toMs).toBeGreaterThan(FENCE_MS + OUTAGE_MS);
  expect(more).toEqual([]);
});

test('so is the one in a rollback', () => {
  expect(closeUps(alarmDuringWatch).map(({ title }) => title)).toEqual([
    'The write outage, close up',
    'The write outage of the rollback, close up',
  ]);
});

test('where clients were not frozen, the switch is shown close up', () => {
  expect(closeUps(gradualCanary).map(({ title }) => title)).toEqual(['The switch, close up']);
});

test('what fills the whole time line anyway has no close-up', () => {
  expect(closeUps(rolledBack)).toEqual([]);
});

test('without phases there is a window and nothing to look at closely', () => {
  const empty = {
    ...fencedCutover,
    series: [],
    incidents: [],
    weights: [],
    result: { ...fencedCutover.result, cutover: { writeOutage: [], transitions: 0, phases: [] } },
  };
  const { fromMs, toMs } = wholeWindow(empty);
  expect(toMs).toBeGreaterThan(fromMs);
  expect(closeUps(empty)).toEqual([]);
});
