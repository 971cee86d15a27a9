import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { jsonata } from './jsonata';

/** Why a role that runs state machines and waits for them has a wildcard. */
export const RUN_AND_WAIT = 'An execution is named when it is started.';

/** JSONata: what an execution that failed said itself. The cause that its starter is told is a description of it. */
export const CAUSE_OF_EXECUTION = jsonata`
  ($cause := $states.errorOutput.Cause; $contains($cause, /^\\{.*"Cause":/) ? $parse($cause).Cause : $cause)
`;

/** What a role needs to start executions of state machines and to wait for their end. */
export function toRunAndWait(scope: Construct, machines: string[]): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: ['states:StartExecution'], resources: machines }),
    new PolicyStatement({
      actions: ['states:DescribeExecution', 'states:StopExecution'],
      resources: machines.map((arn) => executionsOf(scope, arn)),
    }),
    new PolicyStatement({
      actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      resources: [
        Stack.of(scope).formatArn({
          service: 'events',
          resource: 'rule',
          resourceName: 'StepFunctionsGetEventsForStepFunctionsExecutionRule',
        }),
      ],
    }),
  ];
}

function executionsOf(scope: Construct, stateMachineArn: string): string {
  const stack = Stack.of(scope);
  const { resourceName = '' } = stack.splitArn(stateMachineArn, ArnFormat.COLON_RESOURCE_NAME);
  return stack.formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${resourceName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
