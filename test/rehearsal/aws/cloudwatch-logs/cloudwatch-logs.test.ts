import type { FilterLogEventsResponse } from '@aws-sdk/client-cloudwatch-logs';
import { CloudWatchLogs } from '../../../../rehearsal/aws/cloudwatch-logs/cloudwatch-logs';
import { FilterPattern } from '../../../../rehearsal/aws/cloudwatch-logs/filter-pattern';
import { allowing, callerOf, testEnvironment } from '../test-environment';

function testbed() {
  const { clock, environment } = testEnvironment();
  const logs = new CloudWatchLogs({ environment });
  logs.addGroup('batch');
  const caller = callerOf(environment, logs);
  const filter = async (request: object = {}) =>
    (await caller.call('filterLogEvents', { logGroupName: 'batch', ...request })) as FilterLogEventsResponse;
  return { ...caller, clock, logs, filter };
}

const texts = ({ events = [] }: FilterLogEventsResponse) => events.map(({ message }) => message);

test('pages are often empty, and the token alone says whether there is more', async () => {
  const { logs, filter } = testbed();
  for (let line = 0; line < 250; line++) logs.write('batch', line === 240 ? 'normal end' : `order ${line}`);
  const pages: FilterLogEventsResponse[] = [];
  for (let nextToken: string | undefined; pages.length === 0 || nextToken !== undefined; ) {
    const page = await filter({ filterPattern: '"normal end"', ...(nextToken !== undefined && { nextToken }) });
    nextToken = page.nextToken;
    pages.push(page);
  }
  expect(pages.map(texts)).toEqual([[], [], ['normal end']]);
});

test('a page has no more than the limit, and the next goes on behind it', async () => {
  const { logs, filter } = testbed();
  for (let line = 0; line < 5; line++) logs.write('batch', `order ${line}`);
  const first = await filter({ limit: 3 });
  expect(texts(first)).toEqual(['order 0', 'order 1', 'order 2']);
  const second = await filter({ limit: 3, nextToken: first.nextToken });
  expect([texts(second), second.nextToken]).toEqual([['order 3', 'order 4'], undefined]);
});

test('what is written comes late, under the time at which it was written', async () => {
  const { clock, logs, filter } = testbed();
  const now = clock.now();
  logs.write('batch', 'late', 30_000);
  expect(texts(await filter({ startTime: now }))).toEqual([]);
  await clock.pass(30_000);
  expect(texts(await filter({ startTime: now }))).toEqual(['late']);
  expect(texts(await filter({ startTime: now + 1 }))).toEqual([]);
});

test.each<[string, object, RegExp]>([
  ['no such group', { logGroupName: 'other' }, /^CloudWatchLogs.ResourceNotFoundException/],
  ['a name and an identifier', { logGroupIdentifier: 'batch' }, /^CloudWatchLogs.InvalidParameterException/],
  ['an odd pattern', { filterPattern: '"open' }, /^CloudWatchLogs.InvalidParameterException/],
  ['an end before the start', { startTime: 2, endTime: 1 }, /^CloudWatchLogs.InvalidParameterException/],
  ['a limit of 0', { limit: 0 }, /^CloudWatchLogs.InvalidParameterException/],
  ['a limit of 10,001', { limit: 10_001 }, /^CloudWatchLogs.InvalidParameterException/],
  ['a token that it never gave', { nextToken: 'x' }, /^CloudWatchLogs.InvalidParameterException/],
])('%s is refused', async (_, request, error) => {
  const { refusal } = testbed();
  expect((await refusal('filterLogEvents', { logGroupName: 'batch', ...request })).error).toMatch(error);
});

test('a log group of another class cannot be filtered', async () => {
  const { logs, refusal } = testbed();
  logs.addGroup('rare', false);
  expect((await refusal('filterLogEvents', { logGroupName: 'rare' })).error).toBe(
    'CloudWatchLogs.InvalidParameterException',
  );
});

test('the permission is on the streams of the group', async () => {
  const { call, refusal } = testbed();
  const on = (Resource: string) => ({
    principal: allowing({ Effect: 'Allow', Action: 'logs:FilterLogEvents', Resource }),
  });
  const arn = 'arn:aws:logs:eu-west-1:111122223333:log-group:';
  await call('filterLogEvents', { logGroupName: 'batch' }, on(`${arn}batch:*`));
  const { error } = await refusal('filterLogEvents', { logGroupName: 'batch' }, on(`${arn}other:*`));
  expect(error).toMatch(/AccessDenied/);
});

test.each([
  ['"normal end"', 'the normal end', true],
  ['"normal end"', 'normal, end', false],
  ['ERROR batch', 'batch ERROR', true],
  ['?ERROR ?FATAL', 'FATAL', true],
  ['?ERROR ?FATAL', 'fine', false],
  ['ERROR -retry', 'ERROR retry', false],
])('the pattern %s and the line %s: %s', (pattern, line, expected) => {
  expect(new FilterPattern(pattern).matches(line)).toBe(expected);
  expect(new FilterPattern(pattern).matches(new FilterPattern(pattern).example)).toBe(true);
});
