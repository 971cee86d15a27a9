import { Stack } from 'aws-cdk-lib';
import { type IIdentity, type Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { MigrationHost } from '../host/migration-host';
import { parameterArn } from '../journal/journal';
import { parameterName } from '../migration-name';
import type { Schedules } from '../schedule/schedules';
import { attachedPolicy } from './attached-policy';
import { Duties } from './duties';
import type { StateMachineArns } from './state-machine-arns';
import { acknowledgeWildcard } from './wildcard-findings';

/** What `cutover` reads of a migration, whichever command is given. */
const READ = ['approval', 'configuration', 'confirmation', 'journal', 'lock', 'state-machine'] as const;

export interface OperatorAccessProps {
  readonly migrationName: string;
  readonly arns: StateMachineArns;
  readonly host: MigrationHost;
  /** Whether nobody who starts executions answers them. */
  readonly separationOfDuties: boolean;
}

/** On the state machine, by a Deny too (docs/aws-facts.md#sfn-answer-resource). */
const ANSWER = ['states:SendTaskFailure', 'states:SendTaskSuccess'];

/** Who may start a migration's executions, and who may answer them. */
export class OperatorAccess {
  private readonly duties: Duties;

  constructor(
    private readonly scope: Construct,
    private readonly props: OperatorAccessProps,
  ) {
    this.duties = new Duties(props.separationOfDuties);
  }

  /**
   * To start, stop and follow executions, and to read the manifest: the tags of the state machine name its stack, which
   * describes it. They may see what other migrations are called. They may have the host list who is connected, by the one
   * document that does it and nothing else. The token of an approval is in a parameter that they may read, and of no use to
   * them: they may not send it.
   */
  public grantOperate(operators: IIdentity): Policy {
    const { arns, host } = this.props;
    const stack = Stack.of(this.scope);
    this.duties.take('start', operators, 'grantOperate');
    const policy = this.attach('Operate', operators, [
      ...this.duties.deny(ANSWER, arns.stateMachine),
      new PolicyStatement({ actions: ['states:StartExecution'], resources: [arns.stateMachine] }),
      new PolicyStatement({ actions: ['states:StopExecution'], resources: [arns.executions] }),
      new PolicyStatement({
        actions: ['states:DescribeStateMachine', 'states:ListExecutions', 'states:ListTagsForResource'],
        resources: [arns.stateMachine],
      }),
      new PolicyStatement({ actions: ['cloudformation:DescribeStackResource'], resources: [stack.stackId] }),
      new PolicyStatement({
        actions: ['ssm:SendCommand'],
        resources: [
          stack.formatArn({ service: 'ssm', resource: 'document', resourceName: host._clients.ref }),
          stack.formatArn({ service: 'ec2', resource: 'instance', resourceName: host.instance.instanceId }),
        ],
      }),
      // None of them knows a resource (docs/aws-facts.md#cloudwatch-metric-data, docs/aws-facts.md#ssm-describe-parameters,
      // docs/aws-facts.md#ssm-command-limits). Of parameters, names and no values.
      new PolicyStatement({
        actions: ['cloudwatch:GetMetricData', 'ssm:DescribeParameters', 'ssm:GetCommandInvocation'],
        resources: ['*'],
      }),
    ]);
    acknowledgeWildcard(policy, '*', 'Metrics, names of parameters and invocations of commands know no resources.');
    return policy;
  }

  /** To say yes or no to an execution that waits for it: to a cutover, a retirement, or a check that a person makes. */
  public grantApprove(approvers: IIdentity): Policy {
    const { arns } = this.props;
    this.duties.take('approve', approvers, 'grantApprove');
    return this.attach('Approve', approvers, [
      new PolicyStatement({ actions: ANSWER, resources: [arns.stateMachine] }),
      ...this.duties.deny(['states:StartExecution'], arns.stateMachine),
      ...this.duties.deny(['states:RedriveExecution'], arns.executions),
    ]);
  }

  /** To have a cutover started at a time, and to take that back. */
  public grantSchedule(operators: IIdentity, schedules: Schedules): Policy {
    this.duties.take('start', operators, 'grantSchedule');
    const policy = this.attach('Schedule', operators, [
      ...this.duties.deny(ANSWER, this.props.arns.stateMachine),
      ...this.readManifest(),
      ...schedules.statements(),
    ]);
    schedules.acknowledgeWildcards(policy);
    return policy;
  }

  private readManifest(): PolicyStatement[] {
    return [
      new PolicyStatement({ actions: ['states:ListTagsForResource'], resources: [this.props.arns.stateMachine] }),
      new PolicyStatement({
        actions: ['cloudformation:DescribeStackResource'],
        resources: [Stack.of(this.scope).stackId],
      }),
    ];
  }

  private attach(what: string, identity: IIdentity, statements: PolicyStatement[]): Policy {
    const { migrationName, arns } = this.props;
    const policy = attachedPolicy(this.scope, what, identity, [
      ...statements,
      new PolicyStatement({
        actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
        resources: [arns.executions],
      }),
      new PolicyStatement({
        actions: ['ssm:GetParameters'],
        resources: READ.map((leaf) => parameterArn(this.scope, parameterName(migrationName, leaf))),
      }),
    ]);
    acknowledgeWildcard(policy, arns.executions, 'An execution is named when it is started.');
    return policy;
  }
}
