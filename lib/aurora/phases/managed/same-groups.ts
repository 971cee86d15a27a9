import { Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { expression } from '../../../cutover/states/expression';
import { is } from '../../../cutover/states/is';
import { jsonata } from '../../../cutover/states/jsonata';
import type { ManagedSteps } from './managed-steps';

const LACKING = '$blueNow.groups[$not($ in $green.groups)]';

/**
 * Green has every security group of blue's, as RDS made it: one that somebody took away since would shut clients out for
 * good, with the switchover. `$blueNow`, `$green` and `$deployment` were found; after the switchover it is too late to ask.
 */
export function assertSameGroups({ scope }: ManagedSteps, phase: string): IChainable {
  const same = Pass.jsonata(scope, `${phase}: green admits whom blue admits`, { outputs: {} });
  const lacking = Fail.jsonata(scope, `${phase}: green lacks security groups of blue`, {
    error: 'ClientsShutOut',
    cause: expression(
      jsonata`
        'Clients may connect to blue by ' & $join(${LACKING}, ', ')
        & ', which green lacks: the switchover would shut them out.
        Give green the security groups of blue: aws rds modify-db-cluster --db-cluster-identifier ' & $green.id
        & ' --vpc-security-group-ids ' & $join($distinct($append($green.groups, $blueNow.groups)), ' ')
      `,
    ),
  });
  const lacks = Choice.jsonata(scope, `${phase}: does green lack security groups of blue?`)
    .when(is(`$deployment.status != 'SWITCHOVER_COMPLETED' and $count(${LACKING}) > 0`), lacking)
    .otherwise(same);
  return { id: lacks.id, startState: lacks, endStates: [same] };
}
