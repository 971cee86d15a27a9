import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Parallel, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ActiveSide } from '../../../cutover/machine/active-side';
import { awsCall } from '../../../cutover/states/aws-call';
import { expression, literal } from '../../../cutover/states/expression';
import { inOrder } from '../../../cutover/states/in-order';
import { jsonata } from '../../../cutover/states/jsonata';
import type { IDatabase } from '../../database/database';
import { arnOfAny, LISTED, rdsArn } from '../rds-arns';
import { left } from '../what-is-left';

export const NAMED_BY_RDS = 'RDS names deployments, and what it makes for them, only when it makes them.';

/**
 * The migration's own deployment of RDS Blue/Green: found by its name, for RDS makes up its identifier.
 *
 * @see docs/aws-facts.md#rds-blue-green-statuses
 */
export class BlueGreenDeployment implements ActiveSide {
  constructor(
    private readonly scope: Construct,
    public readonly name: string,
    private readonly blue: IDatabase,
  ) {}

  /** Any deployment's ARN. */
  public get arn(): string {
    return arnOfAny(this.scope, 'deployment');
  }

  /** ARNs of what a deployment makes and renames. */
  public get clusterArns(): string[] {
    return withSuffixes(this.blue.databaseArn);
  }

  public get instanceArns(): string[] {
    return this.productionInstanceArns.flatMap(withSuffixes);
  }

  /** ARNs of what clients have left, and of nothing that serves. */
  public get oldClusterArn(): string {
    return old(this.blue.databaseArn);
  }

  public get oldInstanceArns(): string[] {
    return this.productionInstanceArns.map(old);
  }

  /**
   * What RDS must be allowed to touch in our name while it makes green and switches over. It checks that against names
   * of its own making, so that a policy may not name a part of them.
   *
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/blue-green-deployments-authorizing-access.html
   */
  public get arnsForRds(): string[] {
    return [arnOfAny(this.scope, 'cluster'), arnOfAny(this.scope, 'db')];
  }

  /** Assigns `$deployment`: `id`, `status`, `details`, `source`, `target` and `since`, or no more than the status `none`. */
  public find(name: string): TaskStateBase {
    return this.list(name, 'blue-green-deployment-name', this.name, {
      deployment: expression(
        jsonata`
          ($found := ${this.mine()}; $exists($found) ? $found.{'id': BlueGreenDeploymentIdentifier, 'status': Status,
          'details': StatusDetails, 'source': Source, 'target': Target, 'since': CreateTime} : {'status': 'none'})
        `,
      ),
    });
  }

  /** Assigns `$others`: the names of other deployments of blue. RDS allows one. */
  public findOthers(name: string): TaskStateBase {
    return this.list(name, 'source', this.blue.databaseArn, {
      others: expression(
        jsonata`
          [$states.result.BlueGreenDeployments[BlueGreenDeploymentName !=
          ${literal(this.name)}].BlueGreenDeploymentName]
        `,
      ),
    });
  }

  /**
   * Which of the two clusters has the name that clients know, by the ids that the journal noted: these stay with the data.
   * Of a journal that knows neither, the deployment says whether it was switched over.
   */
  public readActiveSide(scope: Construct, name: string): Parallel {
    const ask = awsCall(scope, `${name}: which cluster has the production name?`, {
      call: 'rds:describeDBClusters',
      parameters: { Filters: [{ Name: 'db-cluster-id', Values: [expression(nameIn(this.productionArn()))] }] },
      iamAction: 'rds:DescribeDBClusters',
      resources: [arnOfAny(this.scope, 'cluster')],
      wildcard: LISTED,
      outputs: expression(`{'now': [$states.result.DbClusters.DbClusterResourceId, 'none'][0]}`),
    });
    const switched = awsCall(scope, `${name}: has RDS switched over?`, {
      ...this.call('blue-green-deployment-name', this.name),
      outputs: expression(
        `{'now': $states.input.now, 'switched': $boolean(${this.mine()}[Status = 'SWITCHOVER_COMPLETED'])}`,
      ),
    });
    const known = '$journal.clusters';
    const activeSide = jsonata`
      ($now := $states.result[0].now; $now = 'none' ? 'nobody' : $now = ${known}.green.id ? 'green'
      : $now = ${known}.blue.id ? 'blue' : $states.result[0].switched ? 'green' : 'blue')
    `;
    return Parallel.jsonata(scope, name, {
      assign: {
        activeSide: expression(activeSide),
        weights: expression(
          `($serves := ${activeSide}; {'blue': $serves = 'blue' ? 100 : 0, 'green': $serves = 'green' ? 100 : 0})`,
        ),
      },
      outputs: {},
    }).branch(inOrder(ask, switched));
  }

