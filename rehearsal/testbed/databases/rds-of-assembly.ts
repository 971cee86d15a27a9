import type { ManifestDatabases, ManifestRecord } from '../../../contract/manifest';
import type { Assembly } from '../../assembly';
import type { Side } from '../../report/result';

/** A side as RDS knows it: an instance by itself, or a cluster and its instances. */
export interface RdsDatabase {
  readonly cluster?: string;
  readonly instances: readonly { readonly identifier: string; readonly instanceClass: string }[];
  /** ARN of what it is a replica of. */
  readonly source?: string;
  /** Custom endpoints of the cluster. */
  readonly endpoints: readonly RdsEndpoint[];
}

export interface RdsEndpoint {
  readonly identifier: string;
  readonly host: string;
  readonly type: 'READER' | 'ANY';
  /** Identifiers. */
  readonly staticMembers?: readonly string[];
  readonly excludedMembers?: readonly string[];
}

/** The instance between blue and green, on which tables are converted. */
export interface ConvertingInstance {
  readonly identifier: string;
  readonly instanceClass: string;
  readonly port: number;
  readonly securityGroupIds: readonly string[];
  /** GiB. */
  readonly allocatedStorage: number;
  /** Days. */
  readonly backupRetention: number;
  /** Identifier of what it replicates from. */
  readonly source: string;
}

/** What RDS has before the migration: what the app makes, and what was there before, which is known by its names alone. */
export function rdsDatabases(
  assembly: Assembly,
  { blue, green }: ManifestDatabases,
  readers: ManifestRecord | undefined,
): Readonly<Record<Side, RdsDatabase>> {
  return {
    blue: { ...blue, instances: blue.instances.map(ofAnyClass), endpoints: [] },
    green: databaseOfGreen(assembly, green, readers),
  };
}

function databaseOfGreen(
  assembly: Assembly,
  { cluster, endpoints }: ManifestDatabases['green'],
  readers: ManifestRecord | undefined,
): RdsDatabase {
  const existing = endpoints.map((endpoint) => ({ ...endpoint, type: 'READER' as const }));
  if (cluster === undefined) return { instances: [], endpoints: existing };
  const declared = assembly.resources('AWS::RDS::DBCluster').find(({ physicalId }) => physicalId === cluster);
  if (declared === undefined) {
    const led = readers === undefined ? [] : [...readers.trialTargets, readers.targets.green];
    return { cluster, instances: existingInstances(cluster, led).map(ofAnyClass), endpoints: existing };
  }
  const source = declared.property('ReplicationSourceIdentifier');
  return {
    cluster,
    instances: declaredInstances(assembly, cluster),
    endpoints: declaredEndpoints(assembly, cluster),
    ...(source !== undefined && { source: String(source) }),
  };
}

/** Nothing in the assembly says what an existing instance runs on. */
const ofAnyClass = (identifier: string) => ({ identifier, instanceClass: 'db.r5.large' });

function declaredEndpoints(assembly: Assembly, cluster: string): RdsDatabase['endpoints'] {
  return assembly
    .resources('AWS::RDS::DBClusterEndpoint')
    .filter((endpoint) => endpoint.property('DBClusterIdentifier') === cluster)
    .map((endpoint) => {
      const [staticMembers, excludedMembers] = ['StaticMembers', 'ExcludedMembers'].map((list) =>
        listOf(endpoint.property(list)).map(String),
      );
      return {
        identifier: String(endpoint.physicalId),
        host: String(endpoint.attribute('Endpoint')),
        type: endpoint.property('CustomEndpointType') === 'ANY' ? 'ANY' : 'READER',
        ...(staticMembers && staticMembers.length > 0 && { staticMembers }),
        ...(excludedMembers && excludedMembers.length > 0 && { excludedMembers }),
      };
    });
}

/** A writer; those that readers are led to by their own names; and a reader, where an endpoint wants one. */
function existingInstances(cluster: string, hosts: readonly string[]): string[] {
  const own = hosts.filter((host) => !host.includes('.cluster-')).map((host) => host.split('.')[0] ?? '');
  const isCustom = hosts.some((host) => host.includes('.cluster-custom-'));
  return [...new Set([`${cluster}-1`, ...own, ...(isCustom ? [`${cluster}-2`] : [])])];
}

function declaredInstances(assembly: Assembly, cluster: string): RdsDatabase['instances'] {
  return assembly
    .resources('AWS::RDS::DBInstance')
    .filter((instance) => instance.property('DBClusterIdentifier') === cluster)
    .map((instance) => ({
      identifier: String(instance.physicalId),
      instanceClass: String(instance.property('DBInstanceClass')),
    }));
}

/** The app itself makes it. */
export function convertingInstance(assembly: Assembly, identifier: string, port: number): ConvertingInstance {
  const found = assembly.resources('AWS::RDS::DBInstance').find(({ physicalId }) => physicalId === identifier);
  if (found === undefined) {
    throw new Error(`The assembly makes no instance ${identifier}, the converting replica. Synthesize it all.`);
  }
  return {
    identifier,
    instanceClass: String(found.property('DBInstanceClass')),
    allocatedStorage: Number(found.property('AllocatedStorage')),
    backupRetention: Number(found.property('BackupRetentionPeriod')),
    source: String(found.property('SourceDBInstanceIdentifier')),
    port,
    securityGroupIds: listOf(found.property('VPCSecurityGroups')).map(String),
  };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
