import { Sns } from '../../../rehearsal/aws/sns';
import { callerOf, testEnvironment } from './stage';

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:approvals';

function stage() {
  const { environment } = testEnvironment();
  const heard: string[] = [];
  const sns = new Sns({ environment, topicArns: [TOPIC], onPublish: ({ message }) => heard.push(message) });
  return { ...callerOf(environment, sns), sns, heard };
}

test('a message is kept and told of', async () => {
  const { call, sns, heard } = stage();
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
    { TopicArn: TOPIC, Message: 'a', Subject: 'x'.repeat(101) },
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
])('publishing with %s is refused', async (_what, request, error, cause) => {
  expect(await stage().refusal('publish', request)).toEqual({ error, cause: expect.stringContaining(cause) });
});
