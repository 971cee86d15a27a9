import { Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { expression } from '../cutover/states/expression';
import { is } from '../cutover/states/is';

/** Goes on only where `holds`, a JSONata condition, is true. `cause` is JSONata text: what is the matter, and what to do. */
export function refuseUnless(scope: Construct, name: string, holds: string, cause: string): IChainable {
  const refused = Fail.jsonata(scope, `${name} No`, { error: 'NotReady', cause: expression(cause) });
  const go = Pass.jsonata(scope, `${name} Yes`);
  const choice = Choice.jsonata(scope, name).when(is(holds), go).otherwise(refused);
  return { id: choice.id, startState: choice, endStates: [go] };
}
