import type { AgentReach } from '../../../contract/agent';
import type {
  ConvertingReplicaConfiguration,
  DatabaseEndpoint,
  DatabaseMigrationConfiguration,
} from '../../../contract/database';
import { reachOf } from '../../cutover/host/agent-configuration';
import type { CutoverRecord } from '../../cutover/record/cutover-record';
import { convertingBetween } from '../converting-replica/converting-between';
import type { ConvertingReplica } from '../converting-replica/converting-replica';
import type { IDatabase } from '../database/database';
import type { AuroraMigrationProps } from './aurora-migration-props';

/** What the agent needs to know of both databases. Names secrets, holds none. */
export function databaseConfiguration(
  migrationName: string,
  props: AuroraMigrationProps,
  record: CutoverRecord | undefined,
): DatabaseMigrationConfiguration {
  const { blue, green = blue, strategy, smokeQueries = [], checks = [], replicationSecret } = props;
  const checkQueries = checks.flatMap(({ _query }) => _query ?? []);
  const converting = convertingBetween(props);
  return {
    migrationName,
    kind: 'database',
    strategy: strategy._name,
    ...(record !== undefined && { recordName: record.domainName }),
    recordTtlSeconds: record === undefined ? 0 : record.ttl.toSeconds(),
    blue: endpoint(blue),
    // RDS names a managed green as it makes it: until then, and again after the switchover, green is where blue is.
    green: { ...endpoint(green), engineVersion: (strategy._managed?.targetEngine ?? green.engine).version },
    smokeQueries: smokeQueries.map(({ name, sql, database }) => ({ name, sql, database })),
    ...(converting !== undefined && { converting: convertingConfiguration(converting) }),
    ...(checkQueries.length > 0 && { checkQueries }),
    ...(replicationSecret !== undefined && { replicationSecretArn: replicationSecret.secretArn }),
  };
}

/** What of it only a deploy may say, beside the sides. */
export function databaseReach({
  replicationSecretArn,
  converting,
}: DatabaseMigrationConfiguration): Partial<AgentReach> {
  return {
    ...(replicationSecretArn !== undefined && { replicationSecretArn }),
    ...(converting !== undefined && {
      converting: reachOf(converting.endpoint),
      conversions: converting.conversions,
    }),
  };
}

function convertingConfiguration(converting: ConvertingReplica): ConvertingReplicaConfiguration {
  return {
    endpoint: endpoint(converting),
    conversions: converting.conversions.map(({ _configuration: configuration }) => configuration),
    maxLagSeconds: converting.maxLag.toSeconds(),
  };
}

function endpoint(database: IDatabase): DatabaseEndpoint {
  return {
    host: database.endpointAddress,
    ...(database.readerEndpointAddress !== undefined && { readerHost: database.readerEndpointAddress }),
    port: database.endpointPort,
    tls: database.tls,
    ...(database.tlsServerName !== undefined && { serverName: database.tlsServerName }),
    secretArn: database.secret.secretArn,
    engine: database.engine._name,
    engineVersion: database.engine.version,
  };
}
