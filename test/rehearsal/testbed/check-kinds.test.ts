import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration, type Stack } from 'aws-cdk-lib';
import { ComparisonOperator, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnCanary } from 'aws-cdk-lib/aws-synthetics';
import { CacheConsistency, Check, CheckTime, type ICheck, QueryExpectation } from '../../../lib';
import type { RehearsalRecord } from '../../../rehearsal/report/result';
import { synthesizeMigration } from './app-under-test';
import { synthesizePromotion } from './database-under-test';
import { perform, summary, told, WELL, WHOLE } from './perform';

jest.setTimeout(400_000);

const folder = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { BEFORE_RESUME, AFTER_RESUME } = CheckTime;

/** What is looked at while clients wait, with as little patience as there can be; and what they write once they are in. */
function looks(stack: Stack): ICheck[] {
  const within = Duration.seconds(25);
  new CfnCanary(stack, 'Pages', {
    name: 'pages',
    schedule: { expression: 'rate(0 minute)' },
    artifactS3Location: 's3://pages',
    code: { handler: 'pages.handler', script: '' },
    executionRoleArn: 'arn:aws:iam::111122223333:role/pages',
    runtimeVersion: 'syn-nodejs-puppeteer-10.0',
  });
  return [
    Check.logLines({
      name: 'batch',
      when: BEFORE_RESUME,
      logGroup: LogGroup.fromLogGroupName(stack, 'BatchLog', 'batch'),
      pattern: '"normal end"',
      within,
      owner: 'batch team',
    }),
    Check.metric({
      name: 'log-ins',
      when: BEFORE_RESUME,
      metric: new Metric({ namespace: 'Shop', metricName: 'LogIns', statistic: 'Sum', period: Duration.seconds(10) }),
      comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: 5,
      within,
    }),
    Check.canary({ name: 'pages', when: BEFORE_RESUME, canaryName: 'pages', timeout: within }),
    Check.keysAppear({ name: 'sessions', when: AFTER_RESUME, pattern: 'load:session:*', within, atLeast: 3 }),
  ];
}

const fenced = synthesizeMigration(join(folder, 'fenced'), CacheConsistency.FENCED, undefined, undefined, (stack) => ({
  checks: looks(stack),
}));

const answers = ({ result }: RehearsalRecord) =>
  result.checks.map(({ phase, check, passed, detail }) => [phase, check, passed, detail]);

test('what applications leave behind is found on blue before, and on green after; keys appear once clients are in', async () => {
  const record = await perform(fenced);
  expect(summary(record)).toEqual({ ...WELL, outcome: 'cutover', serving: 'green' });
  const left = (phase: string) => [
    [phase, 'batch', true, expect.stringMatching(/^\d+ lines? of batch since 20.* match(es)? "normal end"$/)],
    [phase, 'log-ins', true, expect.stringMatching(/^Shop\/LogIns \(Sum\) was \d+ in the period from 20/)],
    [phase, 'pages', true, expect.stringMatching(/^its run that began at 20.* passed$/)],
  ];
  const sessions = (phase: string, side: string) => [
    [
      phase,
      'sessions',
      true,
      expect.stringMatching(`^\\d+ keys that match "load:session:\\*" appeared .* of ${side}$`),
    ],
  ];
  expect(answers(record)).toEqual([
    ...left('Preflight'),
    ...sessions('Preflight', 'blue'),
    ...left('Check'),
    ...sessions('Check with clients', 'green'),
  ]);
});

test('a batch whose log does not say so on green sends clients back before they are let in, with nothing lost', async () => {
  const record = await perform(fenced, { checks: ['batch:red-on-green'] });
  expect(summary(record)).toEqual({ ...WELL, outcome: 'rolledBack', serving: 'blue' });
  expect(record.result.reason).toMatch(
    /^Check: CheckFailed: batch \(batch team\) failed after 1 try in [\d.]+ s: 0 lines of batch since 20.* match "normal end", expected at least 1\./,
  );
});

test('a query is asked of the writer that serves: of blue before, of green after', async () => {
  const query = Check.query({
    name: 'accounts',
    when: AFTER_RESUME,
    sql: 'SELECT COUNT(*) FROM accounts',
    database: 'shop',
    expect: QueryExpectation.valueAtLeast(1),
  });
  const record = await perform(synthesizePromotion(join(folder, 'promotion'), { checks: [query] }), {
    turnsPerSecond: 150,
  });
  expect(told(record.result)).toMatchObject({ outcome: 'cutover', serving: 'green', clients: WHOLE });
  expect(answers(record)).toEqual([
    ['Preflight', 'accounts', true, expect.stringMatching(/^blue answers \d+$/)],
    ['Check with clients', 'accounts', true, expect.stringMatching(/^green answers \d+$/)],
  ]);
});
