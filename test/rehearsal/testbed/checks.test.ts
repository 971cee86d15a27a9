import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration, type Stack } from 'aws-cdk-lib';
import { Connection } from 'aws-cdk-lib/aws-events';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { CacheConsistency, Check, CheckTime, type ICheck } from '../../../lib';
import type { RehearsalRecord } from '../../../rehearsal/report/result';
import { synthesizeMigration } from './app-under-test';
import { synthesizeClone, synthesizeManaged, synthesizePromotion } from './database-under-test';
import { onDemand } from './on-demand';
import { perform, summary, told, WELL, WHOLE } from './perform';

jest.setTimeout(400_000);

const folder = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { BEFORE_RESUME, AFTER_RESUME } = CheckTime;

const LOGIN = 'log in';

/** A log-in without client ingress and one with clients, with as little patience as there can be. */
function logIns(): ICheck[] {
  const patience = { timeout: Duration.seconds(5), retries: 1, interval: Duration.seconds(1) };
  const url = 'http://shop.internal.test:8080/login';
  return [
    Check.http({ name: LOGIN, when: BEFORE_RESUME, url, contains: 'Welcome', owner: 'shop team', ...patience }),
    Check.http({ name: `${LOGIN} again`, when: AFTER_RESUME, url, method: 'POST', body: '{}', ...patience }),
  ];
}

/** The same, and one of every other kind. */
function everyKind(stack: Stack): ICheck[] {
  const connection = Connection.fromConnectionAttributes(stack, 'Shop', {
    connectionName: 'shop',
    connectionArn: 'arn:aws:events:eu-west-1:111122223333:connection/shop/0b3e21a3-5b4a-4e5f-9c9f-1a2b3c4d5e6f',
    connectionSecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:events!connection/shop-AbCdEf',
  });
  return [
    ...logIns(),
    Check.http({ name: 'api', when: BEFORE_RESUME, url: 'https://shop.test/health', connection, contains: '"up"' }),
    Check.stateMachine({
      name: 'orders',
      when: BEFORE_RESUME,
      stateMachine: StateMachine.fromStateMachineName(stack, 'Orders', 'look-at-orders'),
    }),
    Check.command({ name: 'batch', when: BEFORE_RESUME, command: 'true', instances: { role: 'batch' } }),
    Check.confirm({ name: 'a look', when: AFTER_RESUME, instructions: 'Look.', timeout: Duration.seconds(5) }),
  ];
}

function synthesize(consistency: CacheConsistency): string {
  return synthesizeMigration(join(folder, consistency), consistency, undefined, undefined, (stack) => ({
    checks: everyKind(stack),
    approval: new Topic(stack, 'Topic'),
  }));
}

const fenced = synthesize(CacheConsistency.FENCED);

const answers = ({ result }: RehearsalRecord) =>
  result.checks.map(({ phase, check, passed, detail }) => [phase, check, passed, detail]);

test('every kind of check is answered by an application that uses the record: on blue before, on green after', async () => {
  const record = await perform(fenced);
  expect(summary(record)).toEqual({ ...WELL, outcome: 'cutover', serving: 'green' });
  const host = (name: string, method = 'GET') => [
    name,
    true,
    expect.stringMatching(`^${method} http://.*/login: got the status 200$`),
  ];
  const asked = (phase: string, side: string) =>
    [
      host(LOGIN),
      host(`${LOGIN} again`, 'POST'),
      ['api', true, 'GET https://shop.test/health: got the status 200'],
      ['orders', true, `served by ${side}`],
      ['batch', true, expect.stringMatching(/^ended with 0 on i-\w+, i-\w+$/)],
    ].map((rest) => [phase, ...rest]);
  expect(answers(record)).toEqual([
    ...asked('Preflight', 'blue'),
    ...asked('Check', 'green').filter(([, name]) => name !== `${LOGIN} again`),
    ['Check with clients', ...host(`${LOGIN} again`, 'POST')],
    ['Check with clients', 'a look', true, 'rehearsal confirmed it'],
  ]);
  expect(record.incidents.map(({ what }) => what)).toContain('a look confirmed');
});

