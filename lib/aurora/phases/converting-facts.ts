import { Fail, type IChainable, Pass, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { findings } from '../../cutover/preflight/findings';
import type { Objection } from '../../cutover/preflight/preflight';
import { awsCall } from '../../cutover/states/aws-call';
import { expression, literal } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { jsonata } from '../../cutover/states/jsonata';
import type { ConvertingReplica } from '../converting-replica/converting-replica';
import type { IDatabase } from '../database/database';

/**
 * Assigns what RDS says of the instances before green, each with `status`, `source`, `class`, `storage` (GiB), `iops`,
 * `backups` (days) and `made`: `$middle`, the converting replica; `$origin`, blue; `$above`, what the converting replica
 * follows.
 */
export function describeChain(scope: Construct, prefix: string, converting: ConvertingReplica): IChainable {
  const { replaces, source } = converting;
  const middle = describeInstance(scope, `${prefix}: describe the converting replica in RDS`, converting, 'middle');
  const origin = describeInstance(
    scope,
    `${prefix}: describe the source of the converting replica`,
    replaces,
    'origin',
  );
  const above =
    source === replaces
      ? Pass.jsonata(scope, `${prefix}: it follows blue itself`, {
          assign: { above: expression('$origin') },
          outputs: {},
        })
      : describeInstance(scope, `${prefix}: what does RDS say of what it follows?`, source, 'above');
  return inOrder(middle, origin, above);
}

function describeInstance(scope: Construct, name: string, database: IDatabase, variable: string): TaskStateBase {
  return awsCall(scope, name, {
    call: 'rds:describeDBInstances',
    parameters: { DbInstanceIdentifier: database.instanceIdentifier },
    iamAction: 'rds:DescribeDBInstances',
    resources: [database.databaseArn],
    assign: {
      [variable]: expression(
        jsonata`
          $states.result.DbInstances[0].{'id': DbInstanceIdentifier, 'status': DbInstanceStatus,
          'source': ReadReplicaSourceDBInstanceIdentifier[$ != ''], 'class': DbInstanceClass,
          'storage': AllocatedStorage, 'iops': Iops, 'backups': BackupRetentionPeriod, 'made': InstanceCreateTime}
        `,
      ),
    },
    outputs: {},
  });
}

/** What is against converting and against following, whatever the engine says. */
export function objectionsTo(scope: Construct, prefix: string, converting: ConvertingReplica): Objection[] {
  const { replaces, source } = converting;
  const objection = (condition: string, name: string, error: string, cause: string): Objection => [
    condition,
    Fail.jsonata(scope, `${prefix}: ${name}`, { error, cause: expression(cause) }),
  ];
  const names = (database: IDatabase) =>
    `[$lowercase(${literal(String(database.instanceIdentifier))}), $lowercase(${literal(database.databaseArn)})]`;
  return [
    objection(
      `$middle.status != 'available'`,
      'the converting replica is not available',
      'NotAvailable',
      jsonata`
        'RDS says that the converting replica ' & $middle.id & ' is ' & $middle.status
        & '. It must be available: wait until RDS has done what it is doing, or mend it.'
      `,
    ),
    objection(
      `$not($lowercase([$middle.source, ''][0]) in ${names(source)})`,
      'the converting replica is no replica of its source',
      'NotAReplica',
      jsonata`
        'The converting replica ' & $middle.id & ' replicates from ' & [$middle.source, 'nothing'][0] & '; needed is '
        & ${literal(String(source.instanceIdentifier))}
        & '. RDS ends a replication that stood still for 30 days. Create the converting replica again, and green too
        if it was made from it.'
      `,
    ),
    // Of a chain of four, two may be between blue and green: docs/aws-facts.md#rds-replica-chain
    objection(
      source === replaces
        ? '$exists($origin.source)'
        : `$exists($origin.source) or $not($lowercase([$above.source, ''][0]) in ${names(replaces)})`,
      'the chain is too long, or another',
      'NotAReplica',
      jsonata`
        'Blue ' & $origin.id & ' replicates from ' & [$origin.source, 'nothing'][0] & ', and ' & $above.id
        & ', which the converting replica follows, from ' & [$above.source, 'nothing'][0]
        & '. Needed is that blue follows nobody, and that what the converting replica follows is blue or follows blue:
        RDS makes no chain of more than four.'
      `,
    ),
    objection(
      '$middle.backups = 0',
      'the converting replica has no backups',
      'NoBackups',
      jsonata`
        'The converting replica ' & $middle.id & ' has a backup retention of 0 days, and writes no log that green
        could follow. Set it: aws rds modify-db-instance --db-instance-identifier ' & $middle.id
        & ' --backup-retention-period 1 --apply-immediately'
      `,
    ),
  ];
}

/** JSONata: what makes it the narrow place of the chain, as findings. `$middle` and `$origin` are there. */
export function narrowPlaces(): string[] {
  const finding = (condition: string, id: string, message: string, remedy: string) =>
    findings(`(${condition} ? [$middle] : [])`, { id, severity: 'warning', message, remedy });
  return [
    finding(
      '$middle.storage < $origin.storage',
      'rds.converting-storage',
      jsonata`
        'The converting replica ' & $middle.id & ' has ' & $string($middle.storage) & ' GiB of storage, and blue '
        & $string($origin.storage) & ' GiB.'
      `,
      `'State a larger allocatedStorage, and deploy.'`,
    ),
    finding(
      '$exists($origin.iops) and [$middle.iops, 0][0] < $origin.iops',
      'rds.converting-iops',
      jsonata`
        'The converting replica ' & $middle.id & ' has ' & ($exists($middle.iops) ? $string($middle.iops) : 'no')
        & ' provisioned IOPS, and blue ' & $string($origin.iops) & ': it may be what green waits for.'
      `,
      `'State more iops, and deploy.'`,
    ),
  ];
}
