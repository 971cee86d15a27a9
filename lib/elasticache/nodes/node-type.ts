import { Size, Token } from 'aws-cdk-lib';
import { assertTold } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import { CacheEngine } from '../engine/engine';
import { CacheNodeCategory, CacheProcessor, NODE_FAMILIES, type NodeFamily } from './node-families';
import { NODE_SIZES, type NodeSize } from './node-sizes';
import { familyOf, familySupports, memoryNeeded, smallestNode } from './node-successor';

/**
 * How much memory a node must have, for which engine.
 */
export interface SmallestCacheNodeOptions {
  /** The least `maxmemory`, per node. */
  readonly maxMemory: Size;

  /** The engine that is to run on it. */
  readonly engine: CacheEngine;

  /** @default CacheProcessor.GRAVITON */
  readonly processor?: CacheProcessor;

  /** @default CacheNodeCategory.GENERAL_PURPOSE */
  readonly category?: CacheNodeCategory;
}

/**
 * What the successor of a node type must be able to do.
 */
export interface CacheNodeSuccessorOptions {
  /** The engine that is to run on it. */
  readonly engine: CacheEngine;

  /** @default CacheProcessor.GRAVITON */
  readonly processor?: CacheProcessor;

  /**
   * The peak of `used_memory` on a node of this type (CloudWatch `BytesUsedForCache`, Maximum, over weeks). The
   * successor's `maxmemory` is at least this ÷ 0.75, because ElastiCache reserves a quarter.
   *
   * @default - the successor holds this type's whole `maxmemory`
   */
  readonly peakMemory?: Size;
}

/**
 * A node type of ElastiCache, with what the choice of a successor depends on.
 *
 *     CacheNodeType.of('cache.m3.medium').successor({ engine: CacheEngine.valkey('8.1') }).name   // cache.m7g.large
 */
export class CacheNodeType {
  /**
   * A node type by its name. A token is taken as it is, and nothing is known of it.
   *
   * @param name such as `cache.m7g.large`
   * @throws if ElastiCache for Redis OSS and Valkey has no such type
   */
  public static of(name: string): CacheNodeType {
    assertTold('CacheNodeType.of', { name });
    if (Token.isUnresolved(name)) return new CacheNodeType(name);
    const size = NODE_SIZES.find(([each]) => `cache.${each}` === name);
    if (size === undefined) throw unknownType(name);
    return new CacheNodeType(name, size, familyOf(size));
  }

  /**
   * The smallest current type that has the memory: where none of its category is large enough, burstable falls back to
   * general purpose, and general purpose to memory optimized. Of two with the same memory, the newer generation.
   *
   * @param options what it must have
   * @throws if none is large enough, the engine runs on none, or the memory is a token
   */
  public static smallest(options: SmallestCacheNodeOptions): CacheNodeType {
    assertTold('CacheNodeType.smallest', { options });
    if (options.maxMemory.isUnresolved()) {
      throw new ValidationError(
        'The memory of a node to choose is a token. Accepted is a literal Size; or state nodeType.',
      );
    }
    const [name] = smallestNode({
      category: options.category ?? CacheNodeCategory.GENERAL_PURPOSE,
      processor: options.processor ?? CacheProcessor.GRAVITON,
      engine: options.engine,
      memoryBytes: options.maxMemory.toBytes(),
    });
    return CacheNodeType.of(`cache.${name}`);
  }

  /** `cache.m7g.large`. */
  public readonly name: string;

  /** Bytes that the node gives to keys (`maxmemory`), the reserved memory included. Undefined for a token. */
  public readonly maxMemory?: Size;

  /** Undefined for a token. */
  public readonly vCpu?: number;

  /** `m7g`. Undefined for a token. */
  public readonly family?: string;

  /** 7 for `m7g`. Undefined for a token. */
  public readonly generation?: number;

  /** What the family is built for. Undefined for a token. */
  public readonly category?: CacheNodeCategory;

