import type {
  GetTopicAttributesInput,
  GetTopicAttributesResponse,
  PublishInput,
  PublishResponse,
} from '@aws-sdk/client-sns';
import type { Assembly } from '../assembly';
import { AwsError, NotRehearsedError } from './aws-error';
import type { AwsEnvironment } from './environment';
import type { Keys } from './kms/keys';
import { needsOfKey } from './kms/kms';
import type { AwsService, Need, Operation } from './service';

/** A message that was sent to a topic. */
export interface PublishedMessage {
  readonly topicArn: string;
  readonly subject: string | undefined;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface Topic {
  readonly arn: string;
  /** The key that it is encrypted with: an ARN, an id or an alias. @default - none */
  readonly masterKeyId?: string;
}

export interface SnsProps {
  readonly environment: AwsEnvironment;
  readonly topics: readonly Topic[];
  /** By which aliases are known. @default - topics have no keys */
  readonly keys?: Keys;
  /** Told of every message. @default - nobody listens */
  readonly onPublish?: (message: PublishedMessage) => void;
}

/** The topics that the assembly makes. */
export const topicsOf = (assembly: Assembly): Topic[] =>
  assembly.resources('AWS::SNS::Topic').map((topic) => {
    const key = topic.property('KmsMasterKeyId');
    return { arn: String(topic.physicalId), ...(key !== undefined && { masterKeyId: String(key) }) };
  });

/** Everyone of the account may use it through SNS. */
const AWS_MANAGED = 'alias/aws/sns';

const LARGEST_MESSAGE = 262_144;

/** SNS: topics that the rehearsal listens to. */
export class Sns implements AwsService {
  readonly identifier = 'sns';
  readonly published: PublishedMessage[] = [];

  constructor(private readonly props: SnsProps) {}

  readonly operations = {
    getTopicAttributes: {
      needs: ({ TopicArn: arn = '*' }) => [{ action: 'sns:GetTopicAttributes', resources: [arn] }],
      run: ({ TopicArn: arn = '' }) => this.describe(arn),
    } satisfies Operation<GetTopicAttributesInput, GetTopicAttributesResponse>,
    publish: {
      needs: ({ TopicArn: arn = '*' }) => [{ action: 'sns:Publish', resources: [arn] }, ...this.needsOfItsKey(arn)],
      run: (request) => this.publish(request),
    } satisfies Operation<PublishInput, PublishResponse>,
  };

  /** @see docs/aws-facts.md#sns-publisher-needs-the-topics-key */
  private needsOfItsKey(topicArn: string): readonly Need[] {
    const id = this.topic(topicArn)?.masterKeyId;
    if (id === undefined || id === AWS_MANAGED) return [];
    const arn = this.props.keys?.find(id)?.arn ?? id;
    return needsOfKey(this.props.environment, { arn, via: 'sns', actions: ['kms:GenerateDataKey', 'kms:Decrypt'] });
  }

  private describe(topicArn: string): GetTopicAttributesResponse {
    const topic = this.topic(topicArn);
    if (topic === undefined) throw new AwsError('NotFoundException', 'Topic does not exist');
    return {
      Attributes: {
        TopicArn: topic.arn,
        Owner: this.props.environment.account,
        ...(topic.masterKeyId !== undefined && { KmsMasterKeyId: topic.masterKeyId }),
      },
    };
  }

  private topic(arn: string): Topic | undefined {
    return this.props.topics.find((topic) => topic.arn === arn);
  }

  private publish({
    TopicArn: topicArn,
    TargetArn,
    PhoneNumber,
    Message: message = '',
    Subject: subject,
    MessageGroupId: group,
  }: PublishInput): PublishResponse {
    if (TargetArn !== undefined || PhoneNumber !== undefined) {
      throw new NotRehearsedError('SNS Publish to a TargetArn or a PhoneNumber');
    }
    if (topicArn === undefined) {
      throw new AwsError(
        'InvalidParameterException',
        'Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter',
      );
    }
    if (message === '') {
      throw new AwsError('InvalidParameterException', 'Invalid parameter: Empty message');
    }
    if (Buffer.byteLength(message) > LARGEST_MESSAGE) {
      throw new AwsError('InvalidParameterException', 'Invalid parameter: Message too long');
    }
    // The subject becomes an e-mail's, so that neither a line break nor anything but ASCII may stand in it.
    // @see docs/aws-facts.md#sns-subject
    if (subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,98}$/.test(subject)) {
      throw new AwsError('InvalidParameterException', 'Invalid parameter: Subject');
    }
    // @see docs/aws-facts.md#sns-fifo
    if (topicArn.endsWith('.fifo') && group === undefined) {
      throw new AwsError(
        'InvalidParameterException',
        'Invalid parameter: The MessageGroupId parameter is required for FIFO topics',
      );
    }
    if (this.topic(topicArn) === undefined) {
      throw new AwsError('NotFoundException', 'Topic does not exist');
    }
    const published = { topicArn, subject, message, at: this.props.environment.clock.now() };
    this.published.push(published);
    this.props.onPublish?.(published);
    return { MessageId: this.props.environment.ids.uuid() };
  }
}
