import type { Assembly } from '../../assembly';
import type { ControlPlane } from '../control-plane';
import type { TargetInvoker } from '../eventbridge/eventbridge';
import { type PolicyStatement, type Principal, parseStatement } from '../policy';

const EVENTS = 'events.amazonaws.com';

/**
 * A rule's target that is a topic: EventBridge publishes there itself, as far as the topic's own policy lets it.
 *
 * @throws where that does not
 * @see docs/aws-facts.md#eventbridge-topic-target
 */
export function topicTarget(plane: ControlPlane, assembly: Assembly): TargetInvoker {
  return async ({ arn }, input) => {
    await plane.call({
      service: 'sns',
      action: 'publish',
      arguments: { TopicArn: arn, Message: input },
      principal: eventBridge(assembly, arn),
    });
  };
}

function eventBridge(assembly: Assembly, topic: string): Principal {
  return { arn: EVENTS, roleArn: EVENTS, statements: statementsFor(assembly, topic) };
}

interface ResourceStatement extends Readonly<Record<string, unknown>> {
  readonly Principal?: { readonly Service?: string | readonly string[] };
}

/** What policies of the topic say of EventBridge. */
function statementsFor(assembly: Assembly, topic: string): PolicyStatement[] {
  return assembly
    .resources('AWS::SNS::TopicPolicy')
    .filter((policy) => [policy.property('Topics')].flat().includes(topic))
    .flatMap((policy) => (policy.property('PolicyDocument') as { Statement: readonly ResourceStatement[] }).Statement)
    .filter(({ Principal }) => [Principal?.Service ?? []].flat().includes(EVENTS))
    .map(({ Principal: _, ...statement }) => parseStatement(statement));
}
