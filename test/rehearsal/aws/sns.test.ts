import { Keys, type KmsKey } from '../../../rehearsal/aws/kms/keys';
import { Sns } from '../../../rehearsal/aws/sns';
import { allowing, callerOf, testEnvironment } from './test-environment';

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:approvals';

function testbed() {
  const { environment } = testEnvironment();
  const heard: string[] = [];
  const sns = new Sns({ environment, topics: [{ arn: TOPIC }], onPublish: ({ message }) => heard.push(message) });
  return { ...callerOf(environment, sns), sns, heard };
}

test('a message is kept and told of', async () => {
  const { call, sns, heard } = testbed();
  expect(await call('publish', { TopicArn: TOPIC, Subject: 'ready', Message: 'approve?' })).toEqual({
    MessageId: expect.any(String),
  });
  expect(sns.published).toMatchObject([{ topicArn: TOPIC, subject: 'ready', message: 'approve?' }]);
  expect(heard).toEqual(['approve?']);
});

test.each([
  ['another topic', { TopicArn: `${TOPIC}x`, Message: 'a' }, 'Sns.NotFoundException', 'Topic does not exist'],
  ['no topic', { Message: 'a' }, 'Sns.InvalidParameterException', 'no value for required parameter'],
  ['no text', { TopicArn: TOPIC, Message: '' }, 'Sns.InvalidParameterException', 'Empty message'],
  [
    'too long a text',
    { TopicArn: TOPIC, Message: 'x'.repeat(262_145) },
    'Sns.InvalidParameterException',
    'Message too long',
  ],
  [
    'too long a subject',
    { TopicArn: TOPIC, Message: 'a', Subject: 'x'.repeat(100) },
    'Sns.InvalidParameterException',
    'Invalid parameter: Subject',
  ],
  [
    'a subject of two lines',
    { TopicArn: TOPIC, Message: 'a', Subject: 'x\ny' },
    'Sns.InvalidParameterException',
    'Invalid parameter: Subject',
  ],
  [
    'a subject beyond ASCII',
    { TopicArn: TOPIC, Message: 'a', Subject: 'ü' },
    'Sns.InvalidParameterException',
    'Invalid parameter: Subject',
  ],
  [
    'no group to a FIFO topic',
    { TopicArn: `${TOPIC}.fifo`, Message: 'a' },
    'Sns.InvalidParameterException',
    'The MessageGroupId parameter is required for FIFO topics',
  ],
])('publishing with %s is refused', async (_what, request, error, cause) => {
  expect(await testbed().refusal('publish', request)).toEqual({ error, cause: expect.stringContaining(cause) });
});

describe('a topic that is encrypted with a key', () => {
  const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-123456789012';
  const publish = { Effect: 'Allow', Action: 'sns:Publish', Resource: TOPIC } as const;
  const useKey = {
    Effect: 'Allow',
    Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
    Resource: KEY,
    Condition: { StringLike: { 'kms:ViaService': 'sns.eu-west-1.amazonaws.com*' } },
  } as const;

  function encrypted(key: Partial<KmsKey> = {}) {
    const { environment } = testEnvironment();
    const keys = new Keys(environment.account);
    keys.add({ arn: KEY, ...key });
    const sns = new Sns({ environment, topics: [{ arn: TOPIC, masterKeyId: KEY }] });
    return callerOf(environment, sns, { keys });
  }

  const message = { TopicArn: TOPIC, Message: 'approve?' };

  test('takes messages of those alone who may use the key as well', async () => {
    const { call, refusal } = encrypted();
    expect(await refusal('publish', message, { principal: allowing(publish) })).toEqual({
      error: 'Sns.KmsAccessDeniedException',
      cause: expect.stringMatching(/not authorized to perform: kms:GenerateDataKey .* no identity-based policy allows/),
    });
    const { Action: _, ...onlyGenerate } = useKey;
    expect(
      await refusal('publish', message, {
        principal: allowing(publish, { ...onlyGenerate, Action: 'kms:GenerateDataKey' }),
      }),
    ).toMatchObject({ cause: expect.stringContaining('kms:Decrypt') });
    await call('publish', message, { principal: allowing(publish, useKey) });
  });

  test('is closed to them all the same where the key’s policy does not leave it to IAM', async () => {
    const { refusal } = encrypted({
      policy: [{ principals: ['arn:aws:iam::111122223333:role/Admin'], statement: { ...useKey, Resource: '*' } }],
    });
    expect(await refusal('publish', message, { principal: allowing(publish, useKey) })).toMatchObject({
      cause: expect.stringContaining('because no resource-based policy allows the kms:GenerateDataKey action'),
    });
  });

  test('is open to whom the key’s policy names', async () => {
    const { roleArn } = allowing();
    const { call } = encrypted({ policy: [{ principals: [roleArn], statement: { ...useKey, Resource: '*' } }] });
    await call('publish', message, { principal: allowing(publish) });
  });

  test('says what it is encrypted with', async () => {
    expect(await encrypted().call('getTopicAttributes', { TopicArn: TOPIC })).toMatchObject({
      Attributes: { KmsMasterKeyId: KEY },
    });
  });
});
