import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { useOfTopicKey } from '../approval/approval-topic';
import { type AwsCall, awsCall } from '../states/aws-call';
import { expression, literal } from '../states/expression';
import { jsonata } from '../states/jsonata';

export interface AnnouncementsProps {
  readonly migrationName: string;
  readonly topic: ITopic;
}

/** Clients may be shut out meanwhile: they are not kept waiting for SNS. */
const AT_MOST = Duration.seconds(5);

/** Of a message: a cause may be longer than a chat shows. */
const MAX_CAUSE = 1_000;

/** JSONata. */
const FAILED = jsonata`
  ($failure.phase = 'none' ? '' : ' ' & $failure.phase & ': ' & $failure.error & ': ' & $substring($failure.cause, 0,
  ${MAX_CAUSE}))
`;

/**
 * What people are told while an execution goes on: each phase as it begins, and how it ends. A message is what Amazon Q
 * Developer in chat applications (AWS Chatbot) shows in Slack and Teams, one thread an execution; other subscribers get the
 * same JSON.
 *
 * @see docs/aws-facts.md#chat-custom-notification
 */
export class Announcements {
  constructor(private readonly props: AnnouncementsProps) {}

  /** `$from` and `$to` are assigned. */
  public phase(scope: Construct, name: string, phase: string, purpose: string): AwsCall {
    return this.publish(scope, name, {
      title: literal(`${this.props.migrationName}: ${phase}`),
      description: `${literal(`${purpose} From `)} & $from.side & ' to ' & $to.side & '.'`,
      // One is enough: a phase is announced to be followed, and not to be waited for.
      attempts: 0,
    });
  }

  /** `$activeSide` and `$failure` are assigned. @param outcome JSONata */
  public outcome(scope: Construct, name: string, outcome: string): AwsCall {
    const { migrationName } = this.props;
    return this.publish(scope, name, {
      title: `${literal(`${migrationName}: `)} & ${outcome}`,
      description: `'Clients are on ' & $activeSide & '.' & ${FAILED}`,
      next: literal(`cutover status ${migrationName}`),
    });
  }

  private publish(
    scope: Construct,
    name: string,
    { title, description, next, attempts }: { title: string; description: string; next?: string; attempts?: number },
  ): AwsCall {
    const { topic } = this.props;
    const steps = next === undefined ? '' : `, 'nextSteps': [${next}]`;
    return awsCall(scope, name, {
      call: 'sns:publish',
      parameters: {
        TopicArn: topic.topicArn,
        Message: expression(
          jsonata`
            $string({'version': '1.0', 'source': 'custom', 'content': {'textType': 'client-markdown', 'title': ${title},
            'description': ${description}${steps}}, 'metadata': {'threadId': $states.context.Execution.Id, 'eventType':
            'cdk-cutover'}})
          `,
        ),
      },
      iamAction: 'sns:Publish',
      resources: [topic.topicArn],
      alsoAllowed: useOfTopicKey(topic),
      timeout: AT_MOST,
      ...(attempts !== undefined && { attempts }),
      outputs: {},
    });
  }
}
