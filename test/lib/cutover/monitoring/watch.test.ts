import { Duration } from 'aws-cdk-lib';
import { watchInterval } from '../../../../lib/cutover/monitoring/watch';
import { MAX_WORKLOADS } from '../../../../lib/workloads/validation';

/** Of the 25,000 events that an execution may have, a look at the alarms takes about nine. */
const EVENTS_OF_A_ROUND = 9;

test.each([
  ['an hour', Duration.hours(1)],
  ['a day', Duration.hours(24)],
  ['a month', Duration.days(30)],
  ['a year', Duration.days(365)],
])('a watch of %s leaves more than half of an execution’s events to everything else', (_, period) => {
  const rounds = period.toSeconds() / watchInterval(period, 0).toSeconds();
  expect(rounds * EVENTS_OF_A_ROUND).toBeLessThan(12_500);
});

test('a short watch looks every 20 seconds', () => {
  expect(watchInterval(Duration.minutes(10), 0).toSeconds()).toBe(20);
});

test.each([0, 20, 85, MAX_WORKLOADS])(
  'the last look may send clients back where %i workloads stop twice',
  (workloads) => {
    const period = Duration.days(7);
    const rounds = period.toSeconds() / watchInterval(period, workloads).toSeconds();
    expect(rounds).toBeGreaterThan(100);
    expect(rounds * EVENTS_OF_A_ROUND + workloads * 250).toBeLessThan(24_000);
  },
);
