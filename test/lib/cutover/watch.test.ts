import { Duration } from 'aws-cdk-lib';
import { watchInterval } from '../../../lib/cutover/watch';

/** Of the 25,000 events that an execution may have, a look at the alarms takes about nine. */
const EVENTS_OF_A_ROUND = 9;

test.each([
  ['an hour', Duration.hours(1)],
  ['a day', Duration.hours(24)],
  ['a month', Duration.days(30)],
  ['a year', Duration.days(365)],
])('a watch of %s leaves more than half of an execution’s events to everything else', (_, period) => {
  const rounds = period.toSeconds() / watchInterval(period).toSeconds();
  expect(rounds * EVENTS_OF_A_ROUND).toBeLessThan(12_500);
});

test('a short watch looks every 20 seconds', () => {
  expect(watchInterval(Duration.minutes(10)).toSeconds()).toBe(20);
});
