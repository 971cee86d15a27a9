import type { RdsEngine } from '../../aws/rds/database';
import { clusterFamilyOf, isRdsEngine } from '../../aws/rds/engine-versions';
import type { Rds } from '../../aws/rds/rds';
import type { Side } from '../../report/result';
import type { DatabaseMigration } from '../migration';

/** What RDS has of a server: an instance by itself, or a cluster. */
export interface PutDatabase {
  readonly server: Side | 'converting';
  readonly resourceIds: readonly string[];
}

/**
 * Puts a migration's databases into RDS, as the assembly and what was there before have them.
 *
 * @param kmsKeyArn - what blue's storage is encrypted with; undefined: it is not
 */
export function putDatabases(rds: Rds, migration: DatabaseMigration, kmsKeyArn?: string): readonly PutDatabase[] {
  for (const { name, engineVersion } of migration.rds.parameterGroups) {
    parameterGroup(rds, migration, name, engineVersion);
  }
  const { cluster, instances } = migration.rds.green;
  return [
    putSide(rds, migration, 'blue', kmsKeyArn),
    ...putConverting(rds, migration),
    // RDS makes a managed green itself.
    ...(cluster !== undefined || instances.length > 0 ? [putSide(rds, migration, 'green')] : []),
  ];
}

/** @throws Error where RDS has no such engine */
export function engineOf({ configuration }: DatabaseMigration, side: Side): RdsEngine {
  const { engine } = configuration[side];
  if (!isRdsEngine(engine)) throw new Error(`${side} is of the engine ${engine}, which RDS does not have.`);
  return engine;
}

/** A group of its own, with a log that can be followed: with the default one nothing could. */
function parameterGroup(rds: Rds, migration: DatabaseMigration, name: string, engineVersion: string): string {
  const engine = engineOf(migration, 'blue');
  const [parameter, value] = engine.endsWith('mysql') ? ['binlog_format', 'ROW'] : ['rds.logical_replication', '1'];
  rds.parameterGroups.add(name, clusterFamilyOf(engine, engineVersion), { [parameter]: value });
  return name;
}

function putConverting(rds: Rds, migration: DatabaseMigration): PutDatabase[] {
  const { converting, configuration } = migration;
  if (converting === undefined) return [];
  const { identifier, instanceClass, allocatedStorage, backupRetention, source, port, securityGroupIds } = converting;
  const added = rds.databases.addInstance({
    ...{ identifier, instanceClass, allocatedStorage, backupRetention, port, securityGroupIds },
    engine: engineOf(migration, 'blue'),
    engineVersion: configuration.converting?.endpoint.engineVersion ?? configuration.blue.engineVersion,
    replicationSource: source.toLowerCase(),
    deletionProtection: true,
  });
  return [{ server: 'converting', resourceIds: [added.resourceId] }];
}

function putSide(rds: Rds, migration: DatabaseMigration, side: Side, kmsKeyArn?: string): PutDatabase {
  const { databases } = rds;
  const { engineVersion, port, host, readerHost } = migration.configuration[side];
  const { cluster, instances, source, endpoints } = migration.rds[side];
  const facts = {
    engine: engineOf(migration, side),
    engineVersion,
    port,
    endpoint: host,
    securityGroupIds: migration.sides[side].securityGroupIds,
  };
  if (cluster === undefined) {
    return {
      server: side,
      resourceIds: instances.map((instance) => databases.addInstance({ ...facts, ...instance }).resourceId),
    };
  }
  const added = databases.addCluster({
    ...facts,
    parameterGroup: parameterGroup(rds, migration, cluster, engineVersion),
    identifier: cluster,
    instances,
    ...(readerHost !== undefined && { readerEndpoint: readerHost }),
    ...(source !== undefined && { replicationSource: source }),
    ...(kmsKeyArn !== undefined && { kmsKeyArn }),
  });
  for (const endpoint of endpoints) databases.addCustomEndpoint({ ...endpoint, cluster: added });
  return { server: side, resourceIds: [added.resourceId] };
}
