import { Size, Token } from 'aws-cdk-lib';
import { ValidationError } from '../../validation-error';
import type { ICache } from '../cache/cache-base';
import type { ReplicationGroupProps } from '../replication-group/replication-group-props';
import { inGibibytes, memoryNeeded } from './node-successor';
import { CacheNodeType } from './node-type';

/**
 * The stated node type, checked; or else the successor of the replaced cache's.
 */
export function chooseNodeType(props: ReplicationGroupProps): CacheNodeType {
  assertPropsAgree(props);
  const required = requiredMemory(props);
  if (props.nodeType === undefined) return successor(props, required);
  assertCreatable(props.nodeType);
  assertEngineRuns(props.nodeType, props);
  assertMemorySuffices(props.nodeType, required, props);
  return props.nodeType;
}

function assertPropsAgree(props: ReplicationGroupProps): void {
  if (props.replaces === undefined && props.nodeType === undefined) {
    throw new ValidationError(
      'Got neither nodeType nor replaces. Accepted is either: state nodeType, such as ' +
        "CacheNodeType.of('cache.m7g.large'), or the cache that it replaces. If that cache is gone, state the node type " +
        'that this group has now (CacheNodeType in the deployed template): it stays the same.',
    );
  }
  if (props.replaces === undefined && props.peakMemory !== undefined) {
    throw new ValidationError(
      'Got peakMemory without replaces, whose peak it is. State replaces, or leave peakMemory out.',
    );
  }
  if (props.nodeType !== undefined && props.processor !== undefined) {
    throw new ValidationError(
      `Got processor ${props.processor} beside nodeType ${props.nodeType}, which has its own. Leave one of them out.`,
    );
  }
}

/** `maxmemory` that each shard must have; undefined where that cannot be known. */
function requiredMemory(props: ReplicationGroupProps): Size | undefined {
  const total = props.peakMemory ?? totalMemory(props.replaces);
  const shards = props.numShards ?? 1;
  if (total === undefined || total.isUnresolved() || Token.isUnresolved(shards)) return undefined;
  const needed = props.peakMemory === undefined ? total : memoryNeeded(props.engine, total);
  return Size.bytes(Math.ceil(needed.toBytes() / shards));
}

function totalMemory(cache: ICache | undefined): Size | undefined {
  const shards = cache?.numShards ?? 1;
  if (cache?.maxMemory === undefined || cache.maxMemory.isUnresolved() || Token.isUnresolved(shards)) return undefined;
  return Size.bytes(cache.maxMemory.toBytes() * shards);
}

function successor(props: ReplicationGroupProps, required: Size | undefined): CacheNodeType {
  if (required === undefined) {
    throw new ValidationError(
      `The memory of ${props.replaces?.node.path} is not known (no nodeType or maxMemory, or a token), so this group ` +
        'cannot be sized by it. State its nodeType or maxMemory in Cache.fromAttributes, or peakMemory or nodeType here.',
    );
  }
  return CacheNodeType.smallest({
    maxMemory: required,
    engine: props.engine,
    processor: props.processor,
    category: props.replaces?.nodeType?.category,
  });
}

function assertCreatable(nodeType: CacheNodeType): void {
  if (nodeType.creatable) return;
  throw new ValidationError(
    `Got nodeType ${nodeType}, which ElastiCache no longer creates. Accepted are families from m4, r4, t3 and c7gn on. ` +
      `Take CacheNodeType.of('${nodeType}').successor({ engine }), or state replaces instead of nodeType.`,
  );
}

function assertEngineRuns(nodeType: CacheNodeType, props: ReplicationGroupProps): void {
  if (nodeType.supports(props.engine)) return;
  throw new ValidationError(
    `Got nodeType ${nodeType} for ${props.engine}. Accepted on ${nodeType.family} is ${nodeType.minimumEngine} or later. ` +
      "Take a later engine, such as CacheEngine.valkey('8.1'), or leave nodeType out: the successor is one that fits.",
  );
}

function assertMemorySuffices(nodeType: CacheNodeType, required: Size | undefined, props: ReplicationGroupProps): void {
  if (nodeType.maxMemory === undefined || required === undefined) return;
  if (nodeType.maxMemory.toBytes() >= required.toBytes()) return;
  const reason =
    props.peakMemory === undefined
      ? `the maxmemory of ${props.replaces?.nodeType ?? props.replaces?.node.path}`
      : 'peakMemory ÷ 0.75, because ElastiCache reserves a quarter';
  throw new ValidationError(
    `Got nodeType ${nodeType} with ${inGibibytes(nodeType.maxMemory.toBytes())} of maxmemory, but each shard needs ` +
      `${inGibibytes(required.toBytes())} (${required.toBytes()} bytes): ${reason}. Leave nodeType out, take a larger ` +
      'one, or state peakMemory if less is ever used.',
  );
}
