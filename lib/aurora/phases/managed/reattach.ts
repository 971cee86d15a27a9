import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Choice, Fail, type IChainable, Map as MapState, Pass, ProvideItems } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../../cutover/machine/phase';
import { awsCall } from '../../../cutover/states/aws-call';
import { expression } from '../../../cutover/states/expression';
import { inOrder } from '../../../cutover/states/in-order';
import { is } from '../../../cutover/states/is';
import { jsonata } from '../../../cutover/states/jsonata';
import type { ManagedSteps } from './managed-steps';

/** JSONata: roles of the old side that production has not. */
const MISSING = '$old.roles[$not(arn in [$production.roles.arn])]';

/** Gives green, which has the production name now, what RDS leaves with the old side. */
export function reattach(steps: ManagedSteps, roles: readonly IRole[]): Phase {
  const scaling = steps.scaling.putBack('Reattach');
  return {
    name: 'Reattach',
    role: 'reattach',
    purpose: 'Gives green the IAM roles and the Auto Scaling that blue had: RDS does not.',
    direction: 'cutover',
    forward: roles.length === 0 ? scaling : inOrder(giveRoles(steps, roles), scaling),
    done: `{'scaling': {}}`,
  };
}

/**
 * Without its roles the engine reaches no bucket and no function.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/blue-green-deployments-switching.html
 */
function giveRoles(steps: ManagedSteps, roles: readonly IRole[]): IChainable {
  const { scope, deployment } = steps;
  const missing = Fail.jsonata(scope, 'Green lacks roles', {
    error: 'RolesMissing',
    cause: expression(
      `'Green could not be given: ' & $join(${MISSING}.arn, ', ') & '. Do it by hand: aws rds add-role-to-db-cluster.'`,
    ),
  });
  const has = Pass.jsonata(scope, 'Green has the roles of blue', { outputs: {} });
  const judge = Choice.jsonata(scope, 'Has green every role?')
    .when(is(`$count(${MISSING}) > 0`), missing)
    .otherwise(has);
  const production = (name: string) => deployment.describeCluster(name, deployment.productionArn(), 'production');
  const begin = deployment.find('Whose roles are they?');
  inOrder(
    begin,
    deployment.describeCluster('Which roles had blue?', deployment.oldArn(), 'old'),
    production('Which roles has green?'),
    giveEach(steps, roles),
    production('Which roles has green now?'),
    judge,
  );
  return { id: begin.id, startState: begin, endStates: [has] };
}

function giveEach({ scope, blue }: ManagedSteps, roles: readonly IRole[]): IChainable {
  const give = awsCall(scope, 'Give green the role', {
    call: 'rds:addRoleToDBCluster',
    parameters: {},
    parametersFrom: jsonata`
      $merge([{'DbClusterIdentifier': $production.id, 'RoleArn': $states.input.arn}, $exists($states.input.feature)
      ? {'FeatureName': $states.input.feature} : {}])
    `,
    iamAction: 'rds:AddRoleToDBCluster',
    resources: [blue.databaseArn],
    alsoAllowed: [
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: roles.map(({ roleArn }) => roleArn),
        conditions: { StringEquals: { 'iam:PassedToService': 'rds.amazonaws.com' } },
      }),
    ],
    outputs: {},
  });
  // The answer may be lost of an association that was made: what green has is asked afterwards.
  const asked = Pass.jsonata(scope, 'Green was to be given the role', { outputs: {} });
  give.addCatch(asked, { errors: ['States.ALL'] });
  give.next(asked);
  return MapState.jsonata(scope, 'Give green every role of blue', {
    items: ProvideItems.jsonata(expression(`[${MISSING}]`)),
    outputs: {},
  }).itemProcessor(give);
}
