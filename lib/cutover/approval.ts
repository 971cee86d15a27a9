import type { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Fail, type IChainable, IntegrationPattern } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { useOfTopicKey } from './approval-topic';
import { awsCall } from './aws-call';
import { expression, literal } from './expression';
import { parameterArn } from './journal';
import { parameterName } from './migration-name';
import type { Phase } from './phase';

export interface ApprovalProps {
  readonly migrationName: string;
  /** Where it is announced. Undefined: nobody is asked. */
  readonly topic: ITopic | undefined;
  /** After this without an answer the migration is put back. */
  readonly timeout: Duration;
}

/** None where nobody is to be asked. */
export function approve(scope: Construct, { migrationName, topic, timeout }: ApprovalProps): Phase[] {
  if (topic === undefined) return [];
  return [
    {
      name: 'Approve',
      purpose: 'Announces that all is ready, and waits for a yes.',
      forward: askForApproval(scope, { migrationName, topic, timeout }),
      direction: 'there',
    },
  ];
}

/**
 * Announces on the topic that all is ready, and waits until somebody answers the task token. The token lies in an SSM
 * parameter, where `cutover approve` finds it; it is not sent around.
 */
function askForApproval(scope: Construct, props: ApprovalProps & { readonly topic: ITopic }): IChainable {
  const name = parameterName(props.migrationName, 'approval');
  const announce = awsCall(scope, 'Announce that all is ready', {
    call: 'sns:publish',
    parameters: {
      TopicArn: props.topic.topicArn,
      Subject: `cdk-cutover ${props.migrationName}: approve the cutover`,
      Message: expression(
        `${literal(`${props.migrationName} is ready to move users from `)} & $from.side & ' to ' & $to.side & '. Approve: cutover approve ${props.migrationName}. Reject: cutover reject ${props.migrationName}. Without an answer within ${props.timeout.toHumanString()} it is put back. Execution: ' & $states.context.Execution.Id`,
      ),
    },
    iamAction: 'sns:Publish',
    resources: [props.topic.topicArn],
    alsoAllowed: useOfTopicKey(props.topic),
    outputs: {},
  });
  const wait = awsCall(scope, 'Wait for the approval', {
    call: 'ssm:putParameter',
    integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    parameters: {
      Name: name,
      Description: 'The task token that approves this cutover. Answered by: cutover approve.',
      Type: 'String',
      Tier: 'Intelligent-Tiering',
      Overwrite: true,
      Value: expression(
        `$string({'token': $states.context.Task.Token, 'execution': $states.context.Execution.Id, 'asked': $now()})`,
      ),
    },
    iamAction: 'ssm:PutParameter',
    resources: [parameterArn(scope, name)],
    timeout: props.timeout,
    outputs: expression(`{'by': $states.result.by}`),
  });
  const late = Fail.jsonata(scope, 'Nobody answered', {
    error: 'NotApproved',
    cause: `Nobody approved or rejected it within ${props.timeout.toHumanString()}. Start it again when somebody is there to: cutover approve ${props.migrationName}.`,
  });
  wait.addCatch(late, { errors: ['States.Timeout'] });
  return announce.next(wait);
}
