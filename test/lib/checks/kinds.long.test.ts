import { Duration, type Stack } from 'aws-cdk-lib';
import { ComparisonOperator, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { CacheConsistency, Check, CheckTime, type ICheck } from '../../../lib';
import type { Assembly } from '../../../rehearsal/assembly';
import { type ExecutionResult, TaskFailure } from '../../../rehearsal/states-language';
import type { CheckBehaviour } from '../../../rehearsal/testbed/checks/check-behaviours';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { sampled } from '../../sampled';
import { Cloud } from '../cloud';
import { Surroundings } from '../migration-under-test';

jest.setTimeout(60_000);
afterAll(removeTemporaryFolders);

const { BEFORE_RESUME, AFTER_RESUME } = CheckTime;
const TIMES = Object.values(CheckTime);
const WITHIN = Duration.minutes(5);

const logIns = (service: string) =>
  new Metric({
    namespace: 'Shop',
    metricName: 'LogIns',
    dimensionsMap: { Service: service },
    statistic: 'Sum',
    period: Duration.minutes(1),
  });

/** One of each kind at each time. */
function everyKind(stack: Stack): ICheck[] {
  const logGroup = LogGroup.fromLogGroupName(stack, 'Batch', 'batch');
  const comparison = ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD;
  return TIMES.flatMap((when) => [
    Check.logLines({
      name: `log ${when}`,
      when,
      logGroup,
      pattern: `"${when}: normal end"`,
      within: WITHIN,
      atLeast: 6,
    }),
    Check.metric({ name: `metric ${when}`, when, metric: logIns(when), comparison, threshold: 3, within: WITHIN }),
    Check.canary({ name: `canary ${when}`, when, canaryName: `pages-${when.toLowerCase()}`, timeout: WITHIN }),
    Check.keysAppear({ name: `keys ${when}`, when, pattern: `${when}:*`, within: Duration.minutes(1) }),
  ]);
}

function assemblyWith(checks: (stack: Stack) => ICheck[]): Assembly {
  const surroundings = new Surroundings();
  surroundings.migrateInFull(CacheConsistency.FENCED, {
    checks: checks(surroundings.stack),
    watch: Duration.minutes(1),
  });
  return surroundings.deploy();
}

const EVERY_KIND = assemblyWith(everyKind);

async function night(behaviours: Readonly<Record<string, CheckBehaviour>> = {}, assembly = EVERY_KIND): Promise<Cloud> {
  const cloud = await Cloud.of(assembly, true);
  for (const [name, behaviour] of Object.entries(behaviours)) cloud.behaviours.set(name, behaviour);
  return cloud;
}

interface Answer {
  readonly check: string;
  readonly passed: boolean;
  readonly detail: string;
}

const answersOf = (result: ExecutionResult, phase: string): readonly Answer[] =>
  (result.output as unknown as { phases: Record<string, { checks: Answer[] }> }).phases[phase]?.checks ?? [];

test('all that is well is asked of blue beforehand, and of green after the switch', async () => {
  const cloud = await night();
  const result = await cloud.run('cutover');
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'cutOver', serving: 'green' } });
  expect(answersOf(result, 'Preflight').map(({ check, passed }) => [check, passed])).toEqual(
    TIMES.flatMap((when) => ['log', 'metric', 'canary', 'keys'].map((name) => [`${name} ${when}`, true])),
  );
  for (const [phase, when] of [
    ['Check', BEFORE_RESUME],
    ['Check with clients', AFTER_RESUME],
  ] as const) {
    expect(answersOf(result, phase)).toMatchObject([
      { passed: true, detail: expect.stringMatching(`lines of batch since 20.* match "${when}: normal end"$`) },
      { passed: true, detail: expect.stringMatching(/^Shop\/LogIns \(Sum\) was 4 in the period from 20/) },
      { passed: true, detail: expect.stringMatching(/^its run that began at 20.* passed$/) },
      { passed: true, detail: 'served by green' },
    ]);
  }
  expect(cloud.broken).toEqual([]);
});

const RED: [string, CheckBehaviour, RegExp][] = [
  ['log', 'red-on-green', /0 lines of batch since .* match ".*: normal end", expected at least 6/],
  ['log', 'hangs-on-green', /0 lines of batch since .* match ".*: normal end", expected at least 6/],
  ['metric', 'red-on-green', /was 2 in the period from .*, expected GreaterThanOrEqualToThreshold 3/],
  ['metric', 'hangs-on-green', /has no data, in no whole period since/],
  ['canary', 'red-on-green', /its run that began at .* failed: Error: 503 Service Unavailable/],
  ['canary', 'hangs-on-green', /its run that began at .* has not ended within 300 s/],
  ['keys', 'red-on-green', /not well on green/],
];

describe.each(TIMES)('%s', (when) => {
  test.each(sampled(RED, 3))(
    'a %s that is %s sends clients back, and says what was seen',
    async (name, behaviour, detail) => {
      const cloud = await night({ [`${name} ${when}`]: behaviour });
      const result = await cloud.run('cutover');
      expect(result).toMatchObject({ status: 'FAILED', error: 'RolledBack' });
      expect(result.cause).toContain(`CheckFailed: ${name} ${when} failed after 1 try`);
      expect(result.cause).toMatch(detail);
      expect(cloud.serving()).toBe('blue');
      expect(cloud.broken).toEqual([]);
    },
  );
});

