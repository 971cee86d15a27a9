import { Choice, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { MAX_CLOCK_DIFFERENCE_SECONDS } from '../../../contract/batch-handover';
import { findings } from '../../cutover/preflight/findings';
import { awsCall } from '../../cutover/states/aws-call';
import { expression, literal } from '../../cutover/states/expression';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import type { SourceFacts } from './handover-documents';
import { TO_BLUE, TO_GREEN } from './host-commands';
import { IN_VAIN, type JobSteps, SAID, within } from './job-steps';

/** What blue's answers are called as findings, and what to do. */
const OF_BLUE: Readonly<Record<string, readonly [id: string, remedy: string]>> = {
  notFound: ['batch.line-not-found', 'See the crontab on blue, and state file and line as they stand there.'],
  changed: ['batch.line-changed', 'See who changes the crontab on blue, and state the line as it stands there.'],
  twice: ['batch.line-twice', 'Take one of the two out on blue.'],
  shell: ['batch.shell-not-posix', 'Set SHELL=/bin/sh above the line, and see that the command goes with it.'],
  anacron: [
    'batch.line-of-anacron',
    'State each script that anacron starts as a line of its own in a crontab of blue, and take it from anacron.',
  ],
  tooLong: ['batch.line-too-long', 'Move the command into a script.'],
  notAFile: ['batch.crontab-not-a-file', 'Put the file itself in the place of the link.'],
  noUser: ['batch.user-missing.blue', 'State the crontab as it stands on blue.'],
  missingTool: ['batch.tool-missing.blue', 'Install util-linux and coreutils on blue.'],
};

/** JSONata: `$hosts` with blue's ID, of an answer that knows one host as blue. */
export const WITH_BLUE = jsonata`
  $merge([$hosts, $count($states.result.InstanceInformationList) = 1
  ? {'blue': $states.result.InstanceInformationList[0].InstanceId} : {}])
`;

/**
 * Looks at both hosts, and changes nothing. Leads to `ready`, or to `refused` with `$failure`.
 */
export function jobPreflight(steps: JobSteps, blue: SourceFacts, ready: IChainable, refused: IChainable): IChainable {
  const { scope, questions } = steps;
  const errors = steps.endings.failure(
    'The preflight found errors',
    'PreflightFailed',
    `$join($found.(id & ': ' & message & ' ' & remedy), ' | ')`,
    refused,
  );
  const judge = Choice.jsonata(scope, 'Did the preflight find errors?')
    .when(is('$count($found) > 0'), errors)
    .otherwise(ready);
  const judged = (name: string, ...lists: string[]) => {
    const state = Pass.jsonata(scope, name, {
      assign: {
        found: expression(`[${lists.reduce((all, list) => `$append(${all}, ${list})`, '$found')}]`),
      },
      outputs: {},
    });
    return state;
  };
  const judgeGreen = judged('Judge what green says', ...ofGreen(), clockAhead('green'));
  judgeGreen.next(judge);
  const askGreen = questions.ask('Look at green', {
    side: 'green',
    command: TO_GREEN.check,
    good: `$answer.answer = 'ok'`,
    never: `${IN_VAIN} or $answer.answer = 'noLease'`,
    until: within(90),
    next: judgeGreen,
    otherwise: judgeGreen,
  });
  const judgeBlue = judged('Judge what blue says', ...ofBlue(), clockAhead('blue'));
  // A host has no definition of a job that nobody needs.
  judgeBlue.next(
    Choice.jsonata(scope, 'Is green to run it?').when(is(`$job.decision = 'retired'`), judge).otherwise(askGreen),
  );
  const askBlue = questions.ask('Look at blue', {
    side: 'blue',
    command: TO_BLUE.check,
    good: `$answer.answer = 'ok'`,
    never: IN_VAIN,
    until: within(90),
    next: judgeBlue,
    otherwise: judgeBlue,
  });
  const findGreen = awsCall(scope, 'Is green managed?', {
    ...managed(`[{'Key': 'InstanceIds', 'Values': [$hosts.green]}]`),
    assign: { found: expression(`[$append($found, ${unmanaged('green', '$hosts.green')})]`) },
    outputs: {},
  });
  const all = Choice.jsonata(scope, 'Are both hosts managed?')
    .when(is('$count($found) > 0'), errors)
    .otherwise(askBlue);
  findGreen.next(all);
  const findBlue = awsCall(scope, 'Is blue managed?', {
    ...managed(blue.filters),
    assign: {
      found: expression(unmanaged('blue', blue.said)),
      hosts: expression(WITH_BLUE),
    },
    outputs: {},
  });
  findBlue.next(findGreen);
  for (const state of [findBlue, findGreen]) {
    state.addCatch(refused, {
      errors: ['States.ALL'],
      assign: {
        failure: expression(
          `{'error': 'PreflightFailed', 'cause': $states.errorOutput.Error & ': ' & $states.errorOutput.Cause}`,
        ),
      },
    });
  }
  return findBlue;
}

/** @see docs/aws-facts.md#ssm-managed-nodes */
export function managed(filters: string) {
  return {
    call: 'ssm:describeInstanceInformation',
    parameters: { Filters: expression(filters), MaxResults: 5 },
    iamAction: 'ssm:DescribeInstanceInformation',
    resources: ['*'],
    wildcard: 'DescribeInstanceInformation knows no resources.',
  };
}

function error(id: string, message: string, remedy: string, when: string): string {
  return findings(`(${when} ? [1] : [])`, { id, severity: 'error', message, remedy });
}

function unmanaged(side: 'blue' | 'green', said: string): string {
  return error(
    `batch.host-unmanaged.${side}`,
    jsonata`
      'Systems Manager reaches ' & $string($count($states.result.InstanceInformationList[PingStatus = 'Online']))
      & ' hosts as ' & ${said} & '; it must be one.'
    `,
    literal('See the SSM agent there, the instance role and the network; a tag must name one host alone.'),
    jsonata`
      $count($states.result.InstanceInformationList) != 1
      or $count($states.result.InstanceInformationList[PingStatus = 'Online']) != 1
    `,
  );
}

function clockAhead(side: 'blue' | 'green'): string {
  return error(
    `batch.clocks-apart.${side}`,
    `'The clock of ${side} says ' & $answer.clock & ', and it is ' & $now() & '.'`,
    literal('See chronyd there.'),
    jsonata`
      $answer.answer = 'clockBehind' or ($exists($answer.clock)
      and $toMillis($answer.clock) - $millis() > ${MAX_CLOCK_DIFFERENCE_SECONDS * 1_000})
    `,
  );
}

function ofBlue(): string[] {
  const known = Object.entries(OF_BLUE).map(([answer, [id, remedy]]) =>
    error(id, `${SAID} & ' (' & $job.file & ').'`, literal(remedy), `$answer.answer = '${answer}'`),
  );
  return [
    ...known,
    noAnswer('blue', Object.keys(OF_BLUE)),
    error(
      'batch.line-retired',
      `'The line is taken off, in ' & $job.file & '.'`,
      literal('Take the comment away on blue, or the job out of the list.'),
      `$answer.line = 'retired'`,
    ),
  ];
}

function ofGreen(): string[] {
  return [
    error(
      'batch.job-missing.green',
      SAID,
      literal('Deploy the stack of the host, so that it has the job.'),
      `$answer.answer = 'unknownJob'`,
    ),
    error(
      'batch.lease-elsewhere',
      `'The lease of the host is ' & ($exists($answer.holder) ? $answer.holder & '’s.' : 'another one’s.')`,
      literal('See which instance is to run the jobs, and what is in the lease parameter.'),
      `$answer.answer = 'noLease' or ($answer.answer = 'ok' and $not($answer.holder = $answer.instance))`,
    ),
    error(
      'batch.secret-unreadable.green',
      '$answer.unready.secret',
      literal('Until then every run of it on green would fail.'),
      '$exists($answer.unready.secret)',
    ),
    error(
      'batch.user-missing.green',
      '$answer.unready.user',
      literal('Deploy the stack of the host then.'),
      '$exists($answer.unready.user)',
    ),
    noAnswer('green', ['unknownJob', 'noLease']),
  ];
}

/** What no finding of its own stands for. */
function noAnswer(side: 'blue' | 'green', known: readonly string[]): string {
  const others = ['ok', 'clockBehind', ...known].map((answer) => `'${answer}'`).join(', ');
  return error(
    `batch.no-answer.${side}`,
    SAID,
    literal('See the command in Systems Manager, and the log of the SSM agent on the host.'),
    `$not($answer.answer in [${others}])`,
  );
}
