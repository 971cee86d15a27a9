import type { aws_ec2 as ec2, RemovalPolicy, Size } from 'aws-cdk-lib';
import type { TransitEncryption } from '../cache/transit-encryption';
import type { CacheEngine } from '../engine/engine';
import type { CacheProcessor } from '../nodes/node-families';
import type { CacheNodeType } from '../nodes/node-type';
import type { IMemcachedCluster } from './memcached';

/**
 * A cluster of Memcached in ElastiCache.
 */
export interface MemcachedClusterProps {
  /** Where it lives. */
  readonly vpc: ec2.IVpc;

  /**
   * The subnets of its nodes. With several nodes they must lie in two Availability Zones at least.
   *
   * @default - the private subnets, or the isolated ones if there are none
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /** Engine and version, such as `CacheEngine.memcached('1.6.22')`. */
  readonly engine: CacheEngine;

  /**
   * The cluster whose clients come over. This one is sized by it and checked against it: its version must be no older, and
   * what a DNS record cannot change for its clients (port, TLS) must fit. Nothing else follows from it, so that it can be
   * dropped once that cluster is gone: state `nodeType` and `numNodes` then, and the template stays the same.
   *
   * @default - it replaces nothing
   */
  readonly replaces?: IMemcachedCluster;

  /**
   * The node type.
   *
   * @default - the successor of the node type of the cluster in `replaces`: the smallest current one whose
   * `max_cache_memory` holds that cluster's share of a node
   */
  readonly nodeType?: CacheNodeType;

  /**
   * The most memory that items of the cluster in `replaces` have used over all nodes (CloudWatch `BytesUsedForCacheItems`,
   * Maximum, over weeks). ElastiCache keeps 100 MB of each node for connections.
   *
   * @default - all of that cluster's memory must fit
   */
  readonly peakMemory?: Size;

  /**
   * Whose processor a chosen node type has. Not together with `nodeType`.
   *
   * @default CacheProcessor.GRAVITON
   */
  readonly processor?: CacheProcessor;

  /**
   * How many nodes: 1 to 40, more with a higher quota. With several they lie in several Availability Zones (`cross-az`), and clients must spread keys
   * over them: a record leads to one.
   *
   * @default - as many as the cluster in `replaces`, or 1
   */
  readonly numNodes?: number;

  /**
   * 1–65535. A DNS record carries no port: it must be the port of the cluster in `replaces`.
   *
   * @default 11211
   */
  readonly port?: number;

  /**
   * The security groups of its nodes.
   *
   * @default - one of its own, which lets nobody in: see `connections`
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Whether clients talk to it through TLS: NONE or REQUIRED, from Memcached 1.6.12 on. Changing it replaces the cluster.
   *
   * @default TransitEncryption.NONE
   */
  readonly transitEncryption?: TransitEncryption;

  /**
   * Parameters, such as `max_item_size`.
   *
   * @default - the engine's defaults
   */
  readonly parameters?: { [name: string]: string };

  /**
   * When ElastiCache may maintain it, UTC: `sun:23:00-mon:01:30`, an hour at least.
   *
   * @default - chosen by ElastiCache
   */
  readonly preferredMaintenanceWindow?: string;

  /**
   * Whether ElastiCache moves it to the next minor version by itself, in the maintenance window.
   *
   * @default true
   */
  readonly autoMinorVersionUpgrade?: boolean;

  /**
   * What becomes of it when it leaves the template or is replaced. With RETAIN its subnet group, parameter group and
   * own security group stay too, which it cannot live without. There are no snapshots of Memcached.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}
