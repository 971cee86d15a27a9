import type { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Fail, IntegrationPattern } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Phase } from '../machine/phase';
import { type AwsCall, awsCall } from '../states/aws-call';
import { expression, literal } from '../states/expression';
import { jsonata } from '../states/jsonata';
import { useOfTopicKey } from './approval-topic';
import { keepQuestion } from './kept-question';

export interface ApprovalProps {
  readonly migrationName: string;
  /** Where it is announced. Undefined: nobody is asked. */
  readonly topic: ITopic | undefined;
  /** After this without an answer the migration is put back. */
  readonly timeout: Duration;
}

/** None where nobody is to be asked. */
export function approve(scope: Construct, props: ApprovalProps): Phase[] {
  const ready = `${literal(`${props.migrationName} is ready to move clients from `)} & $from.side & ' to ' & $to.side`;
  return askForApproval(scope, props, {
    name: 'Approve',
    purpose: 'Announces that all is ready, and waits for a yes.',
    direction: 'cutover',
    what: 'the cutover',
    announce: 'Announce the approval request',
    announcement: ready,
    option: '',
    otherwise: 'it is put back',
  });
}

/** The same before blue is deleted. None where nobody is to be asked. */
export function approveRetirement(scope: Construct, props: ApprovalProps): Phase[] {
  const due = literal(`${props.migrationName} is about to delete blue; after that there is no rollback`);
  return askForApproval(scope, props, {
    name: 'Approve the retirement',
    purpose: 'Announces that blue is about to be deleted, and waits for a yes.',
    what: 'the retirement of blue',
    announce: 'Announce that blue is about to be deleted',
    announcement: due,
    option: ' --retire',
    otherwise: 'nothing is deleted',
  });
}

interface Approval extends Pick<Phase, 'name' | 'purpose' | 'direction'> {
  /** As people and state names call it. */
  readonly what: string;
  /** Name of the state that announces. */
  readonly announce: string;
  /** JSONata of the announcement's first sentence, without its full stop. */
  readonly announcement: string;
  /** Of `cutover approve`, so that nobody deletes blue who meant to approve a cutover. */
  readonly option: string;
  /** What comes of no answer. */
  readonly otherwise: string;
}

/**
 * Announces on the topic, and waits until somebody answers the task token. The token lies in an SSM parameter, where
 * `cutover approve` finds it; it is not sent around, and is gone from there once it is answered.
 */
function askForApproval(scope: Construct, props: ApprovalProps, approval: Approval): Phase[] {
  const { migrationName, topic, timeout } = props;
  const { what, option, otherwise, announce: announceName, announcement, ...phase } = approval;
  if (topic === undefined) return [];
  const announce = awsCall(scope, announceName, {
    call: 'sns:publish',
    parameters: {
      TopicArn: topic.topicArn,
      Subject: subjectOf(migrationName, what),
      Message: expression(
        jsonata`
          ${announcement} & '. Approve: cutover approve ${migrationName}${option}. Reject: cutover reject
          ${migrationName}. Without an answer within ${timeout.toHumanString()} ${otherwise}. Execution: '
          & $states.context.Execution.Id
        `,
      ),
    },
    iamAction: 'sns:Publish',
    resources: [topic.topicArn],
    alsoAllowed: useOfTopicKey(topic),
    outputs: {},
  });
  const wait = keep(scope, `Wait for the approval of ${what}`, {
    migrationName,
    value: jsonata`
      {'token': $states.context.Task.Token, 'execution': $states.context.Execution.Id,
      'action': $states.context.Execution.Input.action, 'asked': $now()}
    `,
    waitAtMost: timeout,
    outputs: `{'by': $states.result.by}`,
  });
  const note = keep(scope, `Save who approved ${what}`, {
    migrationName,
    value: `{'execution': $states.context.Execution.Id, 'approved': $now(), 'by': $states.input.by}`,
    outputs: '$states.input',
  });
  const late = Fail.jsonata(scope, `Nobody approved ${what}`, {
    error: 'NotApproved',
    cause: `Nobody approved or rejected it within ${timeout.toHumanString()}. Start it again when somebody is there to: cutover approve ${migrationName}${option}.`,
  });
  wait.addCatch(late, { errors: ['States.Timeout'] });
  return [{ ...phase, role: 'approve', forward: announce.next(wait).next(note) }];
}

/** @see docs/aws-facts.md#sns-subject */
const SUBJECT_BELOW = 100;

/** A migration's name may have 64 characters. */
function subjectOf(migrationName: string, what: string): string {
  const subject = `${migrationName}: approve ${what}`;
  const full = `cdk-cutover ${subject}`;
  return full.length < SUBJECT_BELOW ? full : subject;
}

interface Kept {
  readonly migrationName: string;
  /** JSONata object. */
  readonly value: string;
  /** To wait for an answer to the token among it. */
  readonly waitAtMost?: Duration;
  readonly outputs: string;
}

function keep(scope: Construct, name: string, { migrationName, value, waitAtMost, outputs }: Kept): AwsCall {
  return keepQuestion(scope, name, {
    migrationName,
    leaf: 'approval',
    description: 'What waits for an approval, or was approved last. Answered by: cutover approve.',
    value,
    call: {
      outputs: expression(outputs),
      ...(waitAtMost !== undefined && {
        integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
        timeout: waitAtMost,
        // A rejection is an answer and no failure of the call: anyone who said no must not be asked again.
        final: ['Rejected'],
      }),
    },
  });
}
