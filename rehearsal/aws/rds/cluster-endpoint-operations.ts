import type {
  CreateDBClusterEndpointMessage,
  DBClusterEndpoint,
  DBClusterEndpointMessage,
  DeleteDBClusterEndpointMessage,
  DescribeDBClusterEndpointsMessage,
  ModifyDBClusterEndpointMessage,
} from '@aws-sdk/client-rds';
import { AwsError } from '../aws-error';
import { arnOf } from '../environment';
import { page } from '../page';
import type { Operation } from '../service';
import { requireAvailable } from './cluster-states';
import type { RdsContext } from './context';
import type { CustomEndpointType, DbCluster, DbClusterEndpoint } from './database';
import { need } from './need';
import { newIdentifier } from './new-identifier';
import { checkMembers, checkPageSize, combination, invalidMarker, passes } from './requests';

/** Of a cluster. */
const MOST = 5;
const LISTS = ['StaticMembers', 'ExcludedMembers'];

/**
 * Custom endpoints of clusters. Whether RDS takes an instance that is deleted out of their lists is not documented: here
 * it does.
 *
 * @see docs/aws-facts.md#rds-custom-endpoints
 * @see docs/aws-facts.md#rds-endpoint-edited
 */
export class ClusterEndpointOperations {
  constructor(private readonly context: RdsContext) {}

  readonly operations = {
    createDBClusterEndpoint: {
      needs: ({ DBClusterIdentifier: cluster, DBClusterEndpointIdentifier: endpoint }) => [
        this.need('CreateDBClusterEndpoint', 'cluster', cluster),
        this.need('CreateDBClusterEndpoint', 'cluster-endpoint', endpoint),
      ],
      run: (request) => this.create(request),
    } satisfies Operation<CreateDBClusterEndpointMessage, DBClusterEndpoint>,
    modifyDBClusterEndpoint: {
      needs: ({ DBClusterEndpointIdentifier: endpoint }) => [
        this.need('ModifyDBClusterEndpoint', 'cluster-endpoint', endpoint),
      ],
      run: (request) => this.modify(request),
    } satisfies Operation<ModifyDBClusterEndpointMessage, DBClusterEndpoint>,
    deleteDBClusterEndpoint: {
      needs: ({ DBClusterEndpointIdentifier: endpoint }) => [
        this.need('DeleteDBClusterEndpoint', 'cluster-endpoint', endpoint),
      ],
      run: (request) => this.delete(request),
    } satisfies Operation<DeleteDBClusterEndpointMessage, DBClusterEndpoint>,
    describeDBClusterEndpoints: {
      needs: ({ DBClusterIdentifier: cluster, DBClusterEndpointIdentifier: endpoint }) => [
        this.need('DescribeDBClusterEndpoints', 'cluster', cluster),
        this.need('DescribeDBClusterEndpoints', 'cluster-endpoint', endpoint),
      ],
      run: (request) => this.describe(request),
    } satisfies Operation<DescribeDBClusterEndpointsMessage, DBClusterEndpointMessage>,
  };

  private create(request: CreateDBClusterEndpointMessage): DBClusterEndpoint {
    checkMembers('CreateDBClusterEndpoint', request, [
      ...['DBClusterIdentifier', 'DBClusterEndpointIdentifier', 'EndpointType', 'Tags'],
      ...LISTS,
    ]);
    const { databases } = this.context;
    const cluster = databases.cluster(request.DBClusterIdentifier);
    requireAvailable(cluster);
    const identifier = newIdentifier('DBClusterEndpointIdentifier', request.DBClusterEndpointIdentifier ?? '');
    const type = customType(request.EndpointType);
    const lists = listsIn(request);
    const others = databases.customEndpoints.filter((one) => one.clusterResourceId === cluster.resourceId);
    if (others.length >= MOST) {
      throw new AwsError(
        'DBClusterEndpointQuotaExceededFault',
        `DB cluster ${cluster.identifier} already has ${MOST} custom endpoints.`,
      );
    }
    const endpoint = databases.addCustomEndpoint({ identifier, cluster, type, ...lists });
    endpoint.status = 'creating';
    this.after(endpoint, () => undefined);
    return this.described(endpoint, cluster);
  }

  /** The lists are stated whole; either takes the other's place. */
  private modify(request: ModifyDBClusterEndpointMessage): DBClusterEndpoint {
    checkMembers('ModifyDBClusterEndpoint', request, ['DBClusterEndpointIdentifier', 'EndpointType', ...LISTS]);
    const { databases } = this.context;
    const endpoint = databases.customEndpoint(request.DBClusterEndpointIdentifier);
    const cluster = this.clusterOf(endpoint);
    requireEndpointAvailable(endpoint);
    requireAvailable(cluster);
    const { staticMembers, excludedMembers } = listsIn(request);
    const type = request.EndpointType === undefined ? endpoint.type : customType(request.EndpointType);
    const changed = {
      type,
      ...(staticMembers && { staticMembers: databases.idsOf(cluster, staticMembers), excludedMembers: [] }),
      ...(excludedMembers && { excludedMembers: databases.idsOf(cluster, excludedMembers), staticMembers: undefined }),
    };
    endpoint.status = 'modifying';
    this.after(endpoint, () => Object.assign(endpoint, changed));
    return this.described(endpoint, cluster);
  }

