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

/** Of the two, on which readers are led to more than the reader endpoint. */
type Side = 'blue' | 'green';
type SideTarget = FoundTarget & { readonly side: Side };

/**
 * Assigns `$led`: what readers of either side are led to besides its reader endpoint, each `side`, `cluster`, `what`, `found`,
 * `status`, `members`, `unwell` of these, and whether it is `one` instance. `$blueNow` and `$greenNow` are there.
 */
export function lookAtReaderTargets(steps: DatabaseSteps): IChainable[] {
  const { scope } = steps;
  const targets = targetsOf(steps);
  const [first, ...others] = targets.map((target, index) =>
    target.kind === 'instance' ? undefined : lookAtEndpoint(steps, target, index),
  );
  const sides = [...new Set(targets.map(({ side }) => side))];
  const [instances, ...more] = sides.map((side) =>
    describeInstancesOfCluster(scope, `Describe the instances of ${side}`, steps[side], {
      [instancesOf(side)]: expression(
        `[$states.result.DbInstances.{'id': DbInstanceIdentifier, 'status': DbInstanceStatus}]`,
      ),
    }),
  );
  if (instances === undefined) return [];
  const known = Pass.jsonata(scope, 'The reader targets are known', {
    assign: { led: expression(`[${targets.map((target, index) => led(steps, target, index)).join(', ')}]`) },
    outputs: {},
  });
  const looks = [first, ...others].filter((look) => look !== undefined);
  return [inOrder(instances, ...more, ...looks, known)];
}

/**
 * JSONata: what would keep readers from being answered where they are led.
 *
 * @see docs/aws-facts.md#rds-custom-endpoints
 * @see docs/aws-facts.md#rds-endpoint-of-unhealthy
 */
export function readerFindings(steps: DatabaseSteps): string[] {
  if (targetsOf(steps).length === 0) return [];
  const lists = [
    findings('$led[$not(found)]', {
      id: 'rds.reader-target-missing',
      severity: 'error',
      message: `'Readers are to be led to ' & what & ', and RDS knows none of that name of ' & side & '.'`,
      remedy: `'Make it, or name another in readerWeights, greenReaderTarget or blueReaderTarget, and deploy: aws rds describe-db-cluster-endpoints --db-cluster-identifier ' & cluster`,
    }),
    findings(`$led[found and status != 'available']`, {
      id: 'rds.reader-endpoint-not-available',
      severity: 'error',
      message: `'Readers are to be led to ' & what & ', which is ' & status & ': its name may lead nowhere.'`,
      remedy: `'Wait until it is available, and let nobody change it before the cutover has ended: aws rds describe-db-cluster-endpoints --db-cluster-identifier ' & cluster`,
    }),
    findings('$led[found and $count(members) = 0]', {
      id: 'rds.reader-endpoint-empty',
      severity: 'error',
      message: `'No instance of ' & side & ' is behind ' & what & ': its name leads nowhere.'`,
      remedy: `'Give ' & side & ' a reader, or the endpoint another member: aws rds modify-db-cluster-endpoint --db-cluster-endpoint-identifier ' & id & ' --static-members …'`,
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
    findings(`$led[side = 'green' and $greenNow.writer in members]`, {
      id: 'rds.reader-target-is-writer',
      severity: 'warning',
      message: jsonata`
        'Green’s writer, ' & $greenNow.writer & ', is behind ' & what & ': readers there share it with what applies
        blue’s writes, and after the switch with all that write.'
      `,
      remedy: jsonata`
        'Lead them to a reader: name another instance, or an endpoint of the type READER. If a failover has made a
        reader the writer, fail over again: aws rds failover-db-cluster --db-cluster-identifier ' & cluster
      `,
    }),
  ];
  return lists.map((list) => `($to.side = 'green' ? ${list} : [])`);
}

/** Each once: where readers are today, and where they are to be. Of the reader endpoint there is nothing that could be missing. */
function targetsOf({ targets }: DatabaseSteps): SideTarget[] {
  const ofGreen = [...targets.steps, targets.green].filter((target) => target !== undefined);
  const each = new Map(ofGreen.map((target) => [target.address, target]));
  const of = (side: Side, found: Iterable<FoundTarget>) => [...found].map((target) => ({ ...target, side }));
  return [...of('green', each.values()), ...of('blue', [targets.blue])].filter(({ kind }) => kind !== 'readers');
}

/** The variable that holds what RDS says of a side's instances. */
function instancesOf(side: Side): string {
  return side === 'green' ? 'instancesNow' : 'instancesOfBlue';
}

/** Assigns `$behind0`, `$behind1`, …: what RDS says of a custom endpoint, or nothing. */
function lookAtEndpoint(steps: DatabaseSteps, { identifier, side }: SideTarget, index: number): IChainable {
  const { scope, [side]: cluster } = steps;
  return awsCall(scope, `Who is behind the custom endpoint (${index + 1})?`, {
    call: 'rds:describeDBClusterEndpoints',
    parameters: { DbClusterIdentifier: cluster.clusterIdentifier, DbClusterEndpointIdentifier: identifier },
    iamAction: 'rds:DescribeDBClusterEndpoints',
    resources: [cluster.databaseArn, rdsArn(scope, 'cluster-endpoint', identifier)],
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
function led(steps: DatabaseSteps, { kind, identifier, side }: SideTarget, index: number): string {
  const id = `$lowercase(${literal(identifier)})`;
  const now = `$${side}Now`;
  const of = `'side': ${literal(side)}, 'cluster': ${literal(String(steps[side].clusterIdentifier))}`;
  const unwellOf = (members: string) => `[$${instancesOf(side)}[id in ${members} and status != 'available']]`;
  if (kind === 'instance') {
    return jsonata`
      {${of}, 'what': 'the instance ' & ${id}, 'id': ${id}, 'one': true, 'found': ${id} in ${now}.members,
      'status': 'available', 'members': [${id}], 'unwell': ${unwellOf(`[${id}]`)}}
    `;
  }
  const behind = `$behind${index}`;
  const eligible = jsonata`
    ${now}.members[$not($ in ${behind}.excluded) and (${behind}.type != 'READER'
    or $ != ${now}.writer)]
  `;
  const members = `[$count(${behind}.static) > 0 ? ${behind}.static : ${eligible}]`;
  return jsonata`
    {${of}, 'what': 'the custom endpoint ' & ${id}, 'id': ${id}, 'one': false, 'found': $count(${behind}) > 0,
    'status': [${behind}.status, 'none'][0], 'members': ${members}, 'unwell': ${unwellOf(members)}}
  `;
}