test('a log-in that works on blue and not on green sends clients back before they are let in, with nothing lost', async () => {
  const record = await perform(fenced, { checks: [`${LOGIN}:red-on-green`] });
  expect(summary(record)).toEqual({ ...WELL, outcome: 'rolledBack', serving: 'blue' });
  expect(record.result.reason).toMatch(
    /^Check: CheckFailed: log in \(shop team\) failed after 2 tries in [\d.]+ s: GET .*: got the status 503, expected 200 to 299\./,
  );
  expect(record.result.checks.filter(({ passed }) => !passed)).toMatchObject([
    { check: LOGIN, phase: 'Check', tries: 2 },
  ]);
});

test('one that hangs with clients turns them round, with nothing lost', async () => {
  const record = await perform(fenced, { checks: [`${LOGIN} again:hangs-on-green`] });
  expect(summary(record)).toEqual({ ...WELL, outcome: 'rolledBack', serving: 'blue' });
  expect(record.result.reason).toMatch(/^Check with clients: CheckFailed: log in again .* no answer within 5 s/);
});

test('one that is red on both ends the preflight before anything is changed', async () => {
  const record = await perform(fenced, { checks: [`${LOGIN}:red`] });
  expect(record.result).toMatchObject({ outcome: 'rolledBack', serving: 'blue' });
  expect(record.result.reason).toContain('Asked of blue, before the switch');
  expect(record.result.cutover.phases.map(({ name }) => name)).toEqual(['Preflight']);
});

test.each([`nobody:works`, `${LOGIN}:sad`, LOGIN])('--check %s is refused in a sentence', async (text) => {
  await expect(perform(fenced, { checks: [text] })).rejects.toThrow(/^--check: got .*(accepted is|the migration has)/);
});

onDemand('a person who says no, and one who does not answer, send clients back', async () => {
  for (const [behaviour, said] of [
    ['red-on-green', 'rehearsal said no: not well'],
    ['hangs', 'nobody answered within'],
  ] as const) {
    const record = await perform(fenced, { checks: [`a look:${behaviour}`] });
    expect(summary(record)).toEqual({ ...WELL, outcome: 'rolledBack', serving: 'blue' });
    expect(record.result.reason).toContain(said);
  }
});

onDemand.each(['api', 'orders', 'batch'])('"%s" that is red on green sends clients back', async (check) => {
  const record = await perform(fenced, { checks: [`${check}:red-on-green`] });
  expect(summary(record)).toEqual({ ...WELL, outcome: 'rolledBack', serving: 'blue' });
});

onDemand('at COLD a failing log-in sends clients back, before and after they are let in', async () => {
  const assembly = synthesize(CacheConsistency.COLD);
  for (const check of [LOGIN, `${LOGIN} again`]) {
    const record = await perform(assembly, { checks: [`${check}:red-on-green`] });
    expect(summary(record)).toMatchObject({ outcome: 'rolledBack', serving: 'blue', violations: [] });
  }
});

onDemand(
  'at LIVE a failing log-in sends clients back, before and after they are let in, with nothing lost',
  async () => {
    const assembly = synthesize(CacheConsistency.LIVE);
    for (const check of [LOGIN, `${LOGIN} again`]) {
      const record = await perform(assembly, { checks: [`${check}:red-on-green`] });
      expect(summary(record)).toMatchObject({ outcome: 'rolledBack', serving: 'blue', violations: [] });
    }
  },
);

const STRATEGIES = {
  promoteReplica: () => synthesizePromotion(join(folder, 'promotion'), { checks: logIns() }),
  binlogReplica: () => synthesizeClone(join(folder, 'clone'), logIns()),
  managedBlueGreen: () => synthesizeManaged(join(folder, 'managed'), logIns()),
};

onDemand.each(Object.entries(STRATEGIES))(
  'with %s a failing log-in sends clients back with every transaction, before and after they are let in',
  async (_, synthesizeStrategy) => {
    const assembly = synthesizeStrategy();
    for (const check of [LOGIN, `${LOGIN} again`]) {
      const { result } = await perform(assembly, { turnsPerSecond: 150, checks: [`${check}:red-on-green`] });
      expect(told(result)).toMatchObject({ outcome: 'rolledBack', serving: 'blue', clients: WHOLE });
      expect(result.invariants.violations).toEqual([]);
    }
  },
);
