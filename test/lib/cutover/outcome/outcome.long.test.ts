import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CacheConsistency } from '../../../../lib';
import { TaskFailure } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { Cloud } from '../../cloud';
import { Surroundings } from '../../migration-under-test';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const surroundings = new Surroundings();
const migration = surroundings.migrate({
  migrationName: 'sessions',
  consistency: CacheConsistency.FENCED,
  alarms: [surroundings.alarm('LoginErrors')],
  notifications: surroundings.topic(),
});
migration.onOutcome('RolledBack', {
  target: new SnsTopic(new Topic(surroundings.stack, 'OnCall')),
  eventPattern: { detail: { outcome: ['rolledBack', 'recoveryNeeded'] } },
});
const assembly = surroundings.deploy();

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:sessions';
const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:sessions:run-0';

const fail = (failing: RegExp) => (state: string) =>
  failing.test(state) ? new TaskFailure('Injected', 'by the test') : undefined;

/** Of events: what the execution said of itself. */
const told = ({ eventBridge }: Cloud) =>
  eventBridge.events.map(({ source, 'detail-type': type, detail, resources }) => ({ source, type, detail, resources }));

/** How many executions ended so, as CloudWatch counts them. */
async function counted(cloud: Cloud, outcome: string): Promise<unknown> {
  const Dimensions = [
    { Name: 'Migration', Value: 'sessions' },
    { Name: 'Outcome', Value: outcome },
  ];
  const Metric = { Namespace: 'CdkCutover', MetricName: 'Executions', Dimensions };
  const now = cloud.clock.now();
  const answer = (await cloud.administer('cloudwatch', 'getMetricData', {
    StartTime: new Date(now - 86_400_000),
    EndTime: new Date(now + 60_000),
    MetricDataQueries: [{ Id: 'ended', MetricStat: { Metric, Period: 86_400, Stat: 'Sum' } }],
  })) as { readonly MetricDataResults: readonly { readonly Values: readonly number[] }[] };
  return answer.MetricDataResults[0]?.Values.reduce((sum, value) => sum + value, 0);
}

test('a cutover tells the bus how it ended and who serves, counts itself, and reaches no rule for another outcome', async () => {
  const cloud = await Cloud.of(assembly, true);
  await cloud.run('cutover');
  expect(told(cloud)).toEqual([
    {
      source: 'cdk-cutover',
      type: 'Cutover Outcome',
      detail: {
        migration: 'sessions',
        action: 'cutover',
        outcome: 'cutOver',
        activeSide: 'green',
        execution: EXECUTION,
      },
      resources: [EXECUTION, MACHINE],
    },
  ]);
  expect(await counted(cloud, 'cutOver')).toBe(1);
  expect(cloud.eventBridge.deliveries).toEqual([]);
});

test('one that was rolled back says what failed, and reaches the rule for it', async () => {
  const cloud = await Cloud.of(assembly, true);
  await cloud.run('cutover', { fail: fail(/^Disconnect clients left on the old side: agent$/) });
  await cloud.eventBridge.settled();
  expect(told(cloud).map(({ detail }) => detail)).toEqual([
    expect.objectContaining({
      outcome: 'rolledBack',
      activeSide: 'blue',
      failure: { phase: 'Evict', error: 'Injected', cause: expect.stringContaining('by the test') },
    }),
  ]);
  expect(cloud.eventBridge.deliveries).toMatchObject([{ error: undefined }]);
  expect(await counted(cloud, 'rolledBack')).toBe(1);
});

test('so do one that is refused, one that needs a recovery, and the recovery of one that was stopped', async () => {
  const cloud = await Cloud.of(assembly, true);
  await cloud.run('rollback');
  await cloud.run('cutover', {
    fail: fail(/^Disconnect clients left on the old side: agent$/),
    refuse: fail(/^Close the journal$/),
  });
  await cloud.run('recover');
  await cloud.run('cutover', { abortAt: 'Fence' });
  await cloud.run('recover');
  const outcomes = told(cloud).map(({ detail }) => detail as Record<string, unknown>);
  expect(outcomes.map(({ action, outcome, activeSide }) => [action, outcome, activeSide])).toEqual([
    ['rollback', 'refused', 'blue'],
    ['cutover', 'recoveryNeeded', 'blue'],
    ['recover', 'recovered', 'blue'],
    ['recover', 'recovered', 'blue'],
  ]);
});

test('what cannot be told changes nothing of how an execution ends', async () => {
  const cloud = await Cloud.of(assembly, true);
  const silent = fail(/^Tell (EventBridge|CloudWatch|people) /);
  expect(await cloud.run('cutover', { refuse: silent })).toMatchObject({ status: 'SUCCEEDED' });
  expect(told(cloud)).toEqual([]);
  const badly = { refuse: silent, fail: fail(/^Disconnect clients left on the old side: agent$/) };
  expect(await cloud.run('rollback', badly)).toMatchObject({ status: 'FAILED', error: 'RolledBack' });
  expect(cloud.serving()).toBe('green');
});

test('people are told of each phase as it begins and of the end, as a chat shows it', async () => {
  const cloud = await Cloud.of(assembly, true);
  await cloud.run('cutover');
  const messages = cloud.sns.published
    .map(({ message }) => message)
    .filter((message) => message.startsWith('{'))
    .map((message) => JSON.parse(message));
  const titles = messages.map(({ content }) => content.title);
  expect(titles).toEqual(
    expect.arrayContaining(['sessions: Preflight', 'sessions: Fence', 'sessions: Switch', 'sessions: Watch']),
  );
  expect(new Set(titles).size).toBe(titles.length);
  expect(messages.at(-1)).toEqual({
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: 'sessions: cutOver',
      description: 'Clients are on green.',
      nextSteps: ['cutover status sessions'],
    },
    metadata: { threadId: EXECUTION, eventType: 'cdk-cutover' },
  });
});
