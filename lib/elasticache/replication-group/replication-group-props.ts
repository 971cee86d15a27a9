import type { Duration, aws_ec2 as ec2, aws_kms as kms, aws_logs as logs, RemovalPolicy, Size } from 'aws-cdk-lib';
import type { ICache } from '../cache/cache-base';
import type { TransitEncryption } from '../cache/transit-encryption';
import type { CacheEngine } from '../engine/engine';
import type { CacheProcessor } from '../nodes/node-families';
import type { CacheNodeType } from '../nodes/node-type';
import type { CacheAuthentication } from './authentication';

/**
 * A replication group of ElastiCache.
 */
export interface ReplicationGroupProps {
  /** Where it lives. */
  readonly vpc: ec2.IVpc;

  /**
   * The subnets of its nodes. With replicas they must lie in two Availability Zones at least.
   *
   * @default - the private subnets, or the isolated ones if there are none
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Engine and version. ElastiCache creates Redis 4.0.10, 5.0.6, 6.0, 6.2, 6.x, 7.0 and 7.1, and every Valkey; from
   * Redis 6 on it chooses the patch release itself.
   */
  readonly engine: CacheEngine;

  /**
   * The cache whose clients come over. This one is sized by it (`CacheNodeType.successor`) and checked against it: its
   * engine must be no downgrade, its memory must suffice, and what a DNS record cannot change for its clients (port,
   * TLS, cluster mode) must fit. Nothing else follows from it, so that it can be dropped once that cache is gone: state
   * `nodeType` then, and the template stays the same.
   *
   * @default - it replaces nothing
   */
  readonly replaces?: ICache;

  /**
   * The node type.
   *
   * @default - the successor of the node type of the cache in `replaces`
   */
  readonly nodeType?: CacheNodeType;

  /**
   * The peak of `used_memory` on the cache in `replaces`, summed over its shards (CloudWatch `BytesUsedForCache`,
   * Maximum, over weeks). ElastiCache reserves a quarter of `maxmemory`, so ÷ 0.75 must fit. It often saves a size.
   *
   * @default - all of that cache's `maxmemory` must fit
   */
  readonly peakMemory?: Size;

  /**
   * Whose processor a chosen node type has: CacheProcessor.INTEL gives m5.large for m3.medium. Not together with
   * `nodeType`.
   *
   * @default CacheProcessor.GRAVITON
   */
  readonly processor?: CacheProcessor;

  /**
   * How many shards: it enables cluster mode, with one shard too. 1–500. Clients must know cluster mode, and have one
   * logical database in it.
   *
   * @default - cluster mode is disabled
   */
  readonly numShards?: number;

  /**
   * How many replicas each shard has, 0–5. With one at least, Multi-AZ with automatic failover is on.
   *
   * @default 1
   */
  readonly numReplicas?: number;

  /**
   * 1–65535. A DNS record carries no port: it must be the port of the cache in `replaces`.
   *
   * @default 6379
   */
  readonly port?: number;

  /**
   * The security groups of its nodes. Do not give it those of the cache in `replaces`: fencing that one off closes
   * their rules, and would close this one.
   *
   * @default - one of its own, which lets nobody in: see `connections`
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Whether clients talk to it through TLS. It is off unless asked for, for the sake of clients that come over by DNS:
   * a client that speaks plaintext to the old cache cannot speak TLS to the new one the moment its name leads there;
   * and ElastiCache's certificates do not cover a private name, so that a client that verifies names fails. It can be
   * turned on in place later: PREFERRED while clients change over one by one, then REQUIRED.
   *
   * @default TransitEncryption.NONE
   */
  readonly transitEncryption?: TransitEncryption;

  /**
   * How clients prove who they are. It needs encryption in transit. An AUTH token cannot be added without replacing the
   * group; a user group can.
   *
   * @default - anyone who can connect may do everything
   */
  readonly authentication?: CacheAuthentication;

  /**
   * Whether what it writes to disk (backups, synchronization) is encrypted. Changing it replaces the group.
   *
   * @default true
   */
  readonly atRestEncryption?: boolean;

  /**
   * The key of the encryption at rest. Changing it replaces the group.
   *
   * @default - ElastiCache's own
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Parameters beside those that are set here: `notify-keyspace-events` (AKE, without which changes cannot be followed;
   * more may be asked for, not less) and, with `numShards`, `cluster-enabled`.
   *
   * @default - the engine's defaults
   */
  readonly parameters?: { [name: string]: string };

  /**
   * How long daily backups are kept: whole days, 1–35. A backup costs the node CPU and memory every day.
   *
   * @default - there are none
   */
  readonly snapshotRetention?: Duration;

  /**
   * When the daily backup may begin, UTC: `05:00-09:00`, an hour at least.
   *
   * @default - chosen by ElastiCache
   */
  readonly snapshotWindow?: string;

  /**
   * When ElastiCache may maintain it, UTC: `sun:23:00-mon:01:30`, an hour at least. Keep it clear of the night of a
   * migration: maintenance fails over.
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
   * Where slow commands are logged, in JSON; from Redis 6.0 on. The log carries keys and values.
   *
   * @default - they are not logged
   */
  readonly slowLogGroup?: logs.ILogGroup;

  /**
   * Where the engine's own log goes, in JSON; from Redis 6.2 on.
   *
   * @default - it is not kept
   */
  readonly engineLogGroup?: logs.ILogGroup;

  /**
   * What operators read in the console.
   *
   * @default - the construct's path
   */
  readonly description?: string;

  /**
   * What becomes of it when it leaves the template or is replaced. With RETAIN its subnet group, parameter group and
   * own security group stay too, which it cannot live without.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}
