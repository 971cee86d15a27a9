import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  Choice,
  Fail,
  type IChainable,
  type StateMachine as JobsOwn,
  LogLevel,
  Map as MapState,
  Pass,
  ProvideItems,
  QueryLanguage,
  StateMachine,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge } from '../../cutover/annotations';
import { DefinitionText } from '../../cutover/definition/definition-text';
import { serviceOfOwnAccount } from '../../cutover/permissions/service-of-own-account';
import type { StateMachineArns } from '../../cutover/permissions/state-machine-arns';
import { acknowledgeWildcard } from '../../cutover/permissions/wildcard-findings';
import { expression } from '../../cutover/states/expression';
import { IntegrationTask } from '../../cutover/states/integration-task';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { asItHadEnded, REDRIVEN } from '../../cutover/states/once';
import { CAUSE_OF_EXECUTION, RUN_AND_WAIT, toRunAndWait } from '../../cutover/states/run-and-wait';

export interface JobsMachineProps {
  readonly migrationName: string;
  readonly arns: StateMachineArns;
  /** ARN of the state machine of one job. */
  readonly jobArns: StateMachineArns;
  readonly job: JobsOwn;
  /** By job: those that move before it. */
  readonly after: Readonly<Record<string, readonly string[]>>;

  readonly logEncryptionKey?: IKey | undefined;
}

export const ACTIONS_OF_JOBS = ['preflight', 'cutover', 'rollback', 'retire', 'recover'] as const;

/**
 * The SSM agent works on five commands at once, and each job asks for one at a time. One is left for others.
 *
 * @see docs/aws-facts.md#ssm-command-workers
 */
const AT_ONCE = 4;

/**
 * Moves several jobs: `{"action": "cutover", "jobs": ["orders", "feed"]}`, or all where none are named. Each has an execution
 * of its own; one that comes after another is left where it is as long as the other does not move.
 */
