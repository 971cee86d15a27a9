import { type aws_ec2 as ec2, type aws_elasticache as elasticache, Token } from 'aws-cdk-lib';
import { ValidationError } from '../../validation-error';
import type { ReplicationGroupProps } from '../replication-group/replication-group-props';

const DEFAULT_REPLICAS = 1;

type Layout = Pick<
  elasticache.CfnReplicationGroupProps,
  'numCacheClusters' | 'numNodeGroups' | 'replicasPerNodeGroup' | 'automaticFailoverEnabled' | 'multiAzEnabled'
>;

/**
 * How many nodes there are. ElastiCache demands automatic failover in cluster mode, replicas or not, and refuses it
 * outside of it without a replica. Of a token it is assumed that there are replicas.
 */
export function nodeLayout({ numShards, numReplicas = DEFAULT_REPLICAS }: ReplicationGroupProps): Layout {
  const replicated = Token.isUnresolved(numReplicas) || numReplicas >= 1;
  const failover = { automaticFailoverEnabled: replicated || numShards !== undefined, multiAzEnabled: replicated };
  if (numShards === undefined && !Token.isUnresolved(numReplicas)) {
    return { ...failover, numCacheClusters: 1 + numReplicas };
  }
  return { ...failover, numNodeGroups: numShards ?? 1, replicasPerNodeGroup: numReplicas };
}

/**
 * ElastiCache names the nodes `id-001`, in cluster mode `id-0001-001`. None are known where their number is a token.
 */
export function memberClusterIds(
  replicationGroupId: string,
  { numShards, numReplicas = DEFAULT_REPLICAS }: ReplicationGroupProps,
): string[] {
  if (Token.isUnresolved(numShards) || Token.isUnresolved(numReplicas)) return [];
  const nodes = Array.from({ length: 1 + numReplicas }, (_, i) => String(i + 1).padStart(3, '0'));
  if (numShards === undefined) return nodes.map((node) => `${replicationGroupId}-${node}`);
  const shards = Array.from({ length: numShards }, (_, i) => String(i + 1).padStart(4, '0'));
  return shards.flatMap((shard) => nodes.map((node) => `${replicationGroupId}-${shard}-${node}`));
}

/** Multi-AZ with every subnet in one zone is refused by ElastiCache, minutes into a deployment. */
export function assertZones(
  subnets: ec2.SelectedSubnets,
  { numReplicas = DEFAULT_REPLICAS }: ReplicationGroupProps,
): void {
  if (Token.isUnresolved(numReplicas) || numReplicas === 0) return;
  const zones = subnets.availabilityZones;
  if (Token.isUnresolved(zones) || zones.some((zone) => Token.isUnresolved(zone)) || new Set(zones).size > 1) return;
  throw new ValidationError(
    `Got subnets in one Availability Zone only (${zones[0]}) for ${numReplicas} replica(s) with Multi-AZ. Accepted are ` +
      'subnets in two at least: change vpcSubnets, or state numReplicas: 0.',
  );
}
