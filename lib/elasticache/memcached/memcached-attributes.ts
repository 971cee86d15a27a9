import type { aws_ec2 as ec2, Size } from 'aws-cdk-lib';
import type { TransitEncryption } from '../cache/transit-encryption';
import type { CacheEngine } from '../engine/engine';
import type { CacheNodeType } from '../nodes/node-type';

/**
 * A cluster of Memcached that exists already.
 */
export interface MemcachedClusterAttributes {
  /** Engine and version, such as `CacheEngine.memcached('1.4.34')`. */
  readonly engine: CacheEngine;

  /**
   * Where clients connect: the configuration endpoint (with `.cfg.` in its name), or the host of a server of your own.
   * Without port. Not the record that a migration moves: that one would lead to the other side afterwards.
   */
  readonly endpointAddress: string;

  /**
   * 1–65535.
   *
   * @default 11211
   */
  readonly port?: number;

  /**
   * Of ElastiCache: its id.
   *
   * @default - a server of your own
   */
  readonly cacheClusterId?: string;

  /**
   * How many nodes.
   *
   * @default 1
   */
  readonly numNodes?: number;

  /**
   * Of ElastiCache.
   *
   * @default - not known
   */
  readonly nodeType?: CacheNodeType;

  /**
   * Memory of one node: `limit_maxbytes` of the command `stats`, and the 100 MB that ElastiCache keeps for connections. The
   * guide no longer says it of node types before t2 and m4: state it for those.
   *
   * @default - `max_cache_memory` of the node type, if that is stated and known
   */
  readonly maxMemory?: Size;

  /** @default TransitEncryption.NONE */
  readonly transitEncryption?: TransitEncryption;

  /**
   * The name in the server's certificate.
   *
   * @default - `endpointAddress`
   */
  readonly tlsServerName?: string;

  /**
   * The security groups of its nodes, or of the host that runs it. Without them nothing can be let in.
   *
   * @default - none are known
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Of ElastiCache: the cache parameter group.
   *
   * @default - not known
   */
  readonly parameterGroupName?: string;
}
