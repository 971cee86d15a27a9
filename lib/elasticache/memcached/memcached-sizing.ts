import { Size, Token } from 'aws-cdk-lib';
import { ValidationError } from '../../validation-error';
import type { CacheEngine } from '../engine/engine';
import { memoryNeeded } from '../nodes/node-successor';
import { CacheNodeType } from '../nodes/node-type';
import type { IMemcachedCluster } from './memcached';
import type { MemcachedClusterProps } from './memcached-cluster-props';

/** What a node of that type gives to Memcached's keys. */
export function nodeMemory(engine: CacheEngine, nodeType: CacheNodeType | undefined): Size | undefined {
  return nodeType?._memoryFor(engine);
}

/** Over all nodes. Undefined where it is not known. */
export function clusterMemory({ maxMemory, numNodes }: IMemcachedCluster): Size | undefined {
  if (maxMemory === undefined || maxMemory.isUnresolved() || Token.isUnresolved(numNodes)) return undefined;
  return Size.bytes(maxMemory.toBytes() * numNodes);
}

/** What so many bytes of items need, spread over so many nodes. */
export function neededForPeak(engine: CacheEngine, peak: Size, numNodes: number): Size | undefined {
  if (peak.isUnresolved() || Token.isUnresolved(numNodes)) return undefined;
  return Size.bytes(memoryNeeded(engine, Size.bytes(Math.ceil(peak.toBytes() / numNodes))).toBytes() * numNodes);
}

/** The stated node type, checked; or else the successor of the replaced cluster's. */
export function chooseMemcachedNodes(props: MemcachedClusterProps, numNodes: number): CacheNodeType {
  const { nodeType, replaces, engine, processor, peakMemory } = props;
  if (nodeType === undefined && replaces === undefined) {
    throw new ValidationError(
      "Got neither nodeType nor replaces. Accepted is either: state nodeType, such as CacheNodeType.of('cache.m7g.large'), or the cluster that it replaces.",
    );
  }
  if (nodeType !== undefined) return stated(nodeType, props);
  const needed =
    peakMemory === undefined ? replaces && clusterMemory(replaces) : neededForPeak(engine, peakMemory, numNodes);
  if (needed === undefined || Token.isUnresolved(numNodes)) {
    throw new ValidationError(
      `The memory of ${replaces?.node.path} is not known (no maxMemory, and no nodeType that the guide still lists; or a token), so this cluster cannot be sized by it. State its maxMemory (limit_maxbytes of the command stats), or peakMemory or nodeType here.`,
    );
  }
  return CacheNodeType.smallest({
    maxMemory: Size.bytes(Math.ceil(needed.toBytes() / numNodes)),
    engine,
    processor,
    category: replaces?.nodeType?.category,
  });
}

function stated(nodeType: CacheNodeType, { engine, processor }: MemcachedClusterProps): CacheNodeType {
  if (processor !== undefined) {
    throw new ValidationError(
      `Got processor ${processor} beside nodeType ${nodeType}, which has its own. Leave one of them out.`,
    );
  }
  if (!nodeType.creatable) {
    throw new ValidationError(
      `Got nodeType ${nodeType}, which ElastiCache no longer creates. Accepted are families from m4, r4, t3 and c7gn on. State replaces instead of nodeType.`,
    );
  }
  if (nodeType.supports(engine)) return nodeType;
  throw new ValidationError(
    `Got nodeType ${nodeType} for ${engine}. Accepted on current nodes are ${engine._line.runsFrom}; r6gd has none. Take ${engine._line.recommended}.`,
  );
}