  private delete(request: DeleteDBClusterEndpointMessage): DBClusterEndpoint {
    const { databases, background, durations, environment } = this.context;
    const endpoint = databases.customEndpoint(request.DBClusterEndpointIdentifier);
    const cluster = this.clusterOf(endpoint);
    requireEndpointAvailable(endpoint);
    requireAvailable(cluster);
    endpoint.status = 'deleting';
    background.start(
      async () => {
        await environment.clock.sleep(durations.endpoint);
        databases.removeCustomEndpoint(endpoint);
      },
      () => undefined,
    );
    return this.described(endpoint, cluster);
  }

  /** A cluster's own two endpoints are among them, and have no identifier. */
  private describe(request: DescribeDBClusterEndpointsMessage): DBClusterEndpointMessage {
    const { databases } = this.context;
    const { DBClusterIdentifier: name, DBClusterEndpointIdentifier: endpoint } = request;
    const clusters = name === undefined ? databases.clusters : [databases.cluster(name)];
    const all = clusters.flatMap((cluster) => this.endpointsOf(cluster));
    const { items, next } = page(
      all.filter(
        (each) =>
          (endpoint === undefined || each.DBClusterEndpointIdentifier === endpoint.toLowerCase()) &&
          passes(request.Filters, {
            'db-cluster-endpoint-type': [String(each.EndpointType).toLowerCase()],
            'db-cluster-endpoint-custom-type': [String(each.CustomEndpointType ?? '').toLowerCase()],
            'db-cluster-endpoint-id': [each.DBClusterEndpointIdentifier ?? ''],
            'db-cluster-endpoint-status': [String(each.Status)],
          }),
      ),
      request.Marker,
      checkPageSize(request.MaxRecords),
      invalidMarker,
    );
    return { DBClusterEndpoints: [...items], ...(next !== undefined && { Marker: next }) };
  }

  private endpointsOf(cluster: DbCluster): DBClusterEndpoint[] {
    const { identifier: DBClusterIdentifier, endpoint, readerEndpoint } = cluster;
    return [
      { DBClusterIdentifier, Endpoint: endpoint, EndpointType: 'WRITER', Status: 'available' },
      { DBClusterIdentifier, Endpoint: readerEndpoint, EndpointType: 'READER', Status: 'available' },
      ...this.context.databases.customEndpoints
        .filter(({ clusterResourceId }) => clusterResourceId === cluster.resourceId)
        .map((custom) => this.described(custom, cluster)),
    ];
  }

  private described(endpoint: DbClusterEndpoint, { identifier }: DbCluster): DBClusterEndpoint {
    const { databases, environment } = this.context;
    const names = (ids: readonly string[]) =>
      ids.flatMap((id) => databases.instances.find(({ resourceId }) => resourceId === id)?.identifier ?? []);
    return {
      DBClusterIdentifier: identifier,
      DBClusterEndpointIdentifier: endpoint.identifier,
      DBClusterEndpointResourceIdentifier: endpoint.resourceId,
      DBClusterEndpointArn: arnOf(environment, 'rds', `cluster-endpoint:${endpoint.identifier}`),
      Endpoint: endpoint.host,
      Status: endpoint.status,
      EndpointType: 'CUSTOM',
      CustomEndpointType: endpoint.type,
      StaticMembers: names(endpoint.staticMembers ?? []),
      ExcludedMembers: names(endpoint.excludedMembers),
    };
  }

  private after(endpoint: DbClusterEndpoint, done: () => void): void {
    const { background, durations, environment } = this.context;
    background.start(
      async () => {
        await environment.clock.sleep(durations.endpoint);
        done();
        endpoint.status = 'available';
      },
      () => undefined,
    );
  }

  private clusterOf({ clusterResourceId }: DbClusterEndpoint): DbCluster {
    const found = this.context.databases.clusters.find(({ resourceId }) => resourceId === clusterResourceId);
    if (!found) throw new AwsError('DBClusterNotFoundFault', 'The cluster of the endpoint is gone.');
    return found;
  }

  private need(action: string, kind: string, id: string | undefined) {
    return need(this.context.environment, action, kind, id);
  }
}

/** The API names WRITER as well; the guide says that a custom endpoint is READER or ANY. */
function customType(type: string | undefined): CustomEndpointType {
  if (type === 'READER' || type === 'ANY') return type;
  throw new AwsError('InvalidParameterValue', `Invalid endpoint type: ${type}. Must be one of READER, ANY.`);
}

function listsIn(request: { StaticMembers?: string[] | undefined; ExcludedMembers?: string[] | undefined }) {
  const { StaticMembers: staticMembers = [], ExcludedMembers: excludedMembers = [] } = request;
  if (staticMembers.length > 0 && excludedMembers.length > 0) {
    throw combination('StaticMembers and ExcludedMembers cannot be specified together.');
  }
  return {
    ...(staticMembers.length > 0 && { staticMembers }),
    ...(excludedMembers.length > 0 && { excludedMembers }),
  };
}

function requireEndpointAvailable({ identifier, status }: DbClusterEndpoint): void {
  if (status === 'available') return;
  throw new AwsError(
    'InvalidDBClusterEndpointStateFault',
    `DB cluster endpoint ${identifier} is not available: its status is ${status}.`,
  );
}
