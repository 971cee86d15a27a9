import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Role } from 'aws-cdk-lib/aws-iam';
import {
  Choice,
  DefinitionBody,
  type IChainable,
  QueryLanguage,
  StateMachine,
  StateMachineType,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge } from '../annotations';
import { parameterArn, SETTLED } from '../journal/journal';
import { linkAfter } from '../lock/lock-link';
import { acknowledgeWildcardsOf } from '../machine/state-permissions';
import { parameterName } from '../migration-name';
import { serviceOfOwnAccount } from '../permissions/service-of-own-account';
import { type AwsCall, awsCall } from '../states/aws-call';
import { expression, literal } from '../states/expression';
import { is } from '../states/is';
import { jsonata } from '../states/jsonata';
import { DELIBERATE } from './recover-rule';
import { RELAY_CHANGED, RelayRule } from './relay-rule';

export interface RecoverLookProps {
  readonly migrationName: string;
  readonly stateMachine: StateMachine;
  /** ARNs of the migration's executions. */
  readonly executionArns: string;
  /**
   * Goes off when the host of a relay is dead: what ended with RecoveryNeeded is taken up as it does, and as it is over.
   *
   * @default - there is no relay
   */
  readonly relayAlarm?: IAlarm | undefined;
}

const EVERY = Duration.minutes(5);
const NOBODY = 'nobody';

/**
 * Starts `recover` where the rule did not: Step Functions' events are delivered at best effort. Every few minutes it looks
 * whether the last execution that had the lock was interrupted, and left a journal that is not settled.
 *
 * A state machine of its own, and an Express one: it has no list of executions that 8,640 looks a month would fill, and they
 * cost a cent, against a dollar and a half in the migration's own machine. No Lambda function is in the path.
 *
 * @see docs/aws-facts.md#sfn-status-events
 */
export class RecoverLook extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: RecoverLookProps,
  ) {
    super(scope, id);
    const look = new StateMachine(this, 'StateMachine', {
      stateMachineType: StateMachineType.EXPRESS,
      definitionBody: DefinitionBody.fromChainable(this.definition()),
      role: new Role(this, 'Role', { assumedBy: serviceOfOwnAccount(this, 'states') }),
      queryLanguage: QueryLanguage.JSONATA,
      comment: `Has ${props.migrationName} recovered if an execution was interrupted and nobody noticed.`,
      timeout: Duration.minutes(1),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new Rule(this, 'Rule', {
      description: 'An interrupted cutover is put back even if nobody was told that it was interrupted.',
      schedule: Schedule.rate(EVERY),
      targets: [
        new SfnStateMachine(look, {
          role: new Role(this, 'RuleRole', { assumedBy: serviceOfOwnAccount(this, 'events') }),
        }),
      ],
    });
    if (props.relayAlarm !== undefined) new RelayRule(this, 'Relay', { alarm: props.relayAlarm, look });
    for (const finding of ['AwsSolutions-SF1', 'AwsSolutions-SF2']) {
      acknowledge(
        look,
        finding,
        'It looks, and starts an execution of the migration at most: that one is logged in full.',
      );
    }
    acknowledgeWildcardsOf(this, look.role);
  }

  private definition(): IChainable {
    const well = Succeed.jsonata(this, 'There is nothing to recover', { outputs: {} });
    const lock = parameterName(this.props.migrationName, 'lock');
    const noted = this.read('Read the last lock holder', lock, [lock], {
      last: expression(this.found(`{'execution': ${literal(NOBODY)}}`)),
    });
    const next = this.read(
      'Read the next lock holder',
      expression(linkAfter(this.props.migrationName, '$last.execution')),
      [`${lock}/*`],
      { next: expression(this.found(`{'execution': ${literal(NOBODY)}}`)) },
    );
    const ask = this.askAfterHolder();
    // Of the journal, nothing but what is the same in every version of it: contract/journal.ts.
    const journal = parameterName(this.props.migrationName, 'journal');
    const read = this.read('Read the journal', journal, [journal], {
      phase: expression(`(${this.found(`{'phase': '${SETTLED}'}`)}).phase`),
    });
    const known = (call: AwsCall) => call.addCatch(well, { errors: ['States.ALL'] });
    for (const call of [noted, next, ask, read]) known(call);
    noted.next(next);
    next.next(
      Choice.jsonata(this, 'Has another execution taken the lock?')
        .when(is(`$next.execution != ${literal(NOBODY)}`), next, { assign: { last: expression('$next') } })
        .when(is(`$last.execution = ${literal(NOBODY)}`), well)
        .otherwise(ask),
    );
    ask.next(read);
    read.next(
      Choice.jsonata(this, 'Was the last execution interrupted?')
        .when(is(`$phase != '${SETTLED}' and ${this.isOpen()}`), this.startRecover())
        .otherwise(well),
    );
    return noted;
  }

  /** JSONata: nobody has taken up what the last execution left. */
  private isOpen(): string {
    if (this.props.relayAlarm === undefined) return '$interrupted';
    return `($interrupted or ($needed and $states.context.Execution.Input.asks = ${literal(RELAY_CHANGED)}))`;
  }

  /** JSONata: the parameter that was read, or else `otherwise`. */
  private found(otherwise: string): string {
    return `$count($states.result.Parameters) = 0 ? ${otherwise} : $parse($states.result.Parameters[0].Value)`;
  }

  private read(name: string, parameter: string, names: string[], assign: Record<string, unknown>): AwsCall {
    return awsCall(this, name, {
      call: 'ssm:getParameters',
      parameters: { Names: [parameter] },
      iamAction: 'ssm:GetParameters',
      resources: names.map((each) => parameterArn(this, each)),
      wildcard: 'A link of the lock is named after the execution that had it before.',
      assign,
      outputs: {},
    });
  }

  /** Anyone who failed on purpose has said why, and a recovery that failed is not followed by another one. */
  private askAfterHolder(): AwsCall {
    const deliberate = `[${DELIBERATE.map(literal).join(', ')}]`;
    return awsCall(this, 'Describe the execution of the last holder', {
      call: 'sfn:describeExecution',
      parameters: { ExecutionArn: expression('$last.execution') },
      iamAction: 'states:DescribeExecution',
      resources: [this.props.executionArns],
      wildcard: 'An execution is named when it is started.',
      assign: {
        interrupted: expression(
          jsonata`
            $states.result.Status in ['ABORTED', 'TIMED_OUT'] or ($states.result.Status = 'FAILED'
            and $not($states.result.Error in ${deliberate}) and $not($parse($states.result.Input).action = 'recover'))
          `,
        ),
        ...(this.props.relayAlarm !== undefined && {
          needed: expression(`$states.result.Status = 'FAILED' and $states.result.Error = 'RecoveryNeeded'`),
        }),
      },
      outputs: {},
    });
  }

  private startRecover(): AwsCall {
    return awsCall(this, 'Start recover', {
      call: 'sfn:startExecution',
      comment: 'Beside a recovery that the rule has started, it finds the lock taken, or nothing left to do.',
      parameters: { StateMachineArn: this.props.stateMachine.stateMachineArn, Input: '{"action":"recover"}' },
      iamAction: 'states:StartExecution',
      resources: [this.props.stateMachine.stateMachineArn],
      outputs: {},
    });
  }
}
