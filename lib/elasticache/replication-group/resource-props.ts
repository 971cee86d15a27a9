import type { aws_elasticache as elasticache, aws_logs as logs } from 'aws-cdk-lib';
import { TransitEncryption } from '../cache/transit-encryption';
import type { CacheEngine } from '../engine/engine';
import { compareVersions } from '../engine/engine-version';
import type { ReplicationGroupProps } from './replication-group-props';

/**
 * `TransitEncryptionEnabled` is always stated: a Valkey group cannot be created without. The mode is stated wherever
 * the engine knows it, so that going from PREFERRED to REQUIRED is a change that CloudFormation sees.
 */
export function transitEncryptionProps(
  encryption: TransitEncryption,
  engine: CacheEngine,
): Pick<elasticache.CfnReplicationGroupProps, 'transitEncryptionEnabled' | 'transitEncryptionMode'> {
  if (encryption === TransitEncryption.NONE) return { transitEncryptionEnabled: false };
  const knowsMode = engine.name === 'valkey' || compareVersions(engine.version, '7.0') >= 0;
  return { transitEncryptionEnabled: true, transitEncryptionMode: knowsMode ? encryption : undefined };
}

export function logDelivery({
  slowLogGroup,
  engineLogGroup,
}: ReplicationGroupProps): elasticache.CfnReplicationGroup.LogDeliveryConfigurationRequestProperty[] | undefined {
  const deliveries = [
    ...(slowLogGroup === undefined ? [] : [delivery('slow-log', slowLogGroup)]),
    ...(engineLogGroup === undefined ? [] : [delivery('engine-log', engineLogGroup)]),
  ];
  return deliveries.length === 0 ? undefined : deliveries;
}

function delivery(
  logType: string,
  { logGroupName }: logs.ILogGroup,
): elasticache.CfnReplicationGroup.LogDeliveryConfigurationRequestProperty {
  return {
    logType,
    logFormat: 'json',
    destinationType: 'cloudwatch-logs',
    destinationDetails: { cloudWatchLogsDetails: { logGroup: logGroupName } },
  };
}
