import { type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { findings } from '../../cutover/preflight/findings';
import { literal } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import type { DatabaseSteps } from './database-steps';
import {
  findCustomEndpoints,
  findGlobalDatabases,
  findIntegrations,
  findScaledReaders,
  registerCommand,
} from './dependents';
import { findProxies } from './proxies';

/** Assigns what {@link leftBehind} judges by; `$blueNow` and `$greenNow` are there. */
export function lookAtDependents({ scope, blue, green }: DatabaseSteps): IChainable {
  const known = Pass.jsonata(scope, 'The dependents of blue are known', { outputs: {} });
  const integrations = findIntegrations(scope, 'Does blue feed a zero-ETL integration?', blue);
  const proxies = findProxies(scope, 'Preflight', blue);
  if (blue.clusterIdentifier === undefined) return inOrder(integrations, proxies, known);
  const clusters = [blue.clusterIdentifier, green.clusterIdentifier].filter((id) => id !== undefined);
  return inOrder(
    integrations,
    proxies,
    findGlobalDatabases(scope, 'Is blue part of a global database?', blue),
    findCustomEndpoints(scope, 'Has blue custom endpoints?', blue),
    findScaledReaders(scope, 'Whose readers are scaled?', clusters),
    known,
  );
}

/** JSONata: what goes on with blue, or is blue's alone, once clients are on green. None of it is in the way. */
export function leftBehind(steps: DatabaseSteps): string[] {
  const lists = steps.blue.clusterIdentifier === undefined ? ofAny(steps) : [...ofAny(steps), ...ofCluster(steps)];
  return lists.map((list) => `($to.side = 'green' ? ${list} : [])`);
}

function ofAny({ blue, green, converting }: DatabaseSteps): string[] {
  const arn = literal(green.databaseArn);
  const id = literal(green.clusterIdentifier ?? '');
  // What the chain is made of goes with it; another replica that it begins at serves readers.
  const onTheWay = converting === undefined ? [] : [`$lowercase(${literal(String(converting.instanceIdentifier))})`];
  const target =
    blue.clusterIdentifier === undefined
      ? literal(`--db-instance-identifiers ${blue.instanceIdentifier ?? ''}`)
      : literal(`--db-cluster-identifiers ${blue.clusterIdentifier}`);
  return [
    findings('$blueNow.roles[$not($ in $greenNow.roles)]', {
      id: 'rds.role-not-on-green',
      severity: 'warning',
      message: `'The engine of blue may act as ' & $ & ', that of green not.'`,
      remedy: `'aws rds add-role-to-db-cluster --db-cluster-identifier ' & ${id} & ' --role-arn ' & $`,
    }),
    findings(`$blueNow.replicas[$not($ in [${[id, arn, ...onTheWay].join(', ')}])]`, {
      id: 'rds.replica-left-behind',
      severity: 'warning',
      message: `'Another replica of blue, ' & $ & ', goes on following it: its readers see what blue gets from green, and nothing new once blue is retired.'`,
      remedy: `'Move its readers to green, or make one like it of green, before {"action":"retire"}.'`,
    }),
    findings('$proxies', {
      id: 'rds.proxy',
      severity: 'warning',
      message: `'Clients of the RDS Proxy ' & $ & ' stay on blue, whose client ingress is revoked.'`,
      remedy: `'Have them resolve the record; or after the cutover: aws rds deregister-db-proxy-targets --db-proxy-name ' & $ & ' ' & ${target} & ', and register-db-proxy-targets --db-proxy-name ' & $ & ' --db-cluster-identifiers ' & ${id}`,
    }),
    findings('$integrations', {
      id: 'rds.zero-etl',
      severity: 'warning',
      message: `'The zero-ETL integration ' & name & ' goes on reading from blue, which clients leave.'`,
      remedy: `'aws rds create-integration --integration-name ' & name & '-green --source-arn ' & ${arn} & ' --target-arn ' & target & ', and after the cutover: aws rds delete-integration --integration-identifier ' & arn`,
    }),
  ];
}

function ofCluster({ blue, green }: DatabaseSteps): string[] {
  const arn = literal(green.databaseArn);
  const id = literal(green.clusterIdentifier ?? '');
  return [
    findings('$globals', {
      id: 'rds.global-database',
      severity: 'warning',
      message: `'Blue is a cluster of the global database ' & $ & ': readers in other Regions go on reading what blue has.'`,
      remedy: `'Make a global database of green after the cutover: aws rds create-global-cluster --global-cluster-identifier ' & $ & '-green --source-db-cluster-identifier ' & ${arn}`,
    }),
    findings('$customEndpoints', {
      id: 'rds.custom-endpoint',
      severity: 'warning',
      message: `'Clients of the custom endpoint ' & $ & ' stay on blue, whose client ingress is revoked.'`,
      remedy: `'Have them resolve the record, or make one on green and tell them: aws rds create-db-cluster-endpoint --db-cluster-identifier ' & ${id} & ' --endpoint-type READER --db-cluster-endpoint-identifier NAME'`,
    }),
    findings(
      `$scaledReaders[cluster = ${literal(blue.clusterIdentifier ?? '')} and $not(${id} in $scaledReaders.cluster)]`,
      {
        id: 'rds.auto-scaling',
        severity: 'warning',
        message: `'Auto Scaling keeps blue at ' & least & ' to ' & most & ' readers, and green at what it has.'`,
        remedy: `${registerCommand(id, 'least', 'most')} & ', and its policies as blue has them: aws application-autoscaling describe-scaling-policies, put-scaling-policy'`,
      },
    ),
  ];
}
