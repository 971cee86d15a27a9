import { Duration } from 'aws-cdk-lib';
import { Fail, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../../cutover/machine/phase';
import { FORTH } from '../../../cutover/phases/sides';
import { withFindings } from '../../../cutover/preflight/findings';
import { type Objection, preflightOf } from '../../../cutover/preflight/preflight';
import { awsCall } from '../../../cutover/states/aws-call';
import { expression, literal } from '../../../cutover/states/expression';
import { inOrder } from '../../../cutover/states/in-order';
import { jsonata } from '../../../cutover/states/jsonata';
import { besides, lookAtDependents } from './dependents';
import type { ManagedSteps } from './managed-steps';
import { findKeyOfRds, keyNotStated } from './storage-key';

/** Finds what would keep RDS from making green, or from switching over, while it is still day. */
export function preflight(steps: ManagedSteps): Phase {
  const { scope, agent, family, deployment, options } = steps;
  const ask = agent.task(scope, 'Inspect the database', {
    verb: `${family}.preflight`,
    comment: 'What RDS Blue/Green demands of a database; with a remedy for each finding.',
    args: { ...FORTH, strategy: 'managedBlueGreen', fromOnly: true },
    timeout: Duration.minutes(15),
    assign: { found: expression(withFindings('$states.result[0]', besides(steps))), unready: [] },
    outputs: { alarms: [] },
  });
  const blueNow = deployment.describeCluster('Describe blue in RDS', deployment.productionArn(), 'blueNow');
  const first = inOrder(blueNow, findKeyOfRds(steps));
  const others = deployment.findOthers('Is blue in another blue-green deployment?');
  const dependents = lookAtDependents(steps);
  const target = findUpgrade(steps);
  if (options.targetInstanceClass === undefined) {
    return preflightOf(steps, inOrder(first, others, dependents, target, ask), objections(steps));
  }
  const offered = findOffer(steps, options.targetInstanceClass.name);
  return preflightOf(steps, inOrder(first, others, dependents, target, offered, ask), [
    ...objections(steps),
    notOffered(steps, options.targetInstanceClass.name),
  ]);
}

/** Assigns `$upgrades`: the versions that RDS upgrades blue's to. */
function findUpgrade({ scope, blue }: ManagedSteps): TaskStateBase {
  return awsCall(scope, 'List the upgrade targets of blue', {
    call: 'rds:describeDBEngineVersions',
    parameters: { Engine: blue.engine.name, EngineVersion: blue.engine.version },
    iamAction: 'rds:DescribeDBEngineVersions',
    resources: ['*'],
    wildcard: 'DescribeDBEngineVersions knows no versions as resources.',
    assign: { upgrades: expression('[$states.result.DbEngineVersions.ValidUpgradeTarget.EngineVersion]') },
    outputs: {},
  });
}

/** Assigns `$offers`: how many ways RDS offers the class in, for the target's version. */
function findOffer({ scope, options }: ManagedSteps, instanceClass: string): TaskStateBase {
  return awsCall(scope, 'Look up the instance class of green', {
    call: 'rds:describeOrderableDBInstanceOptions',
    parameters: {
      Engine: options.targetEngine.name,
      EngineVersion: options.targetEngine.version,
      DbInstanceClass: instanceClass,
      MaxRecords: 20,
    },
    iamAction: 'rds:DescribeOrderableDBInstanceOptions',
    resources: ['*'],
    wildcard: 'DescribeOrderableDBInstanceOptions knows no resources.',
    assign: { offers: expression('$count($states.result.OrderableDBInstanceOptions)') },
    outputs: {},
  });
}

function objections(steps: ManagedSteps): Objection[] {
  const { scope, blue, options } = steps;
  const version = literal(options.targetEngine.version);
  const own = literal(blue.engine.version);
  const stated = (options.associatedRoles ?? []).map(({ roleArn }) => literal(roleArn)).join(', ');
  const unstated = `$blueNow.roles[$not(arn in [${stated}])]`;
  return [
    [
      `$blueNow.status != 'available'`,
      Fail.jsonata(scope, 'Blue is not available', {
        error: 'NotAvailable',
        cause: expression(
          jsonata`
            'RDS says that blue is ' & $blueNow.status
            & '. It must be available: wait until RDS has done what it is doing, or mend it.'
          `,
        ),
      }),
    ],
    keyNotStated(steps),
    [
      `$count(${unstated}) > 0`,
      Fail.jsonata(scope, 'Blue has IAM roles that are not stated', {
        error: 'RolesNotStated',
        cause: expression(
          jsonata`
            'RDS does not bring these IAM roles of blue along, and they are not stated in associatedRoles: '
            & $join(${unstated}.arn, ', ') & '. State them, and deploy.'
          `,
        ),
      }),
    ],
    [
      '$count($others) > 0',
      Fail.jsonata(scope, 'Blue is in another blue-green deployment', {
        error: 'DeploymentExists',
        cause: expression(
          jsonata`
            'Blue is in another RDS Blue/Green Deployment already: ' & $join($others, ', ')
            & '. RDS allows one: end that migration, or delete its deployment.'
          `,
        ),
      }),
    ],
    [
      `$not(${version} = ${own}) and $not(${version} in $upgrades)`,
      Fail.jsonata(scope, 'RDS cannot upgrade blue to the target version', {
        error: 'NoSuchUpgrade',
        cause: expression(
          `'RDS does not upgrade ' & ${own} & ' to ' & ${version} & '. Accepted are ' & $join($upgrades, ', ') & '.'`,
        ),
      }),
    ],
  ];
}

function notOffered({ scope, options }: ManagedSteps, instanceClass: string): Objection {
  return [
    '$offers = 0',
    Fail.jsonata(scope, 'RDS does not offer the instance class of green', {
      error: 'ClassNotOffered',
      cause: `RDS offers no ${instanceClass} for ${options.targetEngine.name} ${options.targetEngine.version} here. Choose another targetInstanceClass: aws rds describe-orderable-db-instance-options.`,
    }),
  ];
}
