import { Stack } from 'aws-cdk-lib';
import { type IIdentity, type Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { parameterArn } from '../journal/journal';
import { parameterName } from '../migration-name';
import { attachedPolicy } from './attached-policy';
import type { StateMachineArns } from './state-machine-arns';
import { acknowledgeWildcard } from './wildcard-findings';

/** What `cutover` reads of a migration, whichever command is given. */
const READ = ['approval', 'configuration', 'confirmation', 'journal', 'lock', 'state-machine'] as const;

/** Who may start a migration's executions, and who may answer them. */
export class OperatorAccess {
  constructor(
    private readonly scope: Construct,
    private readonly migrationName: string,
    private readonly arns: StateMachineArns,
  ) {}

  /**
   * To start, stop and follow executions, and to read the manifest: the tags of the state machine name its stack, which
   * describes it. The token of an approval is in a parameter that they may read, and of no use to
   * them: they may not send it.
   */
  public grantOperate(operators: IIdentity): Policy {
    return this.attach('Operate', operators, [
      new PolicyStatement({ actions: ['states:StartExecution'], resources: [this.arns.stateMachine] }),
      new PolicyStatement({ actions: ['states:StopExecution'], resources: [this.arns.executions] }),
      new PolicyStatement({
        actions: ['states:DescribeStateMachine', 'states:ListExecutions', 'states:ListTagsForResource'],
        resources: [this.arns.stateMachine],
      }),
      new PolicyStatement({
        actions: ['cloudformation:DescribeStackResource'],
        resources: [Stack.of(this.scope).stackId],
      }),
    ]);
  }

  /** To say yes or no to an execution that waits for it: to a cutover, a retirement, or a check that a person makes. */
  public grantApprove(approvers: IIdentity): Policy {
    return this.attach('Approve', approvers, [
      new PolicyStatement({
        actions: ['states:SendTaskFailure', 'states:SendTaskSuccess'],
        resources: [this.arns.stateMachine],
      }),
    ]);
  }

  private attach(what: string, identity: IIdentity, statements: PolicyStatement[]): Policy {
    const policy = attachedPolicy(this.scope, what, identity, [
      ...statements,
      new PolicyStatement({
        actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
        resources: [this.arns.executions],
      }),
      new PolicyStatement({
        actions: ['ssm:GetParameters'],
        resources: READ.map((leaf) => parameterArn(this.scope, parameterName(this.migrationName, leaf))),
      }),
    ]);
    acknowledgeWildcard(policy, this.arns.executions, 'An execution is named when it is started.');
    return policy;
  }
}
