import { Stack } from 'aws-cdk-lib';
import { type IIdentity, type Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { parameterArn } from '../../cutover/journal/journal';
import { parameterName } from '../../cutover/migration-name';
import { attachedPolicy } from '../../cutover/permissions/attached-policy';
import type { StateMachineArns } from '../../cutover/permissions/state-machine-arns';
import { acknowledgeWildcard } from '../../cutover/permissions/wildcard-findings';
import { journalsOf } from './job-journal';

/** Who may start executions that move jobs. None may send commands to hosts: the state machine alone does. */
export class JobsAccess {
  constructor(
    private readonly scope: Construct,
    private readonly migrationName: string,
    private readonly jobs: StateMachineArns,
    private readonly job: StateMachineArns,
  ) {}

  grantOperate(operators: IIdentity): Policy {
    const executions = [this.jobs.executions, this.job.executions];
    const read = (['journal', 'lock', 'state-machine', 'approval', 'configuration', 'confirmation'] as const).map(
      (leaf) => parameterArn(this.scope, parameterName(this.migrationName, leaf)),
    );
    const journals = parameterArn(this.scope, journalsOf(this.migrationName));
    const policy = attachedPolicy(this.scope, 'Operate', operators, [
      new PolicyStatement({
        actions: ['states:StartExecution'],
        resources: [this.jobs.stateMachine, this.job.stateMachine],
      }),
      new PolicyStatement({
        actions: ['states:StopExecution', 'states:DescribeExecution', 'states:GetExecutionHistory'],
        resources: executions,
      }),
      new PolicyStatement({
        actions: ['states:ListExecutions', 'states:ListTagsForResource'],
        resources: [this.jobs.stateMachine],
      }),
      // It knows no resources, and gives names without values (docs/aws-facts.md#ssm-describe-parameters).
      new PolicyStatement({ actions: ['ssm:DescribeParameters'], resources: ['*'] }),
      new PolicyStatement({
        actions: ['cloudformation:DescribeStackResource'],
        resources: [Stack.of(this.scope).stackId],
      }),
      new PolicyStatement({ actions: ['ssm:GetParameters'], resources: read }),
      new PolicyStatement({ actions: ['ssm:GetParametersByPath'], resources: [journals] }),
    ]);
    acknowledgeWildcard(policy, '*', 'ssm:DescribeParameters knows no resources.');
    for (const arn of executions) acknowledgeWildcard(policy, arn, 'An execution is named when it is started.');
    return policy;
  }
}
