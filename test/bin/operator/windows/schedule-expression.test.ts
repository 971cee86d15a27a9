import { hoursAfter, WallClock } from '../../../../bin/operator/windows/hours';
import { dueWithin } from '../../../../bin/operator/windows/schedule-expression';

/** The hours in UTC of February 2026, which begins on a Sunday, in which it is due. */
function dueHours(expression: string, timeZone = 'UTC'): string[] {
  const due = dueWithin(expression);
  if (due === undefined) throw new Error(`${expression} is not read.`);
  const clock = new WallClock(timeZone);
  return hoursAfter(Date.UTC(2026, 1, 1))
    .filter((at) => clock.localHours(at).some(due))
    .map((at) => new Date(at).toISOString().slice(5, 13));
}

test.each([
  ['cron(15 3 ? * SUN *)', ['02-01T03', '02-08T03', '02-15T03', '02-22T03']],
  ['cron(0 3 ? * 1 2027)', []],
  ['cron(0 22 L * ? *)', ['02-28T22']],
  ['cron(0 9 1W * ? *)', ['02-02T09']],
  ['cron(0 9 15W * ? *)', ['02-16T09']],
  ['cron(0 9 28W * ? *)', ['02-27T09']],
  ['cron(0 9 ? * 6#3 *)', ['02-20T09']],
  ['cron(0 9 ? * 6L *)', ['02-27T09']],
  ['cron(0 9 ? * L *)', ['02-07T09', '02-14T09', '02-21T09', '02-28T09']],
  ['cron(0 0/12 3 FEB ? *)', ['02-03T00', '02-03T12']],
  ['cron(0 23-1 3 2 ? *)', ['02-03T00', '02-03T01', '02-03T23']],
  ['cron(0 5 ? FEB FRI-SUN 2026)', 12],
  ['cron(0/5 8-17 ? * MON-FRI *)', 200],
  ['rate(5 minutes)', 672],
  ['rate(1 hour)', 672],
])('%s is due then', (expression, hours) => {
  const found = dueHours(expression);
  expect(typeof hours === 'number' ? found.length : found).toEqual(hours);
});

test('a time zone of half an hour has an hour of UTC in two parts', () => {
  expect(dueHours('cron(10 9 3 2 ? *)', 'Asia/Kolkata')).toEqual(['02-03T03']);
  expect(dueHours('cron(40 9 3 2 ? *)', 'Asia/Kolkata')).toEqual(['02-03T04']);
});

test.each([
  'rate(1 day)',
  'rate(2 hours)',
  'at(2026-11-20T13:00:00)',
  'cron(0 9 * *)',
  'cron(0 25 * * ? *)',
  'cron(x 9 * * ? *)',
])('of %s nobody guesses the hour', (expression) => {
  expect(dueWithin(expression)).toBeUndefined();
});
