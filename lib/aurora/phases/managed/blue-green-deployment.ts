import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../../../cutover/aws-call';
import { expression, literal } from '../../../cutover/expression';
import type { WhoServes } from '../../../cutover/who-serves';
import type { IDatabase } from '../../database';

export const NAMED_BY_RDS = 'RDS names deployments, and what it makes for them, only when it makes them.';

/** The migration's own deployment of RDS Blue/Green: found by its name, for RDS makes up its identifier. */
export class BlueGreenDeployment implements WhoServes {
  constructor(
    private readonly scope: Construct,
    public readonly name: string,
    private readonly blue: IDatabase,
  ) {}

  /** Any deployment's ARN. */
  public get arn(): string {
    return this.arnOf('deployment', '*');
  }

  /** ARNs of what a deployment makes and renames. */
  public get clusterArns(): string[] {
    return withSuffixes(this.blue.databaseArn);
  }

  public get instanceArns(): string[] {
    return this.blue.instanceIdentifiers.flatMap((instance) => withSuffixes(this.arnOf('db', instance)));
  }

  /**
   * What RDS must be allowed to touch in our name while it makes green and switches over. It checks that against names
   * of its own making, so that a policy may not name a part of them.
   *
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/blue-green-deployments-authorizing-access.html
   */
  public get arnsForRds(): string[] {
    return [this.arnOf('cluster', '*'), this.arnOf('db', '*')];
  }

  /** Assigns `$deployment`: `id`, `status`, `details`, `source` and `target`, or no more than the status `none`. */
  public find(name: string): TaskStateBase {
    return this.list(name, 'blue-green-deployment-name', this.name, {
      deployment: expression(
        `($found := ${this.mine()}; $exists($found) ? $found.{'id': BlueGreenDeploymentIdentifier, 'status': Status, 'details': StatusDetails, 'source': Source, 'target': Target} : {'status': 'none'})`,
      ),
    });
  }

  /** Assigns `$others`: the names of other deployments of blue. RDS allows one. */
  public findOthers(name: string): TaskStateBase {
    return this.list(name, 'source', this.blue.databaseArn, {
      others: expression(
        `[$states.result.BlueGreenDeployments[BlueGreenDeploymentName != ${literal(this.name)}].BlueGreenDeploymentName]`,
      ),
    });
  }

  /** The deployment may have been deleted after the switchover: the journal remembers it. */
  public readWhoServes(scope: Construct, name: string): TaskStateBase {
    const moved = `$journal.moved = true or ${this.mine()}.Status = 'SWITCHOVER_COMPLETED'`;
    return awsCall(scope, name, {
      ...this.call('blue-green-deployment-name', this.name),
      assign: {
        weights: expression(`${moved} ? {'blue': 0, 'green': 100} : {'blue': 100, 'green': 0}`),
        serving: expression(`${moved} ? 'green' : 'blue'`),
      },
      outputs: {},
    });
  }

  /** Assigns `variable`: `id`, `status`, `host`, `reader`, `members`, `replicas` and `roles` of the cluster that the JSONata `arn` names. */
  public describeCluster(name: string, arn: string, variable: string): TaskStateBase {
    return awsCall(this.scope, name, {
      call: 'rds:describeDBClusters',
      parameters: { DbClusterIdentifier: expression(`$split(${arn}, ':')[-1]`) },
      iamAction: 'rds:DescribeDBClusters',
      resources: this.clusterArns,
      wildcard: NAMED_BY_RDS,
      assign: {
        [variable]: expression(
          `$states.result.DbClusters[0].{'id': DbClusterIdentifier, 'status': Status, 'host': Endpoint, 'reader': ReaderEndpoint, 'members': [DbClusterMembers.DbInstanceIdentifier], 'replicas': [ReadReplicaIdentifiers], 'roles': [AssociatedRoles.{'arn': RoleArn, 'feature': FeatureName}]}`,
        ),
      },
      outputs: {},
    });
  }

  /** JSONata: the ARN by which users know their database, before and after. */
  public productionArn(): string {
    return literal(this.blue.databaseArn);
  }

  /** JSONata: the ARN of the cluster that users have left. */
  public oldArn(): string {
    const production = this.productionArn();
    return `($deployment.source = ${production} ? ${production} & '-old1' : $deployment.source)`;
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

  private arnOf(resource: string, resourceName: string): string {
    return Stack.of(this.scope).formatArn({
      service: 'rds',
      resource,
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}

/** RDS makes `-green-…` beside what there is, and renames what users have left to `-old1`. */
function withSuffixes(arn: string): string[] {
  return [arn, `${arn}-green-*`, `${arn}-old*`];
}
