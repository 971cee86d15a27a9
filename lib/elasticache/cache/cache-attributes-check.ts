import { Token } from 'aws-cdk-lib';
import { assertStated } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import type { CacheAttributes } from './cache-attributes';
import { assertCacheHost, assertEndpointOfWrites, assertPort } from './endpoint-check';
import { TransitEncryption } from './transit-encryption';

/** What cannot be true of any cache is refused where it was typed. */
export function assertAttributes(attrs: CacheAttributes): void {
  assertStated('CacheAttributes', attrs, {
    engine: 'engine and version, e.g. CacheEngine.redis(…)',
    endpointAddress: 'the host name',
  });
  assertCacheHost(attrs.endpointAddress);
  assertEndpointOfWrites(attrs.endpointAddress, attrs.numShards);
  assertPort(attrs.port);
  assertShards(attrs);
  assertOneIdentity(attrs);
  if (
    attrs.tlsServerName !== undefined &&
    (attrs.transitEncryption ?? TransitEncryption.NONE) === TransitEncryption.NONE
  ) {
    throw new ValidationError(
      `Got tlsServerName '${attrs.tlsServerName}' for a cache without encryption in transit. Set transitEncryption to ` +
        'PREFERRED or REQUIRED, or leave tlsServerName out.',
    );
  }
  assertLogin(attrs);
}

/** @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html */
function assertLogin({ authSecret, transitEncryption, cacheClusterId, replicationGroupId }: CacheAttributes): void {
  const id = replicationGroupId ?? cacheClusterId;
  if (authSecret === undefined || (transitEncryption ?? TransitEncryption.NONE) !== TransitEncryption.NONE) return;
  if (id === undefined && transitEncryption === TransitEncryption.NONE) return;
  if (id === undefined) {
    throw new ValidationError(
      'Got authSecret without transitEncryption: is the password sent in the clear? State transitEncryption: TransitEncryption.REQUIRED, or NONE if the server has no TLS.',
    );
  }
  throw new ValidationError(
    `Got authSecret for '${id}' without encryption in transit, without which ElastiCache takes no password: it would be sent in the clear. Set transitEncryption to PREFERRED or REQUIRED, as the cache has it, or leave authSecret out.`,
  );
}

function assertShards(attrs: CacheAttributes): void {
  const { numShards, cacheClusterId } = attrs;
  if (numShards === undefined) return;
  if (cacheClusterId !== undefined) {
    throw new ValidationError(
      `Got numShards for the single cluster '${cacheClusterId}'. Cluster mode needs a replication group: state ` +
        'replicationGroupId instead of cacheClusterId, or leave numShards out.',
    );
  }
  if (Token.isUnresolved(numShards) || (Number.isInteger(numShards) && numShards >= 1)) return;
  throw new ValidationError(
    `Got numShards ${numShards}. Accepted are whole numbers from 1; leave it out if cluster mode is disabled.`,
  );
}

function assertOneIdentity(attrs: CacheAttributes): void {
  const { engine, cacheClusterId, replicationGroupId } = attrs;
  if (cacheClusterId === undefined) return;
  if (replicationGroupId !== undefined) {
    throw new ValidationError(
      `Got both cacheClusterId '${cacheClusterId}' and replicationGroupId '${replicationGroupId}'. A cluster in a ` +
        'replication group is a node of it: state replicationGroupId alone, and its nodes as memberClusterIds.',
    );
  }
  if (engine.name === 'valkey') {
    throw new ValidationError(
      `Got cacheClusterId '${cacheClusterId}' for ${engine}. Valkey runs in replication groups only: state replicationGroupId.`,
    );
  }
}
