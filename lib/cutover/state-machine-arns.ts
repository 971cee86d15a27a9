import { ArnFormat, Lazy, Stack } from 'aws-cdk-lib';
import type { CfnStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

/**
 * ARNs by which a state machine's own role may name the machine and its executions. CloudFormation names a state
 * machine after its logical id; the ARN itself in its own role would be a circle.
 */
export class StateMachineArns {
  public readonly stateMachine: string;
  public readonly executions: string;
  private machine?: StateMachine;

  constructor(scope: Construct) {
    const stack = Stack.of(scope);
    const name = Lazy.string({ produce: () => stack.getLogicalId(this.resource()) });
    const arn = (resource: string, resourceName: string) =>
      stack.formatArn({ service: 'states', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    this.stateMachine = arn('stateMachine', `${name}-*`);
    this.executions = arn('execution', `${name}-*:*`);
  }

  public resolve(machine: StateMachine): void {
    this.machine = machine;
  }

  private resource(): CfnStateMachine {
    if (this.machine === undefined) throw new Error('The state machine was not made yet when its ARN was needed.');
    return this.machine.node.defaultChild as CfnStateMachine;
  }
}