  /**
   * Assigns `variable`: `id`, `resource`, `status`, `host`, `reader`, `members`, `replicas`, `roles`, `groups`, `key` and
   * `managedPassword` of the cluster that the JSONata `arn` names.
   */
  public describeCluster(name: string, arn: string, variable: string): TaskStateBase {
    return awsCall(this.scope, name, {
      call: 'rds:describeDBClusters',
      parameters: { DbClusterIdentifier: expression(nameIn(arn)) },
      iamAction: 'rds:DescribeDBClusters',
      resources: this.clusterArns,
      wildcard: NAMED_BY_RDS,
      assign: {
        [variable]: expression(
          jsonata`
            $states.result.DbClusters[0].{'id': DbClusterIdentifier, 'resource': DbClusterResourceId,
            'status': Status, 'host': Endpoint, 'reader': ReaderEndpoint,
            'members': [DbClusterMembers.DbInstanceIdentifier], 'replicas': [ReadReplicaIdentifiers],
            'roles': [AssociatedRoles.{'arn': RoleArn, 'feature': FeatureName}],
            'groups': [VpcSecurityGroups.VpcSecurityGroupId], 'key': KmsKeyId,
            'managedPassword': $exists(MasterUserSecret)}
          `,
        ),
      },
      outputs: {},
    });
  }

  /**
   * Assigns `$left`, with the `host` besides, of the cluster that clients have left, by the id that the journal noted, or
   * else as the deployment calls it: `gone` where neither is known. `$deployment` was found.
   */
  public describeOld(name: string): TaskStateBase {
    const known = '$exists($journal.clusters.blue.id)';
    const completed = `$deployment.status = 'SWITCHOVER_COMPLETED'`;
    return awsCall(this.scope, name, {
      call: 'rds:describeDBClusters',
      parameters: {
        Filters: [
          {
            Name: expression(`${known} ? 'db-cluster-resource-id' : 'db-cluster-id'`),
            Values: [
              expression(
                `${known} ? $journal.clusters.blue.id : ${completed} ? ${nameIn(this.oldArn())} : 'of-no-deployment'`,
              ),
            ],
          },
        ],
      },
      iamAction: 'rds:DescribeDBClusters',
      resources: [arnOfAny(this.scope, 'cluster')],
      wildcard: LISTED,
      assign: {
        left: expression(
          jsonata`
            $merge([${left('$states.result.DbClusters[0]', 'DbClusterIdentifier', 'Status')},
            {'host': $states.result.DbClusters[0].Endpoint}])
          `,
        ),
      },
      outputs: {},
    });
  }

  /** ARNs of all clusters, and of all instances: what is looked for by its resource id. */
  public get anyArns(): { readonly cluster: string; readonly instance: string } {
    return { cluster: arnOfAny(this.scope, 'cluster'), instance: arnOfAny(this.scope, 'db') };
  }

  /**
   * Deletes the record of what was switched over, and nothing of either side. What RDS could delete for it must be
   * allowed all the same, by the guide; by the service authorization reference the record itself is enough.
   *
   * @see docs/aws-facts.md#rds-blue-green-delete-permissions
   */
  public delete(name: string): TaskStateBase {
    return awsCall(this.scope, name, {
      call: 'rds:deleteBlueGreenDeployment',
      parameters: { BlueGreenDeploymentIdentifier: expression('$deployment.id') },
      iamAction: 'rds:DeleteBlueGreenDeployment',
      resources: [this.arn],
      alsoAllowed: [
        ...allow('rds:DeleteDBCluster', [this.blue.databaseArn, this.oldClusterArn]),
        ...allow('rds:DeleteDBClusterEndpoint', [arnOfAny(this.scope, 'cluster-endpoint')]),
        ...allow('rds:DeleteDBInstance', [...this.productionInstanceArns, ...this.oldInstanceArns]),
      ],
      wildcard: NAMED_BY_RDS,
      outputs: {},
    });
  }

  /** JSONata: the ARN by which clients know their database, before and after. */
  public productionArn(): string {
    return literal(this.blue.databaseArn);
  }

  /** JSONata: the ARN of the cluster that clients have left. */
  public oldArn(): string {
    const production = this.productionArn();
    return `($deployment.source = ${production} ? ${production} & '-old1' : $deployment.source)`;
  }

  private get productionInstanceArns(): string[] {
    return this.blue.instanceIdentifiers.map((instance) => rdsArn(this.scope, 'db', instance));
  }

  private list(name: string, filter: string, value: string, assign: Record<string, unknown>): TaskStateBase {
    return awsCall(this.scope, name, { ...this.call(filter, value), assign, outputs: {} });
  }

  private call(filter: string, value: string) {
    return {
      call: 'rds:describeBlueGreenDeployments',
      parameters: { Filters: [{ Name: filter, Values: [value] }] },
      iamAction: 'rds:DescribeBlueGreenDeployments',
      resources: [this.arn],
      wildcard: NAMED_BY_RDS,
    };
  }

  private mine(): string {
    return `$states.result.BlueGreenDeployments[BlueGreenDeploymentName = ${literal(this.name)}][0]`;
  }
}

/** Of a cluster whose instances are not stated none is named. */
const allow = (action: string, resources: string[]) =>
  resources.length === 0 ? [] : [new PolicyStatement({ actions: [action], resources })];

/** JSONata: the name in the ARN that a JSONata expression gives. */
function nameIn(arn: string): string {
  return `$split(${arn}, ':')[-1]`;
}

/** RDS makes `-green-…` beside what there is, and renames what clients have left to `-old1`. */
function withSuffixes(arn: string): string[] {
  return [arn, `${arn}-green-*`, old(arn)];
}

function old(arn: string): string {
  return `${arn}-old*`;
}
