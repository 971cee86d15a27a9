import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * ARNs by which a state machine's own role may name the machine and its executions. They are made of its name, and it has
 * one for that: the ARN itself in its own role would be a circle, and a name that CloudFormation makes up cannot be known.
 */
export class StateMachineArns {
  public readonly stateMachine: string;
  public readonly executions: string;

  constructor(
    scope: Construct,
    public readonly stateMachineName: string,
  ) {
    const arn = (resource: string, resourceName: string) =>
      Stack.of(scope).formatArn({
        service: 'states',
        resource,
        resourceName,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    this.stateMachine = arn('stateMachine', stateMachineName);
    this.executions = arn('execution', `${stateMachineName}:*`);
  }
}