test.each([...new Set(RED.map(([name]) => name))])(
  'a %s that is red on blue ends the preflight, and changes nothing',
  async (name) => {
    const cloud = await night({ [`${name} ${AFTER_RESUME}`]: 'red' });
    const result = await cloud.run('cutover');
    expect(result.status).toBe('FAILED');
    expect(result.cause).toContain(`${name} ${AFTER_RESUME} failed after 1 try`);
    expect(result.cause).toContain('Asked of blue, before the switch');
    expect(cloud.serving()).toBe('blue');
  },
);

test('after a rollback they look back at blue, and hold nobody up', async () => {
  const cloud = await night();
  await cloud.run('cutover');
  cloud.behaviours.set(`log ${BEFORE_RESUME}`, 'red');
  const result = await cloud.run('rollback');
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'rolledBackOnRequest', serving: 'blue' } });
  expect(answersOf(result, 'Check the return').filter(({ passed }) => !passed)).toMatchObject([
    { check: `log ${BEFORE_RESUME}`, detail: expect.stringMatching(/^0 lines of batch since/) },
  ]);
});

describe('lines of a log', () => {
  const logLines = (pattern: string, atLeast = 1) =>
    assemblyWith((stack) => [
      Check.stateMachine({
        name: 'batch',
        when: BEFORE_RESUME,
        stateMachine: StateMachine.fromStateMachineName(stack, 'Looks', 'looks'),
        retries: 1,
        interval: Duration.seconds(30),
      }),
      Check.logLines({
        name: 'end of batch',
        when: BEFORE_RESUME,
        logGroup: LogGroup.fromLogGroupName(stack, 'Batch', 'batch'),
        pattern,
        within: Duration.minutes(5),
        atLeast,
      }),
    ]);
  const assembly = logLines('"normal end"');

  test('that a check before has had written count', async () => {
    const cloud = await night({}, assembly);
    let runs = 0;
    const result = await cloud.run('cutover', {
      entered: (state) => {
        if (state !== 'Check: state machine: run it') return;
        runs += 1;
        cloud.behaviours.set('batch', runs === 1 ? 'red' : 'works');
        cloud.behaviours.set('end of batch', 'hangs');
        if (runs === 1) cloud.traces.logs.write('batch', 'normal end');
      },
    });
    expect(runs).toBe(2);
    expect(result).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('that were written on blue do not', async () => {
    const cloud = await night({ 'end of batch': 'hangs-on-green' }, assembly);
    const result = await cloud.run('cutover');
    expect(result.cause).toContain('end of batch failed after 1 try');
    expect(result.cause).toContain('0 lines of batch');
  });

  test('that are found late are waited for', async () => {
    const cloud = await night({ 'end of batch': 'hangs-on-green' }, assembly);
    const result = await cloud.run('cutover', {
      entered: (state) => {
        if (state === 'Check: log lines: look: note the time') cloud.traces.logs.write('batch', 'normal end', 120_000);
      },
    });
    expect(result).toMatchObject({ status: 'SUCCEEDED' });
    expect(answersOf(result, 'Check')[1]).toMatchObject({ passed: true });
  });

  test('are looked for behind pages that have none, and no answer is too large', async () => {
    const cloud = await night({}, logLines('"normal end"', 40));
    const result = await cloud.run('cutover', {
      entered: (state) => {
        if (state !== 'Check: log lines: look: note the time') return;
        for (let line = 0; line < 450; line++) cloud.traces.logs.write('batch', `order ${line}`);
      },
    });
    expect(result).toMatchObject({ status: 'SUCCEEDED' });
    const limits = cloud.calls.entries
      .filter(({ action }) => action === 'filterLogEvents')
      .map(({ input }) => (input as { limit: number }).limit);
    expect(new Set(limits)).toEqual(new Set([4]));
  });

  test('of a log that is too large are said not to be found', async () => {
    const cloud = await night({ 'end of batch': 'hangs-on-green' }, assembly);
    const result = await cloud.run('cutover', {
      entered: (state) => {
        if (state !== 'Check: log lines: look: note the time') return;
        for (let line = 0; line < 6_000; line++) cloud.traces.logs.write('batch', `order ${line}`);
      },
    });
    expect(result.cause).toMatch(/the log is too large to be searched to its end in 30 pages: look at a smaller one/);
    expect(cloud.serving()).toBe('blue');
  });

  test('of a group that is not there are an error, not an empty log', async () => {
    const cloud = await night({}, assembly);
    const result = await cloud.run('preflight', {
      fail: (state) =>
        state === 'Check blue: log lines: read the log'
          ? new TaskFailure('CloudWatchLogs.ResourceNotFoundException', 'The specified log group does not exist.')
          : undefined,
    });
    expect(result.cause).toContain('CloudWatchLogs.ResourceNotFoundException: The specified log group does not exist.');
  });
});

describe('a metric', () => {
  const metricOf = (missingPasses: boolean) =>
    assemblyWith(() => [
      Check.metric({
        name: 'errors',
        when: AFTER_RESUME,
        metric: logIns('web').with({ statistic: 'Average', period: Duration.minutes(5) }),
        comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
        threshold: 10,
        within: Duration.minutes(15),
        missingPasses,
      }),
    ]);

  test('without any data passes where that was said, once the time is over', async () => {
    const cloud = await night({ errors: 'hangs' }, metricOf(true));
    const result = await cloud.run('cutover');
    expect(answersOf(result, 'Check with clients')).toMatchObject([
      { passed: true, detail: 'Shop/LogIns (Average) has no data, which passes', seconds: 900 },
    ]);
  });

  test('does not pass without any data otherwise', async () => {
    const cloud = await night({ errors: 'hangs' }, metricOf(false));
    const result = await cloud.run('preflight');
    expect(result.cause).toMatch(/errors failed after 1 try .* has no data, in no whole period since/);
  });

  test('is read of whole periods that have begun since clients left the other side', async () => {
    const cloud = await night({}, metricOf(false));
    const begun: number[] = [];
    await cloud.run('cutover', {
      entered: (state) => {
        if (state === 'Check with clients: run each check') begun.push(cloud.clock.now());
      },
    });
    const asked = cloud.calls.entries.filter(
      ({ action, state }) => action === 'getMetricData' && state?.includes('clients'),
    );
    expect(asked.length).toBeGreaterThan(0);
    for (const { input } of asked) {
      const { StartTime, EndTime } = input as unknown as { StartTime: Date; EndTime: Date };
      expect(StartTime.getTime() % 300_000).toBe(0);
      expect(EndTime.getTime() % 300_000).toBe(0);
      expect(StartTime.getTime()).toBeGreaterThanOrEqual(begun[0] ?? Number.POSITIVE_INFINITY);
    }
  });
});

describe('a canary', () => {
  const assembly = assemblyWith(() => [
    Check.canary({
      name: 'pages',
      when: BEFORE_RESUME,
      canaryName: 'pages',
      timeout: Duration.minutes(5),
      retries: 1,
      interval: Duration.seconds(30),
    }),
  ]);

  test('that runs once when it is started is started, on both sides', async () => {
    const cloud = await night({}, assembly);
    cloud.traces.synthetics.add('pages', 'rate(0 hour)');
    const result = await cloud.run('cutover');
    expect(result).toMatchObject({ status: 'SUCCEEDED' });
    const starts = cloud.calls.entries.filter(({ action }) => action === 'startCanary');
    expect(starts.map(({ state }) => state)).toEqual(['Check blue: canary: run it', 'Check: canary: run it']);
  });

  test('that somebody else has just started is waited for', async () => {
    const cloud = await night({}, assembly);
    cloud.traces.synthetics.add('pages', 'rate(0 minute)');
    const result = await cloud.run('cutover', {
      refuse: (state) =>
        state === 'Check: canary: run it'
          ? new TaskFailure('Synthetics.ConflictException', 'The canary pages is in the state RUNNING.')
          : undefined,
    });
    expect(result.cause).toMatch(/no run of pages has begun since .* within 300 s; its schedule is rate\(0 minute\)/);
  });

  test('that is stopped, or runs too seldom, ends the preflight with what to do', async () => {
    const cloud = await night({}, assembly);
    cloud.traces.synthetics.add('pages', 'rate(1 minute)', 'STOPPED');
    const stopped = await cloud.run('preflight');
    expect(stopped.cause).toContain(
      'the canary pages is STOPPED and does not run by its schedule, rate(1 minute): start it',
    );
    cloud.traces.synthetics.add('pages', 'rate(1 hour)');
    const seldom = await cloud.run('preflight');
    expect(seldom.cause).toContain('runs by rate(1 hour), and the check waits for 300 s');
  });

  test('that has passed on blue has not passed on green', async () => {
    const cloud = await night({}, assembly);
    cloud.traces.synthetics.add('pages', 'cron(0 3 * * ? *)', 'STOPPED');
    await cloud.administer('synthetics', 'startCanary', { Name: 'pages' });
    const result = await cloud.run('cutover');
    expect(result.cause).toMatch(
      /pages failed after 2 tries .* no run of pages has begun since .* cron\(0 3 \* \* \? \*\)/,
    );
    expect(cloud.serving()).toBe('blue');
  });

  test('that has failed is given a run of its own by another try', async () => {
    const cloud = await night({ pages: 'red-on-green' }, assembly);
    let tries = 0;
    const result = await cloud.run('cutover', {
      entered: (state) => {
        if (state === 'Check: canary: look at it' && ++tries === 2) cloud.behaviours.set('pages', 'works');
      },
    });
    expect(result).toMatchObject({ status: 'SUCCEEDED' });
    expect(answersOf(result, 'Check')).toMatchObject([{ check: 'pages', passed: true, tries: 2 }]);
  });
});
