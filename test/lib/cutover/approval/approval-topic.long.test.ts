import { Duration } from 'aws-cdk-lib';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { CacheConsistency } from '../../../../lib';
import { TaskFailure } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { Cloud } from '../../cloud';
import { ACCOUNT, REGION, Surroundings } from '../../migration-under-test';

afterAll(removeTemporaryFolders);

const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:announcements`;
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/12345678-1234-1234-1234-123456789012`;
const OTHER_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/87654321-1234-1234-1234-123456789012`;

type TopicOf = (surroundings: Surroundings) => ITopic;

const ownTopic: TopicOf = ({ stack }) => new Topic(stack, 'Topic', { masterKey: new Key(stack, 'Key') });
const behindAnAlias: TopicOf = ({ stack }) =>
  new Topic(stack, 'Topic', { masterKey: new Key(stack, 'Key').addAlias('alias/shop') });
const importedWithItsKey: TopicOf = ({ stack }) =>
  Topic.fromTopicAttributes(stack, 'Topic', { topicArn: TOPIC, keyArn: KEY });
const importedAlone: TopicOf = ({ stack }) => Topic.fromTopicArn(stack, 'Topic', TOPIC);

function announcing(topic: TopicOf, migrationName = 'sessions'): Surroundings {
  const surroundings = new Surroundings();
  surroundings.migrate({
    migrationName,
    consistency: CacheConsistency.COLD,
    approval: topic(surroundings),
    watch: Duration.minutes(2),
  });
  return surroundings;
}

/** An account where the imported topic is encrypted with a key. */
async function cloudWith(topic: TopicOf, masterKeyId?: string): Promise<Cloud> {
  const cloud = await Cloud.of(announcing(topic).deploy(), false);
  for (const arn of [KEY, OTHER_KEY]) cloud.keys.add({ arn, aliases: [arn === KEY ? 'alias/shop' : 'alias/other'] });
  if (masterKeyId !== undefined) cloud.topics[0] = { arn: TOPIC, masterKeyId };
  return cloud;
}

test.each([
  ['of the app, with a key of the app', ownTopic, undefined],
  ['of the app, with an alias of a key of the app', behindAnAlias, undefined],
  ['imported with its key', importedWithItsKey, KEY],
  ['imported with its key, which it has by an alias', importedWithItsKey, 'alias/shop'],
  ['without a key', importedAlone, undefined],
  ['with SNS’s own key', importedAlone, 'alias/aws/sns'],
  ['that no longer has the key that is stated', importedWithItsKey, undefined],
])('a topic %s is announced on', async (_, topic, keyArn) => {
  const cloud = await cloudWith(topic, keyArn);
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
  expect(cloud.calls.entries.map(({ action }) => action)).toContain('publish');
});

const refused = async (cloud: Cloud) => {
  const before = cloud.observe();
  const { cause } = await cloud.run('cutover');
  expect(cloud.observe()).toEqual({ ...before, phase: 'settled' });
  return cause;
};

test('a key that the app does not know is found by the preflight, with what to state', async () => {
  const cloud = await cloudWith(importedAlone, KEY);
  expect(await refused(cloud)).toMatch(
    /^Preflight: TopicKeyNotStated: .*:announcements is encrypted with .*key\/12345678.* Topic\.fromTopicAttributes and its keyArn/,
  );
});

test('so is another key than the app says', async () => {
  for (const keyArn of [OTHER_KEY, 'alias/other']) {
    const cloud = await cloudWith(importedWithItsKey, keyArn);
    expect(await refused(cloud)).toMatch(
      /^Preflight: TopicKeyRefused: .* Stated is .*key\/12345678.*, and KMS said: .*not authorized to perform: kms:DescribeKey on resource: .*key\/87654321/,
    );
  }
});

test('so is a key whose policy does not leave it to IAM', async () => {
  const cloud = await cloudWith(importedWithItsKey, KEY);
  const statement = { Effect: 'Allow', Action: 'kms:*', Resource: '*' } as const;
  cloud.keys.add({ arn: KEY, policy: [{ principals: [`arn:aws:iam::${ACCOUNT}:role/Admin`], statement }] });
  expect(await refused(cloud)).toMatch(/^Preflight: TopicKeyRefused: .* no resource-based policy allows/);
});

test('so is a key that is not enabled', async () => {
  const cloud = await cloudWith(importedWithItsKey, KEY);
  cloud.keys.add({ arn: KEY, state: 'PendingDeletion' });
  expect(await refused(cloud)).toMatch(/^Preflight: TopicKeyNotEnabled: .* is PendingDeletion\./);
});

test('so is a topic that is not there', async () => {
  const cloud = await cloudWith(importedAlone);
  cloud.topics.length = 0;
  expect(await refused(cloud)).toMatch(/^Preflight: NoTopic: There is no topic .*:announcements\. Create it, or/);
});

test('a topic that may not be looked at is left to the announcement', async () => {
  const cloud = await cloudWith(importedAlone);
  const refuse = (state: string) =>
    state === 'Does the approval topic exist?'
      ? new TaskFailure('Sns.AuthorizationErrorException', 'Not yours.')
      : undefined;
  expect(await cloud.run('cutover', { refuse })).toMatchObject({ status: 'SUCCEEDED' });
});

test('an alias in place of a key is refused at synthesis', () => {
  const aliased: TopicOf = ({ stack }) =>
    new Topic(stack, 'Topic', { masterKey: Alias.fromAliasName(stack, 'Key', 'alias/shop') });
  expect(() => announcing(aliased)).toThrow(/got the alias .*alias\/shop.* Accepted is the key that it stands for/);
});

test('the subject of an announcement is one that SNS takes, however long the name', () => {
  const [machine] = announcing(importedAlone, 'n'.repeat(64)).deploy().stateMachines();
  const subjects = JSON.stringify(machine?.definition).match(/"Subject":"[^"]*"/g) ?? [];
  const lengths = subjects.map((subject) => subject.length - '"Subject":""'.length);
  expect(lengths).toHaveLength(2);
  expect(Math.max(...lengths)).toBeLessThan(100);
});
