import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { arnOfKey, useOfKey } from '../permissions/key-use';
import { awsCall } from '../states/aws-call';
import { expression, literal } from '../states/expression';
import { is } from '../states/is';
import { jsonata } from '../states/jsonata';

/**
 * What a publisher needs besides sns:Publish. SNS uses the topic's key in the publisher's name.
 *
 * @see docs/aws-facts.md#sns-publisher-needs-the-topics-key
 */
export function useOfTopicKey({ masterKey: key, env }: ITopic): PolicyStatement[] {
  if (key === undefined) return [];
  return [
    useOfKey({
      keyArn: arnOfKey(key),
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      via: 'sns',
      region: env.region,
    }),
  ];
}

/**
 * Looks whether the topic is there, and whether its key is the one that the role may use: the announcement itself would
 * tell after the whole copy. Nothing is published.
 */
export function checkTopic(scope: Construct, topic: ITopic): IChainable {
  const read = awsCall(scope, 'Does the approval topic exist?', {
    call: 'sns:getTopicAttributes',
    parameters: { TopicArn: topic.topicArn },
    iamAction: 'sns:GetTopicAttributes',
    resources: [topic.topicArn],
    assign: { topicKey: expression(`[$states.result.Attributes.KmsMasterKeyId, ''][0]`) },
    outputs: {},
  });
  const ready = Pass.jsonata(scope, 'The approval topic is usable', { outputs: {} });
  const missing = Fail.jsonata(scope, 'The approval topic does not exist', {
    error: 'NoTopic',
    cause: expression(`'There is no topic ' & ${literal(topic.topicArn)} & '. Create it, or give another approval.'`),
  });
  read.addCatch(missing, { errors: ['Sns.NotFoundException'] });
  // A topic of another account may let us publish and nothing more: then only the announcement tells.
  read.addCatch(ready, { errors: ['Sns.AuthorizationErrorException'] });

  const { masterKey } = topic;
  const first = masterKey === undefined ? keyNotStated(scope, topic) : readKey(scope, topic, masterKey, ready);
  const choice = Choice.jsonata(scope, 'Is the approval topic encrypted with a customer key?')
    .when(is(`$topicKey in ['', 'alias/aws/sns'] or $substringAfter($topicKey, ':alias/') = 'aws/sns'`), ready)
    .otherwise(first);
  read.next(choice);
  return { id: read.id, startState: read, endStates: [ready] };
}

function keyNotStated(scope: Construct, { topicArn }: ITopic): Fail {
  return Fail.jsonata(scope, 'The key of the topic is not stated', {
    error: 'TopicKeyNotStated',
    cause: expression(
      jsonata`
        'The topic ' & ${literal(topicArn)} & ' is encrypted with ' & $topicKey
        & ', which the role may not use. Import it with Topic.fromTopicAttributes and its keyArn, and deploy.'
      `,
    ),
  });
}

/** DescribeKey of what the topic says, with a permission on what the app says: it is refused where they differ. */
function readKey(scope: Construct, topic: ITopic, key: IKey, ready: Pass): IChainable {
  const read = awsCall(scope, 'Is the topic key the stated one?', {
    call: 'kms:describeKey',
    parameters: { KeyId: expression('$topicKey') },
    iamAction: 'kms:DescribeKey',
    resources: [arnOfKey(key)],
    assign: { topicKeyState: expression('$states.result.KeyMetadata.KeyState') },
    outputs: {},
  });
  const refused = Fail.jsonata(scope, 'The topic key cannot be used', {
    error: 'TopicKeyRefused',
    cause: expression(
      jsonata`
        'The topic ' & ${literal(topic.topicArn)} & ' is encrypted with ' & $topicKey & '. Stated is '
        & ${literal(arnOfKey(key))} & ', and KMS said: ' & $states.input.Cause
        & ' State the topic’s own key, and let its key policy leave the decision to IAM (the account’s root), or name
        the role of this state machine.'
      `,
    ),
  });
  const disabled = Fail.jsonata(scope, 'The topic key is not enabled', {
    error: 'TopicKeyNotEnabled',
    cause: expression(
      jsonata`
        'The key of the topic, ' & $topicKey & ', is ' & $topicKeyState
        & '. Enable it (aws kms enable-key, cancel-key-deletion), or give the topic another.'
      `,
    ),
  });
  read.addCatch(refused, { errors: ['States.TaskFailed'] });
  const enabled = Choice.jsonata(scope, 'Is the topic key enabled?')
    .when(is(`$topicKeyState = 'Enabled'`), ready)
    .otherwise(disabled);
  read.next(enabled);
  return read;
}
