import { Token } from 'aws-cdk-lib';
import { type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { findings } from '../../../cutover/preflight/findings';
import { awsCall } from '../../../cutover/states/aws-call';
import { expression, literal } from '../../../cutover/states/expression';
import { inOrder } from '../../../cutover/states/in-order';
import { jsonata } from '../../../cutover/states/jsonata';
import { findGlobalDatabases, findIntegrations, registerCommand } from '../dependents';
import { findProxies } from '../proxies';
import { rdsArn } from '../rds-arns';
import type { ManagedSteps } from './managed-steps';

/** Of the 8 KB of a journal that holds little else. */
const MAX_CHARACTERS = 6_000;

/** Assigns what {@link besides} judges by; `$blueNow` is there. */
export function lookAtDependents(steps: ManagedSteps): IChainable {
  const { scope, blue, scaling } = steps;
  return inOrder(
    findProxies(scope, 'Preflight', blue),
    readEventScheduler(steps),
    findIntegrations(scope, 'Does blue feed a zero-ETL integration?', blue),
    findGlobalDatabases(scope, 'Is blue part of a global database?', blue),
    scaling.find('Preflight'),
    Pass.jsonata(scope, 'The dependents of blue are known', { outputs: {} }),
  );
}

/**
 * JSONata: what RDS refuses to make green or to switch over with, and what it does not bring along.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/blue-green-deployments-considerations.html
 * @see docs/aws-facts.md#rds-blue-green-managed-password
 * @see docs/aws-facts.md#rds-blue-green-event-scheduler
 * @see docs/aws-facts.md#rds-blue-green-proxy
 */
export function besides(steps: ManagedSteps): string[] {
  const { blue, deployment } = steps;
  const name = literal(blue.clusterIdentifier ?? '');
  const elsewhere = `$blueNow.replicas[$split($, ':')[3] != $split(${deployment.productionArn()}, ':')[3]]`;
  return [
    findings('$integrations', {
      id: 'rds.zero-etl',
      severity: 'error',
      message: `'Blue feeds the zero-ETL integration ' & name & ', and RDS does not switch over while it does.'`,
      remedy: `'aws rds delete-integration --integration-identifier ' & arn & ', and create it again after the cutover: aws rds create-integration --integration-name ' & name & ' --source-arn ' & ${deployment.productionArn()} & ' --target-arn ' & target`,
    }),
    findings(elsewhere, {
      id: 'rds.cross-region-replica',
      severity: 'error',
      message: `'Blue has a read replica in another Region, ' & $ & ', and RDS makes no green of such a cluster.'`,
      remedy: jsonata`
        'Let it go: aws rds promote-read-replica-db-cluster --region ' & $split($, ':')[3] & ' --db-cluster-identifier '
        & $split($, ':')[-1] & ', and build another from green after the cutover.'
      `,
    }),
    findings('$globals', {
      id: 'rds.global-database',
      severity: 'error',
      message: `'Blue is a cluster of the global database ' & $ & ', whose clusters RDS switches over in all Regions at once or not at all: this migration is of one cluster.'`,
      remedy: `'aws rds remove-from-global-cluster --global-cluster-identifier ' & $ & ' --db-cluster-identifier ' & ${deployment.productionArn()} & ', and add green and its secondary clusters after the cutover; or have RDS make a deployment of the whole global database by hand.'`,
    }),
    findings('$scaling[$exists(target)]', {
      id: 'rds.auto-scaling',
      severity: 'info',
      message: jsonata`
        'Auto Scaling keeps blue at ' & target.MinCapacity & ' to ' & target.MaxCapacity & ' readers, and RDS does not
        bring that along: it is suspended for the switchover, and registered again on green with ' & $count(policies)
        & ' policies and ' & $count(actions) & ' scheduled actions.'
      `,
      remedy: `'None is needed. By hand it were: ' & ${registerCommand(name, 'target.MinCapacity', 'target.MaxCapacity')}`,
    }),
    findings(`$scaling[more or $length($string($)) > ${MAX_CHARACTERS}]`, {
      id: 'rds.auto-scaling-too-long',
      severity: 'error',
      message: `'Auto Scaling of blue has more policies and scheduled actions than the journal can keep.'`,
      remedy: `'Keep them elsewhere and take some away until after the cutover: aws application-autoscaling delete-scaling-policy, delete-scheduled-action.'`,
    }),
    ...refusedAtCreation(steps),
    findings('$proxies', {
      id: 'rds.proxy',
      severity: 'warning',
      message: `'The RDS Proxy ' & $ & ' leads to blue. RDS takes it along when it switches over, if it leads to blue when green is made; {"action":"rollback"} does not: its clients would stay on green, whose client ingress is revoked.'`,
      remedy: `'After {"action":"rollback"}: aws rds deregister-db-proxy-targets --db-proxy-name ' & $ & ' --db-cluster-identifiers ' & ${name} & ', and register-db-proxy-targets with the same.'`,
    }),
    ...unstatedInstances(steps),
    ...missingTargets(steps),
  ];
}

/** Readers are to try what RDS makes of an instance that blue has not. */
function missingTargets({ readerWeights }: ManagedSteps): string[] {
  const wanted = [...new Set(readerWeights.flatMap(({ target }) => (target === undefined ? [] : [target._name])))];
  if (wanted.length === 0) return [];
  const names = `[${wanted.map((name) => `$lowercase(${literal(name)})`).join(', ')}]`;
  return [
    // An array that is built in the expression would be taken for its one text's characters.
    findings(`($wanted := ${names}; $wanted[$not($ in $blueNow.members)])`, {
      id: 'rds.reader-target-missing',
      severity: 'error',
      message: jsonata`
        'Readers are to try what RDS makes of the instance ' & $ & ', and blue has '
        & $join($blueNow.members, ', ') & '.'
      `,
      remedy: `'Name one of these in readerWeights, and deploy.'`,
    }),
  ];
}

function refusedAtCreation({ blue, options }: ManagedSteps): string[] {
  const name = literal(blue.clusterIdentifier ?? '');
  const group = literal(options.targetClusterParameterGroupName ?? '');
  return [
    findings('$blueNow[managedPassword]', {
      id: 'rds.managed-master-password',
      severity: 'error',
      message: `'RDS manages the password of blue’s master user in Secrets Manager, and makes no green of such a cluster.'`,
      remedy: `'Keep it yourself: aws rds modify-db-cluster --db-cluster-identifier ' & ${name} & ' --no-manage-master-user-password --master-user-password NEW --apply-immediately, and state the secret that you put it into.'`,
    }),
    findings(`$scheduler[$uppercase($) in ['ON', '1']]`, {
      id: 'rds.event-scheduler',
      severity: 'error',
      message: `'event_scheduler is ' & $ & ' in the cluster parameter group that green is to have, ' & ${group} & ': RDS makes no green whose events would run beside blue’s.'`,
      remedy: `'aws rds modify-db-cluster-parameter-group --db-cluster-parameter-group-name ' & ${group} & ' --parameters ParameterName=event_scheduler,ParameterValue=OFF,ApplyMethod=immediate, and ON again once clients are on green.'`,
    }),
  ];
}

/** Assigns `$scheduler`: its values in green's group, one or none. In RDS's own groups nobody has turned it on. */
function readEventScheduler({ scope, family, options }: ManagedSteps): IChainable {
  const { targetClusterParameterGroupName: group } = options;
  const name = 'Read the event scheduler setting of green';
  if (family !== 'mysql' || group === undefined) {
    return Pass.jsonata(scope, name, {
      comment: 'Green has no group of its own, or an engine without scheduled events.',
      assign: { scheduler: [] },
      outputs: {},
    });
  }
  return awsCall(scope, name, {
    call: 'rds:describeDBClusterParameters',
    parameters: {
      DbClusterParameterGroupName: group,
      Filters: [{ Name: 'parameter-name', Values: ['event_scheduler'] }],
    },
    iamAction: 'rds:DescribeDBClusterParameters',
    resources: [rdsArn(scope, 'cluster-pg', group)],
    assign: {
      scheduler: expression(`[$states.result.Parameters[ParameterName = 'event_scheduler'].ParameterValue]`),
    },
    outputs: {},
  });
}

/** The state machine may touch the instances that it was told of: not those that Auto Scaling has added since. */
function unstatedInstances({ blue, options }: ManagedSteps): string[] {
  const stated = blue.instanceIdentifiers;
  if (Token.isUnresolved(stated)) return [];
  const known = stated.map((id) => `$lowercase(${literal(id)})`).join(', ');
  const unstated = `$blueNow.members[$not($lowercase($) in [${known}])]`;
  const { targetInstanceClass } = options;
  const cannot = targetInstanceClass === undefined ? 'retired' : `brought to ${targetInstanceClass.name}, nor retired`;
  return [
    findings(`${unstated}[$not($contains($, 'application-autoscaling-'))]`, {
      id: 'rds.instance-not-stated',
      severity: targetInstanceClass === undefined ? 'warning' : 'error',
      message: `'Blue has an instance that is not stated in instanceIdentifiers: ' & $ & '. What RDS makes of it could not be ${cannot}.'`,
      remedy: `'State it, and deploy.'`,
    }),
    findings(`${unstated}[$contains($, 'application-autoscaling-')]`, {
      id: 'rds.auto-scaled-reader',
      severity: targetInstanceClass === undefined ? 'warning' : 'error',
      message: `'Auto Scaling has added the reader ' & $ & ' to blue. RDS makes one of it on green too, which could not be ${cannot}.'`,
      remedy: `'When the load allows it: aws rds delete-db-instance --db-instance-identifier ' & $`,
    }),
  ];
}
