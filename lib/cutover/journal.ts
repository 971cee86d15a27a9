import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from './aws-call';
import { expression } from './expression';
import { parameterName } from './migration-name';

/** The phase written when an execution has ended and nothing is left to put back. */
export const SETTLED = 'settled';

const EMPTY = `{'phase': '${SETTLED}', 'doors': {}, 'workloads': {}, 'filled': {}, 'events': {}}`;

/**
 * What was found before it was changed, and the phase reached, in one SSM parameter. `StopExecution` runs no Catch: the
 * journal is how `recover` knows where to take up.
 *
 * The parameter is the state machine's, not CloudFormation's: a deploy that touched it would write the template's value
 * over what must be put back.
 */
export class Journal {
  public readonly parameterName: string;
  private readonly parameterArn: string;

  constructor(scope: Construct, migrationName: string) {
    this.parameterName = parameterName(migrationName, 'journal');
    this.parameterArn = parameterArn(scope, this.parameterName);
  }

  /** Assigns `$journal`. Asks by GetParameters, for which a missing parameter is an answer and not an error. */
  public read(scope: Construct, name: string): TaskStateBase {
    return awsCall(scope, name, {
      call: 'ssm:getParameters',
      parameters: { Names: [this.parameterName] },
      iamAction: 'ssm:GetParameters',
      resources: [this.parameterArn],
      assign: {
        journal: expression(
          `$merge([${EMPTY}, $count($states.result.Parameters) = 0 ? {} : $parse($states.result.Parameters[0].Value)])`,
        ),
      },
      outputs: {},
    });
  }

  /** Saves the journal with `changes`, a JSONata object, merged in, and assigns it. */
  public write(scope: Construct, name: string, changes: string, comment: string): TaskStateBase {
    const journal = `$merge([$journal, ${changes}])`;
    return awsCall(scope, name, {
      call: 'ssm:putParameter',
      comment,
      parameters: {
        Name: this.parameterName,
        Description: 'What a cutover found before it changed it, and how far it got. Needed to put it back.',
        Type: 'String',
        Tier: 'Intelligent-Tiering',
        Overwrite: true,
        Value: expression(`$string(${journal})`),
      },
      iamAction: 'ssm:PutParameter',
      resources: [this.parameterArn],
      assign: { journal: expression(journal) },
      outputs: {},
    });
  }
}

export function parameterArn(scope: Construct, name: string): string {
  return Stack.of(scope).formatArn({
    service: 'ssm',
    resource: 'parameter',
    resourceName: name.slice(1),
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}
