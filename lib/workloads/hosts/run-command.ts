import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Choice, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { awsCall } from '../../cutover/states/aws-call';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { refuseUnless } from '../refuse-unless';
import { until } from '../until';
import type { KindStates } from '../workload-kind';
import type { HostFacts } from './host-facts';

/** So long the slowest of the documents may take: a job of an hour is waited for. */
export const COMMAND_LIMIT = Duration.minutes(70);

/** A machine that has not taken a command by then is not there. Seconds. */
const DELIVERY_LIMIT = 120;

/** @see docs/aws-facts.md#sfn-answer-limit */
const HOSTS_IN_A_LOOK = 20;

/** Characters of what a host has printed: errors come last. */
const KEPT_OUTPUT = 500;

/** In a list of invocations the agent puts both streams into one text, with this line between them. */
const BEFORE_ERRORS = '----------ERROR-------';

/** What the facts must say to have a document run. */
type CommandFacts = Pick<HostFacts, 'document' | 'parameters' | 'ids' | 'tags'>;

type States = Pick<KindStates<CommandFacts>, 'scope' | 'all' | 'waiting'>;

/**
 * Runs a document on instances, and waits for all of them. Assigns `$answers`: `[{"id", "status", "output", "answer"}]`,
 * where `answer` is what it printed, and `output` that and its errors. Fails where one of them fails, with its output.
 *
 * @param instances JSONata array of ids
 * @param limit JSONata: milliseconds that it may take
 */
export function runCommand(
  states: States,
  name: string,
  action: string,
  instances: string,
  limit = String(COMMAND_LIMIT.toMilliseconds()),
): IChainable {
  const { scope } = states;
  const none = Pass.jsonata(scope, `${name}: on no host`, { assign: { answers: [] }, outputs: {} });
  const send = awsCall(scope, `${name}: send the command`, {
    call: 'ssm:sendCommand',
    parameters: {
      DocumentName: expression('$facts.document'),
      InstanceIds: expression(instances),
      Parameters: expression(`$merge([{'action': ['${action}']}, $facts.parameters])`),
      TimeoutSeconds: DELIVERY_LIMIT,
    },
    iamAction: 'ssm:SendCommand',
    resources: documentArns(states),
    wildcard: 'Instances are known by their tags, which the statement names.',
    alsoAllowed: instancesAllowed(states),
    assign: { command: expression('$states.result.Command.CommandId'), answers: [], answersPage: expression(`''`) },
    outputs: {},
  });
  const answered = until(states, `${name}: wait for the hosts`, {
    ask: (asking) =>
      awsCall(scope, asking, {
        call: 'ssm:listCommandInvocations',
        // What a host has printed comes to 2,500 characters, which may be three bytes each.
        parameters: {},
        parametersFrom: jsonata`
          $merge([{'CommandId': $command, 'Details': true, 'MaxResults': ${HOSTS_IN_A_LOOK}}, $answersPage = '' ? {}
          : {'NextToken': $answersPage}])
        `,
        iamAction: 'ssm:ListCommandInvocations',
        // @see docs/aws-facts.md#ssm-list-command-invocations-on-everything
        resources: ['*'],
        wildcard: 'ListCommandInvocations knows no resources.',
        assign: {
          answers: expression(
            jsonata`
              [$append($answersPage = '' ? [] : $answers, $states.result.CommandInvocations.{'id': InstanceId,
              'status': Status, 'output': $substring($trim(CommandPlugins[0].Output), -${KEPT_OUTPUT}),
              'answer': $substring($trim($substringBefore(CommandPlugins[0].Output, '${BEFORE_ERRORS}')), 0,
              ${KEPT_OUTPUT})})]
            `,
          ),
          answersPage: expression(`$exists($states.result.NextToken) ? $states.result.NextToken : ''`),
        },
        outputs: {},
      }),
    waiting: jsonata`
      ($answersPage != '' or $count($answers) < $count(${instances}) or $count($answers[status in ['Pending',
      'InProgress', 'Delayed', 'Cancelling']]) > 0)
    `,
    goOn: `$answersPage != ''`,
    limit,
    tooLate: jsonata`
      'No answer from ' & $join($answers[status != 'Success'].id, ', ') & ' within '
      & $string($ceil(${limit} / 60000)) & ' minutes. See the command ' & $command & ' in Systems Manager.'
    `,
  });
  const well = refuseUnless(
    scope,
    `${name}: did all succeed?`,
    `$count($answers[status != 'Success']) = 0`,
    `$join($answers[status != 'Success'].(id & ': ' & status & ': ' & output), '; ')`,
  );
  const run = inOrder(send, answered, well);
  const choice = Choice.jsonata(scope, `${name}: on any host?`)
    .when(is(`$count(${instances}) = 0`), none)
    .otherwise(run);
  return { id: choice.id, startState: choice, endStates: [none, ...run.endStates] };
}

function documentArns({ scope, all }: States): string[] {
  const names = [...new Set(all.map(({ document }) => document))];
  return names.map((name) => Stack.of(scope).formatArn({ service: 'ssm', resource: 'document', resourceName: name }));
}

/** Instances by id are named; those by tag are told by it. */
function instancesAllowed({ scope, all }: States): PolicyStatement[] {
  const arn = (id: string) => Stack.of(scope).formatArn({ service: 'ec2', resource: 'instance', resourceName: id });
  const named = [...new Set(all.flatMap(({ ids }) => ids))];
  const tagged = new Map(
    all.filter(({ tags }) => Object.keys(tags).length > 0).map(({ tags }) => [JSON.stringify(tags), tags]),
  );
  return [
    ...(named.length > 0 ? [new PolicyStatement({ actions: ['ssm:SendCommand'], resources: named.map(arn) })] : []),
    ...[...tagged.values()].map(
      (tags) =>
        new PolicyStatement({
          actions: ['ssm:SendCommand'],
          resources: [arn('*')],
          conditions: {
            StringEquals: Object.fromEntries(
              Object.entries(tags).map(([key, value]) => [`ssm:resourceTag/${key}`, value]),
            ),
          },
        }),
    ),
  ];
}
