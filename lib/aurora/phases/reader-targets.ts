import { type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { findings } from '../../cutover/preflight/findings';
import { awsCall } from '../../cutover/states/aws-call';
import { expression, literal } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { jsonata } from '../../cutover/states/jsonata';
import type { FoundTarget } from '../readers/reader-target';
import type { DatabaseSteps } from './database-steps';
import { rdsArn } from './rds-arns';
import { describeInstancesOfCluster } from './rds-facts';

/**
 * Assigns `$led`: what readers of green are led to besides its reader endpoint, each `what`, `found`, `status`, `members`
 * `unwell` of these, and whether it is `one` instance. `$greenNow` is there.
 */
export function lookAtReaderTargets(steps: DatabaseSteps): IChainable[] {
  const { scope, green } = steps;
  const targets = targetsOf(steps);
  const [first, ...others] = targets.map((target, index) =>
    target.kind === 'instance' ? undefined : lookAtEndpoint(steps, target, index),
  );
  if (targets.length === 0) return [];
  const instances = describeInstancesOfCluster(scope, 'Describe the instances of green', green, {
    instancesNow: expression(`[$states.result.DbInstances.{'id': DbInstanceIdentifier, 'status': DbInstanceStatus}]`),
  });
  const known = Pass.jsonata(scope, 'The reader targets are known', {
    assign: { led: expression(`[${targets.map(led).join(', ')}]`) },
    outputs: {},
  });
  const looks = [first, ...others].filter((look) => look !== undefined);
  return [inOrder(instances, ...looks, known)];
}

/**
 * JSONata: what would keep readers from being answered where they are led.
 *
 * @see docs/aws-facts.md#rds-custom-endpoints
 * @see docs/aws-facts.md#rds-endpoint-of-unhealthy
 */
export function readerFindings(steps: DatabaseSteps): string[] {
  if (targetsOf(steps).length === 0) return [];
  const id = literal(String(steps.green.clusterIdentifier));
  const lists = [
    findings('$led[$not(found)]', {
      id: 'rds.reader-target-missing',
      severity: 'error',
      message: `'Readers are to be led to ' & what & ', and RDS knows none of that name of green.'`,
      remedy: `'Make it, or name another in readerWeights or greenReaderTarget, and deploy: aws rds describe-db-cluster-endpoints --db-cluster-identifier ' & ${id}`,
    }),
    findings(`$led[found and status != 'available']`, {
      id: 'rds.reader-endpoint-not-available',
      severity: 'error',
      message: `'Readers are to be led to ' & what & ', which is ' & status & ': its name may lead nowhere.'`,
      remedy: `'Wait until it is available, and let nobody change it before the cutover has ended: aws rds describe-db-cluster-endpoints --db-cluster-identifier ' & ${id}`,
    }),
    findings('$led[found and $count(members) = 0]', {
      id: 'rds.reader-endpoint-empty',
      severity: 'error',
      message: `'No instance of green is behind ' & what & ': its name leads nowhere.'`,
      remedy: `'Give green a reader, or the endpoint another member: aws rds modify-db-cluster-endpoint --db-cluster-endpoint-identifier ' & id & ' --static-members …'`,
    }),
    findings('$led[found and $not(one) and $count(members) = 1]', {
      id: 'rds.reader-endpoint-single',
      severity: 'warning',
      message: `'Only ' & members[0] & ' is behind ' & what & ': readers there are not answered while it is unhealthy. Where that was measured, an instance left its endpoint after 36 to 40 s, and was back in it after 85 to 150 s.'`,
      remedy: `'Put a second instance behind it, or keep its share of readers small.'`,
    }),
    findings('$distinct($led.unwell)', {
      id: 'rds.reader-member-not-available',
      severity: 'error',
      message: `'The instance ' & id & ', which readers are to be led to, is ' & status & '.'`,
      remedy: `'Wait until it is available, or mend it: aws rds describe-db-instances --db-instance-identifier ' & id`,
    }),
    findings('$led[$greenNow.writer in members]', {
      id: 'rds.reader-target-is-writer',
      severity: 'warning',
      message: jsonata`
        'Green’s writer, ' & $greenNow.writer & ', is behind ' & what & ': readers there share it with what applies
        blue’s writes, and after the switch with all that write.'
      `,
      remedy: jsonata`
        'Lead them to a reader: name another instance, or an endpoint of the type READER. If a failover has made a
        reader the writer, fail over again: aws rds failover-db-cluster --db-cluster-identifier ' & ${id}
      `,
    }),
  ];
  return lists.map((list) => `($to.side = 'green' ? ${list} : [])`);
}

/** Each once. Of the reader endpoint there is nothing that could be missing. */
function targetsOf({ targets }: DatabaseSteps): FoundTarget[] {
  const all = [...targets.steps, targets.green].filter((target) => target !== undefined);
  const each = new Map(all.map((target) => [target.address, target]));
  return [...each.values()].filter(({ kind }) => kind !== 'readers');
}

/** Assigns `$behind0`, `$behind1`, …: what RDS says of a custom endpoint, or nothing. */
function lookAtEndpoint({ scope, green }: DatabaseSteps, { identifier }: FoundTarget, index: number): IChainable {
  return awsCall(scope, `Who is behind the custom endpoint (${index + 1})?`, {
    call: 'rds:describeDBClusterEndpoints',
    parameters: { DbClusterIdentifier: green.clusterIdentifier, DbClusterEndpointIdentifier: identifier },
    iamAction: 'rds:DescribeDBClusterEndpoints',
    resources: [green.databaseArn, rdsArn(scope, 'cluster-endpoint', identifier)],
    assign: {
      [`behind${index}`]: expression(
        jsonata`
          [$states.result.DbClusterEndpoints.{'status': Status, 'type': CustomEndpointType, 'static': [StaticMembers],
          'excluded': [ExcludedMembers]}]
        `,
      ),
    },
    outputs: {},
  });
}

/** JSONata: one of `$led`. */
function led({ kind, identifier }: FoundTarget, index: number): string {
  const id = `$lowercase(${literal(identifier)})`;
  if (kind === 'instance') {
    return jsonata`
      {'what': 'the instance ' & ${id}, 'id': ${id}, 'one': true, 'found': ${id} in $greenNow.members,
      'status': 'available', 'members': [${id}], 'unwell': ${unwell(`[${id}]`)}}
    `;
  }
  const behind = `$behind${index}`;
  const eligible = jsonata`
    $greenNow.members[$not($ in ${behind}.excluded) and (${behind}.type != 'READER'
    or $ != $greenNow.writer)]
  `;
  const members = `[$count(${behind}.static) > 0 ? ${behind}.static : ${eligible}]`;
  return jsonata`
    {'what': 'the custom endpoint ' & ${id}, 'id': ${id}, 'one': false, 'found': $count(${behind}) > 0,
    'status': [${behind}.status, 'none'][0], 'members': ${members}, 'unwell': ${unwell(members)}}
  `;
}

/** JSONata: those of the instances that are not available, each `id` and `status`. */
function unwell(members: string): string {
  return `[$instancesNow[id in ${members} and status != 'available']]`;
}
