import { Token } from 'aws-cdk-lib';
import { type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { literal } from '../../../cutover/expression';
import { inOrder } from '../../../cutover/in-order';
import { findGlobalDatabases, findIntegrations, findings, registerCommand } from '../dependents';
import type { ManagedSteps } from './managed-steps';

/** Of the 8 KB of a journal that holds little else. */
const MOST_CHARACTERS = 6_000;

/** Assigns what {@link besides} judges by; `$blueNow` is there. */
export function lookAtDependents({ scope, blue, scaling }: ManagedSteps): IChainable {
  return inOrder(
    findIntegrations(scope, 'Does blue feed a zero-ETL integration?', blue),
    findGlobalDatabases(scope, 'Is blue part of a global database?', blue),
    scaling.find('Preflight'),
    Pass.jsonata(scope, 'What hangs on blue is known', { outputs: {} }),
  );
}

/**
 * JSONata: what RDS refuses to switch over with, and what it does not bring along.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/blue-green-deployments-considerations.html
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
      remedy: `'aws rds delete-integration --integration-identifier ' & arn & ', and make it anew after the cutover: aws rds create-integration --integration-name ' & name & ' --source-arn ' & ${deployment.productionArn()} & ' --target-arn ' & target`,
    }),
    findings(elsewhere, {
      id: 'rds.cross-region-replica',
      severity: 'error',
      message: `'Blue has a read replica in another Region, ' & $ & ', and RDS makes no green of such a cluster.'`,
      remedy: `'Let it go: aws rds promote-read-replica-db-cluster --region ' & $split($, ':')[3] & ' --db-cluster-identifier ' & $split($, ':')[-1] & ', and build another from green after the cutover.'`,
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
      message: `'Auto Scaling keeps blue at ' & target.MinCapacity & ' to ' & target.MaxCapacity & ' readers, and RDS does not bring that along: it is suspended for the switchover, and registered again on green with ' & $count(policies) & ' policies and ' & $count(actions) & ' scheduled actions.'`,
      remedy: `'None is needed. By hand it were: ' & ${registerCommand(name, 'target.MinCapacity', 'target.MaxCapacity')}`,
    }),
    findings(`$scaling[more or $length($string($)) > ${MOST_CHARACTERS}]`, {
      id: 'rds.auto-scaling-too-long',
      severity: 'error',
      message: `'Auto Scaling of blue has more policies and scheduled actions than the journal can keep.'`,
      remedy: `'Keep them elsewhere and take some away until after the cutover: aws application-autoscaling delete-scaling-policy, delete-scheduled-action.'`,
    }),
    ...unstatedInstances(steps),
  ];
}

/** The state machine may touch the instances that it was told of: not those that Auto Scaling has added since. */
function unstatedInstances({ blue, options }: ManagedSteps): string[] {
  const stated = blue.instanceIdentifiers;
  if (Token.isUnresolved(stated)) return [];
  const unstated = `$blueNow.members[$not($lowercase($) in [${stated.map((id) => `$lowercase(${literal(id)})`).join(', ')}])]`;
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
