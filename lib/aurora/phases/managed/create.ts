import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Choice, Fail, type IChainable, Pass, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Phase } from '../../../cutover/machine/phase';
import { awsCall } from '../../../cutover/states/aws-call';
import { expression, literal } from '../../../cutover/states/expression';
import { inOrder } from '../../../cutover/states/in-order';
import { is } from '../../../cutover/states/is';
import { jsonata } from '../../../cutover/states/jsonata';
import { poll, seldom } from '../../../cutover/states/poll';
import { NAMED_BY_RDS } from './blue-green-deployment';
import type { ManagedSteps } from './managed-steps';
import { useOfStorageKey } from './storage-key';

/** Has RDS make green, or goes on with the one that an earlier attempt had made. */
export function create(steps: ManagedSteps): Phase {
  const within = steps.options.createTimeout ?? Duration.hours(24);
  return {
    name: 'Create',
    role: 'create',
    purpose: 'Has RDS make green beside blue, and keep it current.',
    direction: 'cutover',
    forward: inOrder(createOrAdopt(steps), untilAvailable(steps, within)),
    done: `{'remains': ''}`,
    undo: sayWhatRemains(steps),
    undoing: 'apart',
    undone: `{'remains': $states.input.remains}`,
  };
}

function createOrAdopt(steps: ManagedSteps): IChainable {
  const { scope, deployment, blue } = steps;
  const find = deployment.find('Find our blue-green deployment');
  const adopted = Pass.jsonata(scope, 'Use the existing deployment', { outputs: {} });
  const make = createDeployment(steps);
  const foreign = Fail.jsonata(scope, 'The deployment is of another database', {
    error: 'DeploymentExists',
    cause: expression(
      jsonata`
        'The deployment ' & $deployment.id & ' has our name, ${deployment.name}, and another source: '
        & $deployment.source & '. Give this migration another migrationName.'
      `,
    ),
  });
  const choice = Choice.jsonata(scope, 'Does our deployment exist?')
    .when(is(`$deployment.status = 'none'`), make)
    .when(is(`$deployment.source != ${literal(blue.databaseArn)}`), foreign)
    .otherwise(adopted);
  find.next(choice);
  return { id: find.id, startState: find, endStates: [make, adopted] };
}

function createDeployment(steps: ManagedSteps): TaskStateBase {
  const { scope, deployment, blue, options } = steps;
  return awsCall(scope, 'Create the blue-green deployment', {
    call: 'rds:createBlueGreenDeployment',
    comment: 'Of Aurora, RDS takes no class here: green has blue’s, and is brought to its own afterwards.',
    parameters: {
      BlueGreenDeploymentName: deployment.name,
      Source: blue.databaseArn,
      TargetEngineVersion: options.targetEngine.version,
      ...(options.targetClusterParameterGroupName !== undefined && {
        TargetDBClusterParameterGroupName: options.targetClusterParameterGroupName,
      }),
      ...(options.targetParameterGroupName !== undefined && {
        TargetDBParameterGroupName: options.targetParameterGroupName,
      }),
    },
    iamAction: 'rds:CreateBlueGreenDeployment',
    resources: [deployment.arn, ...deployment.arnsForRds, ...anyOf(scope, 'cluster-pg', 'pg')],
    alsoAllowed: [...whatRdsDoes(steps), ...useOfStorageKey(scope, blue)],
    wildcard: `${NAMED_BY_RDS} Groups and endpoints are blue's own or RDS's defaults.`,
    outputs: {},
  });
}

/**
 * What RDS does for a deployment is done with the caller's permissions, each action on the types that it knows.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
 */
function whatRdsDoes({ scope, deployment }: ManagedSteps): PolicyStatement[] {
  const made = deployment.arnsForRds;
  const on: Readonly<Record<string, readonly string[]>> = {
    'rds:AddTagsToResource': [deployment.arn, ...anyOf(scope, 'cluster-endpoint')],
    'rds:CreateDBCluster': anyOf(scope, 'cluster-pg', 'og', 'subgrp'),
    'rds:CreateDBClusterEndpoint': anyOf(scope, 'cluster-endpoint'),
    'rds:CreateDBInstance': anyOf(scope, 'og', 'pg', 'subgrp'),
  };
  return Object.entries(on).map(
    ([action, besides]) => new PolicyStatement({ actions: [action], resources: [...made, ...besides] }),
  );
}

function anyOf(scope: Construct, ...types: readonly string[]): string[] {
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  return types.map((resource) => Stack.of(scope).formatArn({ service: 'rds', resource, resourceName: '*', arnFormat }));
}

function untilAvailable({ scope, deployment }: ManagedSteps, within: Duration): IChainable {
  return poll(scope, 'Green', {
    ask: deployment.find('Describe the deployment'),
    done: `$deployment.status = 'AVAILABLE' or $deployment.status = 'SWITCHOVER_FAILED'`,
    failed: [
      [
        `$not($deployment.status in ['PROVISIONING', 'none'])`,
        Fail.jsonata(scope, 'RDS failed to create green', {
          error: 'DeploymentFailed',
          cause: expression(
            jsonata`
              'The deployment ' & $deployment.id & ' is ' & $deployment.status & ': ' & $deployment.details
              & ' See the RDS events of blue and of green.'
            `,
          ),
        }),
      ],
    ],
    within,
    late: Fail.jsonata(scope, 'Green was not created in time', {
      error: 'DeploymentTimedOut',
      cause: expression(
        jsonata`
          'After ${within.toHumanString()} the deployment is ' & $deployment.status
          & '. Start again to go on waiting for it.'
        `,
      ),
    }),
    everySeconds: seldom(within),
  });
}

/** Green stays when all else is put back: it took hours, and shows what was wrong with it. It also costs money. */
function sayWhatRemains({ scope, deployment }: ManagedSteps): IChainable {
  const find = deployment.find('Undo Create: does green exist?');
  const said = jsonata`
    'Green stays and costs money: ' & $deployment.id & ' (${deployment.name}) is ' & $deployment.status
    & '. Start again to go on with it, or: aws rds delete-blue-green-deployment --delete-target
    --blue-green-deployment-identifier ' & $deployment.id
  `;
  const say = Pass.jsonata(scope, 'Undo Create: list what remains', {
    outputs: {
      // In a rollback it has been said what remains.
      remains: expression(
        jsonata`
          $to.side = 'blue' ? [$journal.remains, ''][0] : $deployment.status in ['none', 'DELETING',
          'SWITCHOVER_COMPLETED'] ? '' : ${said}
        `,
      ),
    },
  });
  return inOrder(find, say);
}
