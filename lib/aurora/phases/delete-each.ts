import { Chain, Map as MapState, Pass, ProvideItems } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { type AwsCallProps, awsCall } from '../../cutover/states/aws-call';
import { expression } from '../../cutover/states/expression';

export interface EachDeleted {
  /** As state names have one, e.g. `instance`. */
  readonly what: string;
  /** The call that deletes one. */
  readonly call: Pick<AwsCallProps, 'call' | 'iamAction' | 'resources' | 'wildcard'>;
  /** The member of its request that names one. */
  readonly parameter: string;
  /** JSONata: the identifiers of those that are to go. */
  readonly identifiers: string;
}

/** Asks RDS to delete each, and goes on where it refuses one: `$refusal` has what it said, and is empty if nothing. */
export function deleteEach(scope: Construct, { what, call, parameter, identifiers }: EachDeleted): MapState {
  const one = awsCall(scope, `Delete the ${what}`, {
    ...call,
    parameters: { [parameter]: expression('$states.input') },
    outputs: { said: 'taken' },
  });
  const refused = Pass.jsonata(scope, `Save the answer of RDS on the ${what}`, {
    outputs: { said: expression(`$states.input.Error & ': ' & $states.input.Cause & ' '`) },
  });
  one.addCatch(refused, { errors: ['States.ALL'] });
  return MapState.jsonata(scope, `Delete the ${what}s of blue`, {
    items: ProvideItems.jsonata(expression(`[${identifiers}]`)),
    assign: { refusal: expression(`$join([$states.result[said != 'taken'].said], '')`) },
    outputs: {},
  }).itemProcessor(Chain.custom(one, [one, refused], one));
}
