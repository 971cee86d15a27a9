import type {
  DBProxyTarget,
  DescribeDBProxiesRequest,
  DescribeDBProxiesResponse,
  DescribeDBProxyTargetsRequest,
  DescribeDBProxyTargetsResponse,
} from '@aws-sdk/client-rds';
import { AwsError } from '../aws-error';
import { arnOf } from '../environment';
import { page } from '../page';
import type { Operation } from '../service';
import type { RdsContext } from './context';
import { need } from './need';
import { checkMembers, checkPageSize, invalidMarker } from './requests';

/**
 * RDS Proxies: added by the rehearsal. They know their target by its name, which is green's after a switchover.
 *
 * @see docs/aws-facts.md#rds-blue-green-proxy
 */
export class Proxies {
  private readonly targets = new Map<string, string>();

  constructor(private readonly context: RdsContext) {}

  /** @param database - the identifier of a cluster or of an instance without one */
  add(name: string, database: string): void {
    this.targets.set(name, database);
  }

  readonly operations = {
    describeDBProxies: {
      needs: () => [need(this.context.environment, 'DescribeDBProxies', 'db-proxy')],
      run: (request) => this.describe(request),
    } satisfies Operation<DescribeDBProxiesRequest, DescribeDBProxiesResponse>,
    describeDBProxyTargets: {
      needs: () => [
        need(this.context.environment, 'DescribeDBProxyTargets', 'db-proxy'),
        need(this.context.environment, 'DescribeDBProxyTargets', 'target-group'),
      ],
      run: (request) => this.describeTargets(request),
    } satisfies Operation<DescribeDBProxyTargetsRequest, DescribeDBProxyTargetsResponse>,
  };

  private describe(request: DescribeDBProxiesRequest): DescribeDBProxiesResponse {
    checkMembers('DescribeDBProxies', request, ['MaxRecords', 'Marker']);
    const { items, next } = page(
      [...this.targets.keys()],
      request.Marker,
      checkPageSize(request.MaxRecords),
      invalidMarker,
    );
    return {
      DBProxies: items.map((name) => ({
        DBProxyName: name,
        DBProxyArn: arnOf(this.context.environment, 'rds', `db-proxy:prx-${name}`),
        Status: 'available',
      })),
      ...(next !== undefined && { Marker: next }),
    };
  }

  private describeTargets(request: DescribeDBProxyTargetsRequest): DescribeDBProxyTargetsResponse {
    checkMembers('DescribeDBProxyTargets', request, ['DBProxyName', 'MaxRecords', 'Marker']);
    const { DBProxyName: name = '' } = request;
    const database = this.targets.get(name);
    if (database === undefined) throw new AwsError('DBProxyNotFoundFault', `DBProxy ${name} not found.`);
    const { items, next } = page(
      this.targetsOf(database),
      request.Marker,
      checkPageSize(request.MaxRecords),
      invalidMarker,
    );
    return { Targets: [...items], ...(next !== undefined && { Marker: next }) };
  }

  /** A cluster, and each of its instances. */
  private targetsOf(database: string): DBProxyTarget[] {
    const { databases } = this.context;
    const cluster = databases.clusters.find(({ identifier }) => identifier === database);
    if (cluster === undefined) return [{ RdsResourceId: database, Type: 'RDS_INSTANCE' }];
    return [
      { RdsResourceId: database, Type: 'TRACKED_CLUSTER' },
      ...databases.members(cluster).map(({ identifier }) => ({
        RdsResourceId: identifier,
        TrackedClusterId: database,
        Type: 'RDS_INSTANCE' as const,
      })),
    ];
  }
}
