import { AwsError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import type { DbCluster, DbClusterEndpoint, DbInstance, RdsEngine, Tag } from './database';
import { clusterFamilyOf, familyOf } from './engine-versions';
import type { InstanceStatus } from './instance-health';
import { InstanceHealth } from './instance-health';

interface NewDatabase {
  readonly identifier: string;
  readonly engine: RdsEngine;
  readonly engineVersion: string;
  /** @default - the engine's own */
  readonly port?: number;
  /** @default - the default group of its family */
  readonly parameterGroup?: string;
  readonly securityGroupIds?: readonly string[];
  /** @default admin */
  readonly masterUsername?: string;
  readonly deletionProtection?: boolean;
}

export interface NewCluster extends NewDatabase {
  /** @default - made of its name, as RDS does */
  readonly endpoint?: string;
  readonly readerEndpoint?: string;
  /** ARN of what it is a read replica of. @default - a database of its own */
  readonly replicationSource?: string;
  /** ARN of the key of its storage. @default - it is not encrypted */
  readonly kmsKeyArn?: string;
  readonly managedMasterPassword?: boolean;
  readonly roles?: readonly string[];
  readonly tags?: readonly Tag[];
  /** The first is the writer. @default - none */
  readonly instances?: readonly { readonly identifier: string; readonly instanceClass: string }[];
}

export interface NewInstance extends NewDatabase {
  readonly instanceClass: string;
  readonly endpoint?: string;
  /** Identifier of what it is a read replica of. @default - a database of its own */
  readonly replicationSource?: string;
  /** GiB. @default 100 */
  readonly allocatedStorage?: number;
  /** @default - what its storage has anyway */
  readonly iops?: number;
  /** Days; 0: none, so that nothing can be made a replica of it. @default 7 */
  readonly backupRetention?: number;
  /** @default - none: an instance by itself */
  readonly cluster?: DbCluster;
}

export interface NewClusterEndpoint {
  readonly identifier: string;
  readonly cluster: DbCluster;
  readonly type: DbClusterEndpoint['type'];
  /** Identifiers. @default - all that the type allows */
  readonly staticMembers?: readonly string[];
  /** Identifiers. @default - none */
  readonly excludedMembers?: readonly string[];
  /** @default - made of its name, as RDS does */
  readonly host?: string;
}

/** How late custom endpoints learn of an instance. Milliseconds. */
export interface Learning {
  readonly leave: number;
  readonly join: number;
}

/** What a host name leads to. */
export interface EndpointOwner {
  /** Of the cluster, or of the instance. */
  readonly resourceId: string;
  readonly kind: 'writer' | 'reader' | 'custom' | 'instance';
}

const PORTS: Readonly<Record<RdsEngine, number>> = {
  'aurora-mysql': 3306,
  mysql: 3306,
  'aurora-postgresql': 5432,
  postgres: 5432,
};

/** The clusters and instances that there are. They are found by name or ARN, and known by resource id. */
export class Databases {
  private clusterList: DbCluster[] = [];
  private instanceList: DbInstance[] = [];
  private endpointList: DbClusterEndpoint[] = [];
  /** In every host name of the account and Region. */
  private suffix: string;

  constructor(
    private readonly environment: AwsEnvironment,
    private readonly learning: Learning = { leave: 0, join: 0 },
  ) {
    this.suffix = `${environment.ids.hex(12)}.${environment.region}.rds.amazonaws.com`;
  }

  get clusters(): readonly DbCluster[] {
    return this.clusterList;
  }

  get instances(): readonly DbInstance[] {
    return this.instanceList;
  }

  get customEndpoints(): readonly DbClusterEndpoint[] {
    return this.endpointList;
  }

  versionsInUse(engine: RdsEngine): readonly string[] {
    return [...this.clusterList, ...this.instanceList]
      .filter((database) => database.engine === engine)
      .map(({ engineVersion }) => engineVersion);
  }

  addCluster(facts: NewCluster): DbCluster {
    const identifier = facts.identifier.toLowerCase();
    if (this.clusterList.some((cluster) => cluster.identifier === identifier)) {
      throw new AwsError('DBClusterAlreadyExistsFault', 'DB Cluster already exists');
    }
    this.suffix = suffixIn(identifier, facts.endpoint) ?? this.suffix;
    const cluster: DbCluster = {
      ...this.common(facts, 'cluster'),
      identifier,
      endpoint: facts.endpoint ?? this.clusterEndpoint(identifier),
      readerEndpoint: facts.readerEndpoint ?? this.clusterReaderEndpoint(identifier),
      parameterGroup: facts.parameterGroup ?? `default.${clusterFamilyOf(facts.engine, facts.engineVersion)}`,
      status: 'available',
      pendingIdentifier: undefined,
      pendingSecurityGroupIds: undefined,
      readOnlyUntilReboot: false,
      replicationSource: facts.replicationSource,
      kmsKeyArn: facts.kmsKeyArn,
      managedMasterPassword: facts.managedMasterPassword ?? false,
      roles: (facts.roles ?? []).map((arn) => ({ arn, feature: undefined })),
      tags: facts.tags ?? [],
    };
    this.clusterList.push(cluster);
    for (const instance of facts.instances ?? []) {
      this.addInstance({ ...instance, engine: facts.engine, engineVersion: facts.engineVersion, cluster });
    }
    return cluster;
  }

  addInstance(facts: NewInstance): DbInstance {
    const identifier = facts.identifier.toLowerCase();
    if (this.instanceList.some((instance) => instance.identifier === identifier)) {
      throw new AwsError('DBInstanceAlreadyExistsFault', 'DB instance already exists');
    }
    const { cluster } = facts;
    const health = new InstanceHealth(() => this.environment.clock.now());
    const instance: DbInstance = {
      ...this.common({ ...facts, port: facts.port ?? cluster?.port ?? PORTS[facts.engine] }, 'db'),
      ...(cluster && { securityGroupIds: cluster.securityGroupIds, masterUsername: cluster.masterUsername }),
      identifier,
      endpoint: facts.endpoint ?? this.instanceEndpoint(identifier),
      parameterGroup: facts.parameterGroup ?? `default.${familyOf(facts.engine, facts.engineVersion)}`,
      clusterResourceId: cluster?.resourceId,
      isWriter: cluster !== undefined && this.members(cluster).length === 0,
      instanceClass: facts.instanceClass,
      allocatedStorage: facts.allocatedStorage ?? 100,
      iops: facts.iops,
      backupRetention: facts.backupRetention ?? 7,
      pendingClass: undefined,
      pendingIdentifier: undefined,
      health,
      get status(): InstanceStatus {
        return health.status;
      },
      set status(status: InstanceStatus) {
        health.status = status;
      },
      replicationSource: facts.replicationSource,
    };
    this.instanceList.push(instance);
    return instance;
  }

  addCustomEndpoint(facts: NewClusterEndpoint): DbClusterEndpoint {
    const identifier = facts.identifier.toLowerCase();
    const { cluster, staticMembers, excludedMembers = [] } = facts;
    if (this.endpointList.some((endpoint) => endpoint.identifier === identifier)) {
      throw new AwsError('DBClusterEndpointAlreadyExistsFault', 'DB Cluster Endpoint already exists');
    }
    const endpoint: DbClusterEndpoint = {
      identifier,
      resourceId: `cluster-endpoint-${this.environment.ids.hex(20).toUpperCase()}`,
      clusterResourceId: cluster.resourceId,
      host: facts.host ?? `${identifier}.cluster-custom-${this.suffix}`,
      type: facts.type,
      staticMembers: staticMembers && this.idsOf(cluster, staticMembers),
      excludedMembers: this.idsOf(cluster, excludedMembers),
      status: 'available',
    };
    this.endpointList.push(endpoint);
    return endpoint;
  }

  /** By identifier. @throws AwsError DBClusterEndpointNotFoundFault */
  customEndpoint(name = ''): DbClusterEndpoint {
    const found = this.endpointList.find(({ identifier }) => identifier === name.toLowerCase());
    if (!found) throw new AwsError('DBClusterEndpointNotFoundFault', `DBClusterEndpoint ${name} not found.`);
    return found;
  }

  removeCustomEndpoint(endpoint: DbClusterEndpoint): void {
    this.endpointList = this.endpointList.filter((other) => other !== endpoint);
  }

  /** Resource ids of a cluster's instances. @throws AwsError DBInstanceNotFoundFault */
  idsOf(cluster: DbCluster, identifiers: readonly string[]): string[] {
    return identifiers.map((name) => {
      const found = this.members(cluster).find(({ identifier }) => identifier === name.toLowerCase());
      if (found) return found.resourceId;
      throw new AwsError('DBInstanceNotFoundFault', `DBInstance ${name} not found in ${cluster.identifier}.`);
    });
  }

  /**
   * The instances that a custom endpoint leads to now: none while it is being made or changed, though the guide says
   * that it goes on to work then.
   *
   * @see docs/aws-facts.md#rds-custom-endpoints
   * @see docs/aws-facts.md#rds-endpoint-edited
   */
  behind(endpoint: DbClusterEndpoint): readonly DbInstance[] {
    const { clusterResourceId, staticMembers, excludedMembers, type, status } = endpoint;
    if (status !== 'available') return [];
    return this.instanceList.filter(
      (instance) =>
        instance.clusterResourceId === clusterResourceId &&
        instance.status !== 'creating' &&
        (type === 'ANY' || !instance.isWriter) &&
        (staticMembers === undefined || staticMembers.includes(instance.resourceId)) &&
        !excludedMembers.includes(instance.resourceId) &&
        instance.health.isBehind(this.learning),
    );
  }

  /** By identifier or ARN. @throws AwsError DBClusterNotFoundFault */
  cluster(name = ''): DbCluster {
    const identifier = nameIn(name);
    const found = this.clusterList.find((cluster) => cluster.identifier === identifier);
    if (!found) throw new AwsError('DBClusterNotFoundFault', `DBCluster ${identifier} not found.`);
    return found;
  }

  /** By identifier or ARN. @throws AwsError DBInstanceNotFoundFault */
  instance(name = ''): DbInstance {
    const identifier = nameIn(name);
    const found = this.instanceList.find((instance) => instance.identifier === identifier);
    if (!found) throw new AwsError('DBInstanceNotFoundFault', `DBInstance ${identifier} not found.`);
    return found;
  }

  /** Of a cluster, its writer first. */
  members({ resourceId }: DbCluster): readonly DbInstance[] {
    const all = this.instanceList.filter(({ clusterResourceId }) => clusterResourceId === resourceId);
    return [...all.filter(({ isWriter }) => isWriter), ...all.filter(({ isWriter }) => !isWriter)];
  }

  clusterOf({ clusterResourceId }: DbInstance): DbCluster | undefined {
    return this.clusterList.find(({ resourceId }) => resourceId === clusterResourceId);
  }

  /** Endpoints are made of the name. */
  renameCluster(cluster: DbCluster, identifier: string): void {
    Object.assign(cluster, {
      identifier,
      endpoint: this.clusterEndpoint(identifier),
      readerEndpoint: this.clusterReaderEndpoint(identifier),
    });
  }

  renameInstance(instance: DbInstance, identifier: string): void {
    Object.assign(instance, { identifier, endpoint: this.instanceEndpoint(identifier) });
  }

  removeCluster(cluster: DbCluster): void {
    this.clusterList = this.clusterList.filter((other) => other !== cluster);
  }

  /** A cluster whose writer goes has another instance as its writer, if it has one. */
  removeInstance(instance: DbInstance): void {
    this.instanceList = this.instanceList.filter((other) => other !== instance);
    const without = (ids: readonly string[]) => ids.filter((id) => id !== instance.resourceId);
    for (const endpoint of this.endpointList) {
      endpoint.staticMembers = endpoint.staticMembers && without(endpoint.staticMembers);
      endpoint.excludedMembers = without(endpoint.excludedMembers);
    }
    const cluster = instance.isWriter ? this.clusterOf(instance) : undefined;
    const [heir] = cluster ? this.members(cluster) : [];
    if (heir) heir.isWriter = true;
  }

  /** What a host name leads to now; undefined for a name that nothing has (any more). */
  ownerOf(host: string): EndpointOwner | undefined {
    for (const { resourceId, endpoint, readerEndpoint } of this.clusterList) {
      if (host === endpoint) return { resourceId, kind: 'writer' };
      if (host === readerEndpoint) return { resourceId, kind: 'reader' };
    }
    const custom = this.endpointList.find((endpoint) => endpoint.host === host);
    if (custom)
      return this.behind(custom).length > 0 ? { resourceId: custom.clusterResourceId, kind: 'custom' } : undefined;
    const instance = this.instanceList.find(({ endpoint }) => endpoint === host);
    return instance && { resourceId: instance.resourceId, kind: 'instance' };
  }

  clusterEndpoint(identifier: string): string {
    return `${identifier}.cluster-${this.suffix}`;
  }

  clusterReaderEndpoint(identifier: string): string {
    return `${identifier}.cluster-ro-${this.suffix}`;
  }

  instanceEndpoint(identifier: string): string {
    return `${identifier}.${this.suffix}`;
  }

  clusterArn({ identifier }: Pick<DbCluster, 'identifier'>): string {
    return arnOf(this.environment, 'rds', `cluster:${identifier}`);
  }

  instanceArn({ identifier }: Pick<DbInstance, 'identifier'>): string {
    return arnOf(this.environment, 'rds', `db:${identifier}`);
  }

  private common(facts: NewDatabase, prefix: 'cluster' | 'db') {
    return {
      resourceId: `${prefix}-${this.environment.ids.hex(26).toUpperCase()}`,
      engine: facts.engine,
      engineVersion: facts.engineVersion,
      port: facts.port ?? PORTS[facts.engine],
      createdAt: this.environment.clock.now(),
      securityGroupIds: facts.securityGroupIds ?? [],
      masterUsername: facts.masterUsername ?? 'admin',
      deletionProtection: facts.deletionProtection ?? false,
    };
  }
}

/** What follows the name in an endpoint: the same in every one of an account and Region. */
function suffixIn(identifier: string, endpoint = ''): string | undefined {
  const prefix = `${identifier}.cluster-`;
  return endpoint.startsWith(prefix) ? endpoint.slice(prefix.length) : undefined;
}

/** The last part of an ARN, or the name itself; RDS keeps names in lower case. */
function nameIn(nameOrArn: string): string {
  return (nameOrArn.split(':').at(-1) ?? '').toLowerCase();
}
