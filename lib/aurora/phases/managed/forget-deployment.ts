import { Duration } from 'aws-cdk-lib';
import { Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { expression } from '../../../cutover/states/expression';
import { is } from '../../../cutover/states/is';
import { jsonata } from '../../../cutover/states/jsonata';
import { order, REFUSED } from '../../../cutover/states/order';
import { poll } from '../../../cutover/states/poll';
import type { ManagedSteps } from './managed-steps';

/** RDS takes minutes, and promises no time. No client waits for that. */
const MAX_DELETION = Duration.minutes(30);

/** Rounds for which RDS may still show what was, after it has taken the order. */
const SLOW_TO_SAY = 3;

/**
 * Deletes RDS's record of the switchover, which stands against new names and against deletion. With it RDS lifts the
 * read-only state of what clients have left: before it, clients must be kept out by other means.
 *
 * @see docs/aws-facts.md#rds-blue-green-delete-ends-read-only
 */
export function forgetDeployment({ scope, deployment }: ManagedSteps, prefix: string): IChainable {
  const find = deployment.find(`${prefix}: find the deployment`);
  const gone = Pass.jsonata(scope, `${prefix}: no switchover to report`, { outputs: {} });
  const remove = deployment.delete(`${prefix}: delete the deployment, keep both clusters`);
  const stays = Fail.jsonata(scope, `${prefix}: deployment was not deleted`, {
    error: 'DeploymentStays',
    cause: expression(
      jsonata`
        'RDS does not delete the deployment ' & $deployment.id & ': it is ' & $deployment.status & '. ' & (${REFUSED}
        ? $refusal : '')
      `,
    ),
  });
  const until = poll(scope, `${prefix}: deployment`, {
    ask: deployment.find(`${prefix}: is the deployment gone?`),
    done: `$deployment.status = 'none'`,
    within: MAX_DELETION,
    // Taken and given up: it would show as DELETING, and lasts.
    failed: [
      [
        jsonata`
          $round >= ${SLOW_TO_SAY} and (${REFUSED} and $deployment.status != 'DELETING'
          or $deployment.status = 'INVALID_CONFIGURATION')
        `,
        stays,
      ],
    ],
    late: stays,
    everySeconds: '5',
  });
  const ordered = order(scope, `${prefix}: deployment`, remove, until);
  for (const end of ordered.endStates) end.next(gone);
  find.next(
    Choice.jsonata(scope, `${prefix}: is a deployment left to delete?`)
      .when(is(`$deployment.status = 'none'`), gone)
      .otherwise(ordered),
  );
  return { id: find.id, startState: find, endStates: [gone] };
}