export class JobsMachine extends Construct {
  public readonly stateMachine: StateMachine;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: JobsMachineProps,
  ) {
    super(scope, id);
    const { arns, migrationName } = props;
    const definition = new DefinitionText(this.definition());
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: arns.stateMachineName,
      definitionBody: definition,
      definitionSubstitutions: definition.substitutions,
      role: new Role(this, 'Role', { assumedBy: serviceOfOwnAccount(this, 'states') }),
      queryLanguage: QueryLanguage.JSONATA,
      comment: `Moves cron jobs of ${migrationName} between the old server and the batch host, one execution a job.`,
      timeout: Duration.days(7),
      removalPolicy: RemovalPolicy.DESTROY,
      logs: {
        destination: new LogGroup(this, 'Log', {
          logGroupName: `/aws/vendedlogs/states/${arns.stateMachineName}`,
          encryptionKey: props.logEncryptionKey,
          retention: RetentionDays.ONE_YEAR,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
    });
    acknowledge(
      this.stateMachine,
      'AwsSolutions-SF2',
      'It starts executions of the state machine of jobs, whose history holds what a trace would.',
    );
    acknowledgeWildcard(this.stateMachine.role, '*', 'The actions by which a state machine logs know no resources.');
    acknowledgeWildcard(this.stateMachine.role, props.jobArns.executions, RUN_AND_WAIT);
  }

  private definition(): IChainable {
    const { after } = this.props;
    const known = Pass.jsonata(this, 'Load the configuration', {
      assign: { all: Object.keys(after), after, done: [], refused: [] },
      outputs: expression('$states.input'),
    });
    const accepted = `['${ACTIONS_OF_JOBS.join("', '")}']`;
    const unknown = Fail.jsonata(this, 'Unknown request', {
      error: 'UnknownRequest',
      cause: expression(
        jsonata`
          'Got ' & $string($states.input) & '. Accepted is {"action": A, "jobs": [J, …]} with A one of
          ${ACTIONS_OF_JOBS.join(', ')}, and each J one of ' & $join($all, ', ')
          & '; without jobs, all. Nothing was changed.'
        `,
      ),
    });
    const choose = Pass.jsonata(this, 'Choose the jobs', {
      assign: {
        action: expression('$states.input.action'),
        left: expression('$exists($states.input.jobs) ? [$distinct($states.input.jobs)] : $all'),
      },
      outputs: {},
    });
    known.next(
      Choice.jsonata(this, 'Read the request', {
        comment: `Input: {"action": "${ACTIONS_OF_JOBS.join('" | "')}", "jobs": [NAME, …]}`,
      })
        .when(
          is(
            jsonata`
              $exists($states.input.action) and $states.input.action in ${accepted}
              and ($exists($states.input.jobs) ? $type($states.input.jobs) = 'array'
              and $count($states.input.jobs) > 0 and $count($states.input.jobs[$not($ in $all)]) = 0 : true)
              and $count($keys($states.input)[$not($ in ['action', 'jobs'])]) = 0
            `,
          ),
          choose,
        )
        .otherwise(unknown),
    );
    choose.next(this.rounds());
    return known;
  }

  /** Round by round: of what is left, all that nothing else of it has to precede. */
  private rounds(): IChainable {
    const next = Pass.jsonata(this, 'Find what can go next', {
      assign: { round: expression(ROUND) },
      outputs: {},
    });
    const map = MapState.jsonata(this, 'Move them', {
      comment: 'One execution a job.',
      items: ProvideItems.jsonata(expression('$round')),
      maxConcurrency: AT_ONCE,
      assign: {
        done: expression(`[$append($done, $states.result[ended = 'well'])]`),
        refused: expression(`[$append($refused, $states.result[ended != 'well'])]`),
        left: expression('[$left[$not($ in $round)]]'),
      },
      outputs: {},
    }).itemProcessor(this.moveOne());
    const left = Choice.jsonata(this, 'Is anything left?');
    const well = Succeed.jsonata(this, 'All jobs are where they should be', {
      outputs: expression(`{'action': $action, 'jobs': [$done.$merge([{'job': job}, said])]}`),
    });
    const bad = Fail.jsonata(this, 'Some jobs are not where they should be', {
      error: 'SomeJobsNotMoved',
      cause: expression(
        jsonata`
          ${asItHadEnded('where each job is now')} & $string($count($done)) & ' jobs are where they should be. '
          & $join($refused.(job & ': ' & told), ' | ') & ${LEFT_OUT}
          & ($count($left) > 0 ? ' | Not tried, for they come after one of these: ' & $join($left, ', ') : '')
        `,
      ),
    });
    const redriven = Fail.jsonata(this, 'Refuse a redrive', {
      comment: 'Jobs may have been moved by others since.',
      error: 'Redriven',
      cause: `This execution had ended, and was redriven. It has started nothing since. Where each job is: cutover status ${this.props.migrationName}. Start what you want again.`,
    });
    next.next(
      left
        .when(is(REDRIVEN), redriven)
        .when(is('$count($round) > 0'), map)
        .when(is('$count($refused) = 0 and $count($left) = 0'), well)
        .otherwise(bad),
    );
    map.next(next);
    return next;
  }

  private moveOne(): IChainable {
    const { job, jobArns } = this.props;
    const start = new IntegrationTask(this, 'Start the execution of the job', {
      resource: 'arn:aws:states:::states:startExecution.sync:2',
      arguments: jsonata`
        {'StateMachineArn': '${job.stateMachineArn}', 'Input': {'action': $action, 'job': $states.input,
        'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID': $states.context.Execution.Id}}
      `,
      attempts: 0,
      outputs: expression(`{'job': $states.input, 'ended': 'well', 'said': $states.result.Output}`),
      policies: toRunAndWait(this, [jobArns.stateMachine]),
      wildcard: RUN_AND_WAIT,
    });
    const failed = Pass.jsonata(this, 'Note that it is not', {
      outputs: expression(
        jsonata`
          {'job': $states.context.Map.Item.Value, 'ended': 'badly', 'told': (
          $said := $exists($states.input.Cause) ? $states.input.Cause : $states.input.Error;
          $length($said) <= ${MAX_TOLD} ? $said : $substring($said, 0, ${MAX_TOLD}) & ' … '
          & $join($match($said, /Nothing was started for [0-9]{1,9} of its slots/).match))}
        `,
      ),
    });
    start.addCatch(failed, {
      errors: ['States.ALL'],
      outputs: expression(`{'Error': $states.errorOutput.Error, 'Cause': ${CAUSE_OF_EXECUTION}}`),
    });
    return start;
  }
}

/** A cause may have 32,768 characters, and there may be 250 jobs. */
const MAX_TOLD = 120;

/** JSONata text: slots that nobody has started of jobs that are where they should be. */
const LEFT_OUT = jsonata`
  ($without := $done[said.leftOutCount > 0];
  $count($without) = 0 ? '' : ' | Nothing was started for slots of '
  & $join($without.(job & ' (' & $string(said.leftOutCount) & ')'), ', '))
`;

/** JSONata: a job waits for those before it; in a rollback, for those after it. What moves none waits for none. */
const ROUND = jsonata`
  $action in ['preflight', 'recover'] ? $left : ($blocked := [$left, $refused.job];
  $isBack := $action = 'rollback';
  [$left[($one := $;
  $before := $isBack ? [$all[$one in $lookup($after, $)]] : [$lookup($after, $one)];
  $count($before[$ in $blocked]) = 0)]])
`;
