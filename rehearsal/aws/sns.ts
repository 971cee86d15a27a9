import type { PublishInput, PublishResponse } from '@aws-sdk/client-sns';
import { AwsError, NotRehearsedError } from './aws-error';
import type { AwsEnvironment } from './environment';
import type { AwsService, Operation } from './service';

/** A message that was sent to a topic. */
export interface PublishedMessage {
  readonly topicArn: string;
  readonly subject: string | undefined;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface SnsProps {
  readonly environment: AwsEnvironment;
  readonly topicArns: readonly string[];
  /** Told of every message. @default - nobody listens */
  readonly onPublish?: (message: PublishedMessage) => void;
}

const LARGEST_MESSAGE = 262_144;

/** SNS: topics that the rehearsal listens to. */
export class Sns implements AwsService {
  readonly identifier = 'sns';
  readonly published: PublishedMessage[] = [];

  constructor(private readonly props: SnsProps) {}

  readonly operations = {
    publish: {
      needs: ({ TopicArn: arn }) => [{ action: 'sns:Publish', resources: [arn ?? '*'] }],
      run: (request) => this.publish(request),
    } satisfies Operation<PublishInput, PublishResponse>,
  };

  private publish({
    TopicArn: topicArn,
    TargetArn,
    PhoneNumber,
    Message: message = '',
    Subject: subject,
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
    if (subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(subject)) {
      throw new AwsError('InvalidParameterException', 'Invalid parameter: Subject');
    }
    if (!this.props.topicArns.includes(topicArn)) {
      throw new AwsError('NotFoundException', 'Topic does not exist');
    }
    const published = { topicArn, subject, message, at: this.props.environment.clock.now() };
    this.published.push(published);
    this.props.onPublish?.(published);
    return { MessageId: this.props.environment.ids.uuid() };
  }
}
