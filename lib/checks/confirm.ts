import { Duration } from 'aws-cdk-lib';
import { type IChainable, IntegrationPattern, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { useOfTopicKey } from '../cutover/approval/approval-topic';
import { keepQuestion } from '../cutover/approval/kept-question';
import { type AwsCallProps, awsCall } from '../cutover/states/aws-call';
import { expression, literal } from '../cutover/states/expression';
import { jsonata } from '../cutover/states/jsonata';
import { assertStated } from '../cutover/validations/stated';
import { ValidationError } from '../validation-error';
import type { CheckKind, CheckProps, CheckStates, ICheck } from './check-kind';
import { checkOfKind } from './check-of-kind';

/** Properties of a check that a person makes. */
export interface ConfirmCheckProps extends CheckProps {
  /** What to look at, and what it must be like: it goes into the announcement. Up to 1,000 characters. */
  readonly instructions: string;
}

interface ConfirmFacts {
  readonly instructions: string;
}

type States = CheckStates<ConfirmFacts>;

const MAX_INSTRUCTIONS_LENGTH = 1_000;

const MINUTES = '$string($round($check.timeout / 60, 1))';

export function confirm(props: ConfirmCheckProps): ICheck {
  assertStated('ConfirmCheckProps', props, { instructions: 'what a person looks at' });
  const { name, instructions } = props;
  if (instructions.trim() === '' || instructions.length > MAX_INSTRUCTIONS_LENGTH) {
    throw new ValidationError(
      `instructions of ${name}: got ${instructions.length} characters; accepted are 1 to ${MAX_INSTRUCTIONS_LENGTH}. Say what to look at, and link to the rest.`,
    );
  }
  return checkOfKind(props, { kind: CONFIRM, timeout: Duration.hours(1), facts: { instructions } });
}

/**
 * Announced and answered as the approval is. The token lies in an SSM parameter, where `cutover confirm` finds it; it is not
 * sent around, and is gone from there once it is answered.
 */
const CONFIRM: CheckKind<ConfirmFacts> = {
  id: 'confirmation',
  name: 'confirmation',
  asksPeople: true,

  ask(states: States): IChainable {
    const { scope, prefix } = states;
    const announce = announcement(states);
    const wait = keep(states, `${prefix}: wait for an answer`, {
      value: jsonata`
        {'token': $states.context.Task.Token, 'execution': $states.context.Execution.Id, 'check': $check.id,
        'instructions': $facts.instructions, 'asked': $now()}
      `,
      call: {
        integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
        timeoutSeconds: '$check.timeout',
        final: ['Refused'],
        outputs: expression(`{'passed': true, 'by': $states.result.by, 'detail': $states.result.by & ' confirmed it'}`),
      },
    });
    const refused = Pass.jsonata(scope, `${prefix}: somebody said no`, {
      outputs: expression(
        jsonata`
          {'passed': false, 'by': $substringBefore($states.input.Cause, ': '),
          'detail': $substringBefore($states.input.Cause, ': ') & ' said no: ' & $substringAfter($states.input.Cause,
          ': ')}
        `,
      ),
    });
    const late = Pass.jsonata(scope, `${prefix}: nobody answered`, {
      outputs: expression(`{'passed': false, 'detail': 'nobody answered within ' & ${MINUTES} & ' minutes'}`),
    });
    wait.addCatch(refused, { errors: ['Refused'] });
    wait.addCatch(late, { errors: ['States.Timeout'] });
    const note = keep(states, `${prefix}: note the answer`, {
      value: jsonata`
        $merge([{'execution': $states.context.Execution.Id, 'check': $check.id, 'answered': $now()},
        $states.input])
      `,
      call: { outputs: expression('$states.input') },
    });
    // The answer counts, whether or not it could be noted.
    const answered = Pass.jsonata(scope, `${prefix}: it is answered`);
    note.addCatch(answered, { errors: ['States.ALL'], outputs: expression('$states.input') });
    for (const state of [wait, refused, late]) state.next(note);
    announce.next(wait);
    note.next(answered);
    return { id: announce.id, startState: announce, endStates: [answered] };
  },
};

function announcement({ scope, prefix, topic, migrationName, at }: States) {
  if (topic === undefined) throw new ValidationError(`${prefix}: a person is asked on a topic, and there is none.`);
  const where = at === 'beforeResume' ? 'Clients are not in yet, and wait for it' : 'Clients are in';
  const answer = `cutover confirm ${migrationName} `;
  const quoted = `'"' & $check.id & '"'`;
  return awsCall(scope, `${prefix}: announce it`, {
    call: 'sns:publish',
    parameters: {
      TopicArn: topic.topicArn,
      // SNS takes less than 100 characters.
      Subject: expression(`$substring(${literal(`cdk-cutover ${migrationName}: confirm `)} & $check.id, 0, 99)`),
      Message: expression(
        jsonata`
          ${literal(`${migrationName} asks: `)} & $facts.instructions & ${literal(` ${where}. Yes: ${answer}`)}
          & ${quoted} & ${literal(`. No: ${answer}`)} & ${quoted} & ' --no REASON. A no, or no answer within '
          & ${MINUTES} & ' minutes, is a check that failed: it sends clients back, if they can return. Execution: '
          & $states.context.Execution.Id
        `,
      ),
    },
    iamAction: 'sns:Publish',
    resources: [topic.topicArn],
    alsoAllowed: useOfTopicKey(topic),
    outputs: {},
  });
}

interface Kept {
  /** JSONata object. */
  readonly value: string;
  readonly call: Partial<AwsCallProps>;
}

function keep({ scope, migrationName }: States, name: string, kept: Kept) {
  return keepQuestion(scope, name, {
    migrationName,
    leaf: 'confirmation',
    description: 'Which check waits for a person, or was answered last. Answered by: cutover confirm.',
    ...kept,
  });
}
