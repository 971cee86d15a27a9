import { type aws_ec2 as ec2, Token } from 'aws-cdk-lib';
import { assertStated } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import { assertCacheHost, assertPort } from '../cache/endpoint-check';
import { TransitEncryption } from '../cache/transit-encryption';
import type { CacheEngine } from '../engine/engine';
import { compareVersions } from '../engine/engine-version';
import type { MemcachedClusterAttributes } from './memcached-attributes';

/** @see docs/aws-facts.md#elasticache-memcached-tls */
const FIRST_WITH_TLS = '1.6.12';

/** What is meant by `engine`, where it is missing. */
export const ENGINE = 'engine and version, e.g. CacheEngine.memcached(…)';

/** What is the same of a cluster that exists and of one that is made. */
export interface MemcachedFacts {
  readonly engine: CacheEngine;
  readonly port?: number;
  readonly numNodes?: number;
  readonly transitEncryption?: TransitEncryption;
}

export function assertMemcached({ engine, port, numNodes, transitEncryption }: MemcachedFacts): void {
  if (engine.name !== 'memcached') {
    throw new ValidationError(
      `engine: got ${engine}; accepted is Memcached. Use CacheEngine.memcached('1.6.22'), or ReplicationGroup and Cache.fromAttributes for ${engine}.`,
    );
  }
  assertPort(port);
  assertNodes(numNodes);
  if (transitEncryption === TransitEncryption.PREFERRED) {
    throw new ValidationError(
      'Got transitEncryption PREFERRED; Memcached takes either TLS or plaintext on its port. Accepted are NONE and REQUIRED, as clients speak it.',
    );
  }
  if (transitEncryption === TransitEncryption.REQUIRED && compareVersions(engine.version, FIRST_WITH_TLS) < 0) {
    throw new ValidationError(
      `Got transitEncryption REQUIRED for ${engine}; accepted are Memcached ${FIRST_WITH_TLS} and later. Leave it out, or take a later version.`,
    );
  }
}

function assertNodes(numNodes: number | undefined): void {
  if (numNodes === undefined || Token.isUnresolved(numNodes)) return;
  if (Number.isInteger(numNodes) && numNodes >= 1) return;
  throw new ValidationError(
    `Got numNodes ${numNodes}. Accepted are whole numbers from 1; how many at most, the account's quota says.`,
  );
}

export function assertMemcachedAttributes(attrs: MemcachedClusterAttributes): void {
  assertStated('MemcachedClusterAttributes', attrs, { engine: ENGINE, endpointAddress: 'the host name' });
  assertCacheHost(attrs.endpointAddress);
  assertMemcached(attrs);
  const { cacheClusterId, numNodes = 1 } = attrs;
  if (cacheClusterId !== undefined || Token.isUnresolved(numNodes) || numNodes === 1) return;
  throw new ValidationError(
    `Got numNodes ${numNodes} without cacheClusterId. Servers of your own are migrated one by one, each by a record of its own: leave numNodes out.`,
  );
}

/** Nodes across Availability Zones with every subnet in one are refused by ElastiCache, minutes into a deployment. */
export function assertSeveralZones({ availabilityZones: zones }: ec2.SelectedSubnets, numNodes: number): void {
  if (Token.isUnresolved(zones) || zones.some((zone) => Token.isUnresolved(zone)) || new Set(zones).size > 1) return;
  throw new ValidationError(
    `Got subnets in one Availability Zone only (${zones[0]}) for ${numNodes} nodes. Accepted are subnets in two at least: change vpcSubnets, or state numNodes: 1.`,
  );
}
