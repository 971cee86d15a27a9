import { checkSdkTask } from '../../../../rehearsal/aws/sdk-schemas';
import { type CanaryOutcome, Synthetics } from '../../../../rehearsal/aws/synthetics/synthetics';
import { allowing, callerOf, testEnvironment } from '../test-environment';

const MINUTE = 60_000;

function testbed() {
  const { clock, environment } = testEnvironment();
  const outcomes: CanaryOutcome[] = [];
  const synthetics = new Synthetics({ environment, perform: async () => outcomes.shift() ?? 'PASSED' });
  const caller = callerOf(environment, synthetics);
  const state = async (Name: string) =>
    ((await caller.call('getCanary', { Name })) as { Canary: { Status: { State: string } } }).Canary.Status.State;
  const lastRun = async (...Names: string[]) =>
    ((await caller.call('describeCanariesLastRun', { Names })) as { CanariesLastRun: { LastRun: object }[] })
      .CanariesLastRun[0]?.LastRun;
  return { ...caller, clock, synthetics, outcomes, state, lastRun };
}

test('one by a schedule runs by itself, and its latest run is told', async () => {
  const { clock, synthetics, outcomes, lastRun } = testbed();
  synthetics.add('pages', 'rate(5 minutes)');
  outcomes.push('PASSED', 'FAILED');
  const begin = clock.now();
  expect(await lastRun('pages')).toMatchObject({ Status: { State: 'PASSED' }, Timeline: { Started: new Date(begin) } });
  await clock.pass(7 * MINUTE);
  expect(await lastRun('pages')).toMatchObject({
    Status: { State: 'FAILED' },
    Timeline: { Started: new Date(begin + 5 * MINUTE) },
  });
});

test('one that runs once runs when it is started, and stops', async () => {
  const { synthetics, call, state, lastRun } = testbed();
  synthetics.add('pages', 'rate(0 minute)');
  expect([await state('pages'), await lastRun('pages')]).toEqual(['READY', undefined]);
  await call('startCanary', { Name: 'pages' });
  expect([await state('pages'), await lastRun('pages')]).toMatchObject(['STOPPED', { Status: { State: 'PASSED' } }]);
  await call('startCanary', { Name: 'pages' });
});

test('one that runs cannot be started, and one that is not there is not found', async () => {
  const { synthetics, outcomes, call, refusal } = testbed();
  synthetics.add('pages', 'rate(1 minute)');
  expect((await refusal('startCanary', { Name: 'pages' })).error).toBe('Synthetics.ConflictException');
  synthetics.add('once', 'rate(0 hour)');
  outcomes.push('RUNNING');
  await call('startCanary', { Name: 'once' });
  expect((await refusal('startCanary', { Name: 'once' })).error).toBe('Synthetics.ConflictException');
  expect((await refusal('getCanary', { Name: 'other' })).error).toBe('Synthetics.ResourceNotFoundException');
  expect((await refusal('startCanary', { Name: 'Odd' })).error).toBe('Synthetics.ValidationException');
});

test('the latest run is told to who may see every canary that is named', async () => {
  const { synthetics, call, refusal } = testbed();
  synthetics.add('pages', 'rate(1 minute)');
  const principal = allowing({
    Effect: 'Allow',
    Action: 'synthetics:DescribeCanariesLastRun',
    Resource: '*',
    Condition: { 'ForAllValues:StringEquals': { 'synthetics:Names': ['pages'] } },
  });
  await call('describeCanariesLastRun', { Names: ['pages'] }, { principal });
  const other = { Names: ['pages', 'other'] };
  expect((await refusal('describeCanariesLastRun', other, { principal })).error).toMatch(/AccessDenied|Synthetics/);
  expect((await refusal('describeCanariesLastRun', { Names: [] })).error).toBe('Synthetics.ValidationException');
});

test('its tasks are spelled as the SDK for Java spells them', async () => {
  const task = (action: string, given: object) => checkSdkTask(`arn:aws:states:::aws-sdk:synthetics:${action}`, given);
  expect(await task('getCanary', { Name: 'pages' })).toEqual([]);
  expect(await task('startCanary', { name: 'pages' })).not.toEqual([]);
  expect(await task('describeCanariesLastRun', { Names: 'pages' })).not.toEqual([]);
});
