import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Role } from 'aws-cdk-lib/aws-iam';
import {
  Choice,
  type IChainable,
  Map as MapState,
  Pass,
  ProvideItems,
  QueryLanguage,
  StateMachine,
  StateMachineType,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge } from '../../cutover/annotations';
import { DefinitionText } from '../../cutover/definition/definition-text';
import { parameterArn } from '../../cutover/journal/journal';
import { RECOVERY_NEEDED } from '../../cutover/machine/recovery-needed';
import { acknowledgeWildcardsOf } from '../../cutover/machine/state-permissions';
import { serviceOfOwnAccount } from '../../cutover/permissions/service-of-own-account';
import type { StateMachineArns } from '../../cutover/permissions/state-machine-arns';
import { awsCall } from '../../cutover/states/aws-call';
import { everyPage } from '../../cutover/states/every-page';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { DELIBERATE_OF_JOBS } from './job-endings';
import { journalsOf } from './job-journal';

export interface JobsLookProps {
  readonly migrationName: string;
  /** Of the state machine of one job. */
  readonly arns: StateMachineArns;
  readonly job: StateMachine;
}

const EVERY = Duration.minutes(5);

/**
 * Has jobs recovered whose execution was interrupted, or could not finish: again and again, until the hosts acknowledge. And has
 * those looked at that are to be proved, or have been paused for long enough. By a schedule, and at once where an
 * execution was interrupted.
 *
 * @see docs/aws-facts.md#sfn-status-events
 * @see docs/aws-facts.md#ssm-parameters-by-path
 */
export class JobsLook extends Construct {
  public readonly stateMachine: StateMachine;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: JobsLookProps,
  ) {
    super(scope, id);
    const definition = new DefinitionText(this.definition());
    const look = new StateMachine(this, 'StateMachine', {
      stateMachineType: StateMachineType.EXPRESS,
      definitionBody: definition,
      definitionSubstitutions: definition.substitutions,
      role: new Role(this, 'Role', { assumedBy: serviceOfOwnAccount(this, 'states') }),
      queryLanguage: QueryLanguage.JSONATA,
      comment: `Has the jobs of ${props.migrationName} recovered that were interrupted, and those looked at that are to be proved.`,
      timeout: Duration.minutes(4),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stateMachine = look;
    const target = (roleId: string) =>
      new SfnStateMachine(look, { role: new Role(this, roleId, { assumedBy: serviceOfOwnAccount(this, 'events') }) });
    new Rule(this, 'Schedule', {
      description: 'Jobs that moved are looked at, and what was interrupted is recovered.',
      schedule: Schedule.rate(EVERY),
      targets: [target('ScheduleRole')],
    });
    new Rule(this, 'Interrupted', {
      description: 'An interrupted move of a job is recovered at once.',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [props.job.stateMachineArn],
          $or: [
            { status: ['ABORTED', 'TIMED_OUT'] },
            { status: ['FAILED'], error: [{ 'anything-but': [...DELIBERATE_OF_JOBS, RECOVERY_NEEDED] }] },
          ],
        },
      },
      targets: [target('InterruptedRole')],
    });
    for (const finding of ['AwsSolutions-SF1', 'AwsSolutions-SF2']) {
      acknowledge(look, finding, 'It looks, and starts executions of jobs: those are logged in full.');
    }
    acknowledgeWildcardsOf(this, look.role);
  }

  private definition(): IChainable {
    const journals = parameterArn(this, journalsOf(this.props.migrationName));
    const read = everyPage(this, 'Read the journals', {
      call: 'ssm:getParametersByPath',
      parameters: `{'Path': '${journalsOf(this.props.migrationName)}', 'MaxResults': 10}`,
      into: 'due',
      kept: `[$append($due, $states.result.Parameters.$parse(Value)[${IS_DUE}].(${WHAT}))]`,
      iamAction: 'ssm:GetParametersByPath',
      resources: [journals],
      outputs: {},
    });
    const map = MapState.jsonata(this, 'Start what is due', {
      items: ProvideItems.jsonata(expression('$due')),
      maxConcurrency: 5,
      outputs: {},
    }).itemProcessor(this.startOne());
    return inOrder(read, map);
  }

  /** Of an unsettled journal the execution that wrote it may run still. */
  private startOne(): IChainable {
    const { job, arns } = this.props;
    const leave = Succeed.jsonata(this, 'Leave it', { outputs: {} });
    const start = awsCall(this, 'Start the execution of the job', {
      call: 'sfn:startExecution',
      comment: 'Beside another execution of the job it finds the lock taken, or nothing to do.',
      parameters: {
        StateMachineArn: job.stateMachineArn,
        Input: expression(`$string({'action': $one.action, 'job': $one.job})`),
      },
      iamAction: 'states:StartExecution',
      resources: [arns.stateMachine],
      outputs: {},
    });
    start.addCatch(leave, { errors: ['States.ALL'] });
    const ask = awsCall(this, 'Describe the execution that wrote it', {
      call: 'sfn:describeExecution',
      parameters: { ExecutionArn: expression('$one.execution') },
      iamAction: 'states:DescribeExecution',
      resources: [arns.executions],
      wildcard: 'An execution is named when it is started.',
      assign: { status: expression('$states.result.Status') },
      outputs: {},
    });
    ask.addCatch(leave, { errors: ['States.ALL'] });
    ask.next(
      Choice.jsonata(this, 'Has it ended?')
        .when(is(`$status in ['RUNNING', 'PENDING_REDRIVE']`), leave)
        .otherwise(start),
    );
    const begin = Pass.jsonata(this, 'Take the next', {
      assign: {
        one: expression(
          `($words := $split($states.input, ' '); {'action': $words[0], 'job': $words[1], 'execution': $words[2]})`,
        ),
      },
      outputs: {},
    });
    begin.next(Choice.jsonata(this, 'Was it interrupted?').when(is(`$one.action = 'recover'`), ask).otherwise(start));
    return begin;
  }
}

/** JSONata over a journal: something is to be started for its job. */
const IS_DUE = jsonata`
  phase != 'settled' or ((state = 'moved' or state = 'proving' or state = 'paused')
  and ($exists(lookAt) ? $millis() >= $toMillis(lookAt) : true))
`;

/**
 * JSONata over a journal: what, as text. An object would cost a level of depth for each journal.
 *
 * @see docs/aws-facts.md#jsonata-depth
 */
const WHAT = `(phase = 'settled' ? 'look ' : 'recover ') & job & ' ' & execution`;
