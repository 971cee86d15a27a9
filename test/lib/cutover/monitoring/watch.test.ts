import { Duration } from 'aws-cdk-lib';
import { eventsOfReaderCanary, lookInterval } from '../../../../lib/aurora/phases/reader-canary';
import { watchInterval } from '../../../../lib/cutover/monitoring/watch';
import { MAX_WORKLOADS } from '../../../../lib/workloads/validation';

/** Of the 25,000 events that an execution may have, a look at the alarms takes about nine. */
const EVENTS_OF_A_ROUND = 9;

const interval = (period: Duration, workloads = 0, canaryEvents = 0) =>
  watchInterval({ period, workloads, checks: [], canaryEvents }).toSeconds();

test.each([
  ['an hour', Duration.hours(1)],
  ['a day', Duration.hours(24)],
  ['a month', Duration.days(30)],
  ['a year', Duration.days(365)],
])('a watch of %s leaves more than half of an execution’s events to everything else', (_, period) => {
  const rounds = period.toSeconds() / interval(period);
  expect(rounds * EVENTS_OF_A_ROUND).toBeLessThan(12_500);
});

test('a short watch looks every 20 seconds', () => {
  expect(interval(Duration.minutes(10))).toBe(20);
});

test.each([0, 20, 85, MAX_WORKLOADS])(
  'the last look may send clients back where %i workloads stop twice',
  (workloads) => {
    const period = Duration.days(7);
    const rounds = period.toSeconds() / interval(period, workloads);
    expect(rounds).toBeGreaterThan(100);
    expect(rounds * EVENTS_OF_A_ROUND + workloads * 250).toBeLessThan(24_000);
  },
);

test.each([1, 3, 12])('a canary of readers of %i hours leaves the watch, and all else, their events', (hours) => {
  const weights = Array.from({ length: 4 }, () => ({ bake: Duration.hours(hours / 4) }));
  const canaryEvents = eventsOfReaderCanary(weights);
  const looks = (hours * 3600) / lookInterval(weights).toSeconds();
  // With four answers of Systems Manager that do not know the timer yet.
  expect(canaryEvents).toBeGreaterThanOrEqual(looks * (45 + 3 * 14));
  const period = Duration.days(1);
  const rounds = period.toSeconds() / interval(period, 5, canaryEvents);
  expect(rounds).toBeGreaterThan(100);
  expect(rounds * 10 + canaryEvents + 5 * 250 + 2_500).toBeLessThan(25_000);
});
