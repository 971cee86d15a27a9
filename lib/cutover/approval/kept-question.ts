import type { Construct } from 'constructs';
import { parameterArn } from '../journal/journal';
import { parameterName } from '../migration-name';
import { type AwsCall, type AwsCallProps, awsCall } from '../states/aws-call';
import { expression } from '../states/expression';

export interface KeptQuestion {
  readonly migrationName: string;
  /** The parameter that keeps it. */
  readonly leaf: 'approval' | 'confirmation';
  readonly description: string;
  /** JSONata object. */
  readonly value: string;
  /** Its output; how an answer to the token in it is waited for. */
  readonly call: Partial<AwsCallProps>;
}

/** What waits for a person, or was answered last: in a parameter, where the command finds it, and sent to nobody. */
export function keepQuestion(
  scope: Construct,
  name: string,
  { migrationName, leaf, description, value, call }: KeptQuestion,
): AwsCall {
  const parameter = parameterName(migrationName, leaf);
  return awsCall(scope, name, {
    call: 'ssm:putParameter',
    parameters: {
      Name: parameter,
      Description: description,
      Type: 'String',
      Tier: 'Intelligent-Tiering',
      Overwrite: true,
      Value: expression(`$string(${value})`),
    },
    iamAction: 'ssm:PutParameter',
    resources: [parameterArn(scope, parameter)],
    ...call,
  });
}