  /** Undefined for a token. */
  public readonly processor?: CacheProcessor;

  /**
   * Whether ElastiCache still creates nodes of this type; t1, t2, m1, m2, m3, c1 and r3 only live on. True for a token.
   */
  public readonly creatable: boolean;

  /** The first engine that runs on it: a Redis, or Valkey 7.2 where no Redis does. Undefined: any, or a token. */
  public readonly minimumEngine?: CacheEngine;

  private readonly facts?: NodeFamily;
  private readonly size?: NodeSize;

  private constructor(name: string, size?: NodeSize, facts?: NodeFamily) {
    this.name = name;
    this.size = size;
    this.maxMemory = size === undefined ? undefined : Size.bytes(size[1]);
    this.vCpu = size?.[2];
    this.family = facts?.name;
    this.generation = facts?.generation;
    this.category = facts?.category;
    this.processor = facts?.processor;
    this.creatable = facts?.creatable ?? true;
    this.minimumEngine = minimumEngineOf(facts);
    this.facts = facts;
  }

  /**
   * Whether the engine runs on this type. True where either is a token.
   *
   * @param engine the engine
   */
  public supports(engine: CacheEngine): boolean {
    assertTold('CacheNodeType.supports', { engine });
    return this.facts === undefined || familySupports(this.facts, engine);
  }

  /**
   * The type to move to: the smallest current one of the same character whose `maxmemory` holds this one's, or the
   * stated peak ÷ 0.75. By memory, not by name: the same size of a later generation is often smaller (r3.large has
   * 13.48 GiB, r7g.large 13.07), and m3.medium has no medium after it.
   *
   * @param options the engine, the processor, the peak
   * @throws if none is large enough, the engine runs on none, or the memory is not known because of a token
   */
  public successor(options: CacheNodeSuccessorOptions): CacheNodeType {
    assertTold('CacheNodeType.successor', { options });
    const { peakMemory, engine } = options;
    const maxMemory = peakMemory === undefined ? this._memoryFor(engine) : memoryNeeded(engine, peakMemory);
    if (maxMemory === undefined) {
      throw new ValidationError(
        `The memory of node type ${this.name} is not known, so no successor can be chosen: state nodeType.`,
      );
    }
    return CacheNodeType.smallest({ ...options, maxMemory, category: this.category });
  }

  /**
   * What a node of this type gives to an engine's keys. Undefined where it is not known.
   *
   * @internal
   */
  public _memoryFor({ _line: line }: CacheEngine): Size | undefined {
    const bytes = this.size === undefined ? undefined : line.memoryOf(this.size);
    return bytes === undefined ? undefined : Size.bytes(bytes);
  }

  /** The name. */
  public toString(): string {
    return this.name;
  }
}

function minimumEngineOf(family: NodeFamily | undefined): CacheEngine | undefined {
  if (family?.valkeyOnly === true) return CacheEngine.valkey('7.2');
  return family?.minimumRedis === undefined ? undefined : CacheEngine.redis(family.minimumRedis);
}

function unknownType(name: string): ValidationError {
  const prefixed = NODE_SIZES.some(([each]) => each === name);
  const family = NODE_SIZES.filter(([each]) => each.split('.')[0] === name.replace(/^cache\./, '').split('.')[0]);
  const accepted =
    family.length > 0 ? family.map(([each]) => `cache.${each}`) : NODE_FAMILIES.map((f) => `cache.${f.name}.*`);
  return new ValidationError(
    `Got '${name}' as a node type of ElastiCache, which has none of that name. Accepted: ${accepted.join(', ')}. ` +
      (prefixed
        ? `Write 'cache.${name}'.`
        : 'Take CacheNodeType from "aws elasticache describe-cache-clusters"; for an existing cache on a type that is ' +
          'newer than this list, leave nodeType out and state maxMemory.'),
  );
}
