import { Size, Token } from 'aws-cdk-lib';
import { ValidationError } from '../../validation-error';
import type { EngineRelease } from '../engine/engine-lifecycle';
import { CacheNodeCategory, CacheProcessor, NODE_FAMILIES, type NodeFamily } from './node-families';
import { NODE_SIZES, type NodeSize } from './node-sizes';

/** What a node must offer. */
export interface NodeRequirement {
  readonly category: CacheNodeCategory;
  readonly processor: CacheProcessor;
  readonly engine: EngineRelease;
  /** `maxmemory` must be at least this. */
  readonly memoryBytes: number;
}

/** Of the families that can be created, the ones worth moving to. m4 and r4 can be created, but are a step back. */
const CURRENT_FAMILIES = ['t3', 't4g', 'm5', 'm6g', 'm7g', 'm8g', 'r5', 'r6g', 'r7g', 'r8g', 'r6gd', 'c7gn', 'c8gn'];

/**
 * Where to look, in order: the character of the node is kept, and only where no type of that character is large enough
 * does the next one count. Nothing falls back to burstable, whose CPU credits a busy cache uses up.
 */
const CHARACTERS: ReadonlyMap<CacheNodeCategory, readonly CacheNodeCategory[]> = new Map([
  [
    CacheNodeCategory.BURSTABLE,
    [CacheNodeCategory.BURSTABLE, CacheNodeCategory.GENERAL_PURPOSE, CacheNodeCategory.MEMORY_OPTIMIZED],
  ],
  [CacheNodeCategory.GENERAL_PURPOSE, [CacheNodeCategory.GENERAL_PURPOSE, CacheNodeCategory.MEMORY_OPTIMIZED]],
  // Redis runs commands on one thread: what c1 had in cores, one current core outruns.
  [CacheNodeCategory.COMPUTE_OPTIMIZED, [CacheNodeCategory.GENERAL_PURPOSE, CacheNodeCategory.MEMORY_OPTIMIZED]],
  [CacheNodeCategory.NETWORK_OPTIMIZED, [CacheNodeCategory.NETWORK_OPTIMIZED]],
  [CacheNodeCategory.MEMORY_OPTIMIZED, [CacheNodeCategory.MEMORY_OPTIMIZED]],
  [CacheNodeCategory.DATA_TIERING, [CacheNodeCategory.DATA_TIERING]],
]);

const GIBIBYTE = 1024 ** 3;

/** `2.78 GiB`, the unit and precision of ElastiCache's tables. */
export function inGibibytes(bytes: number): string {
  return `${(bytes / GIBIBYTE).toFixed(2)} GiB`;
}

export function familyOf(size: NodeSize): NodeFamily | undefined {
  return NODE_FAMILIES.find((family) => family.name === size[0].split('.')[0]);
}

export function familySupports(family: NodeFamily, engine: EngineRelease): boolean {
  return Token.isUnresolved(engine.version) || engine._line.runsOn(family, engine.version);
}

/** The node memory that so much data needs. */
export function memoryNeeded({ _line: line }: EngineRelease, data: Size): Size {
  return Size.bytes(line.memoryFor(data.toBytes()));
}

/**
 * The smallest current node type that meets the requirement: by its memory, not by its name. Of two with the same
 * memory, the newer generation.
 */
export function smallestNode(required: NodeRequirement): NodeSize {
  for (const category of CHARACTERS.get(required.category) ?? []) {
    const smallest = candidates(category, required).find(({ bytes }) => bytes >= required.memoryBytes);
    if (smallest !== undefined) return smallest.size;
  }
  throw nothingFits(required);
}

interface Candidate {
  readonly size: NodeSize;
  readonly bytes: number;
}

function candidates(category: CacheNodeCategory, required: NodeRequirement): Candidate[] {
  const { _line: line } = required.engine;
  const families = NODE_FAMILIES.filter(
    (family) =>
      CURRENT_FAMILIES.includes(family.name) &&
      family.category === category &&
      family.processor === required.processor &&
      familySupports(family, required.engine),
  );
  return families
    .flatMap((family) => NODE_SIZES.filter((size) => familyOf(size) === family).map((size) => ({ size, family })))
    .flatMap(({ size, family: { generation } }) => {
      const bytes = line.memoryOf(size);
      return bytes === undefined ? [] : [{ size, bytes, generation }];
    })
    .sort((a, b) => a.bytes - b.bytes || b.generation - a.generation);
}

function nothingFits(required: NodeRequirement): ValidationError {
  const { category, processor, engine, memoryBytes } = required;
  const wanted = `${inGibibytes(memoryBytes)} of maxmemory on a ${processor} node for ${engine._line.name} ${engine.version}`;
  const offered = (CHARACTERS.get(category) ?? []).flatMap((each) => candidates(each, required));
  const largest = offered.sort((a, b) => b.bytes - a.bytes)[0];
  const other = processor === CacheProcessor.GRAVITON ? 'CacheProcessor.INTEL' : 'CacheProcessor.GRAVITON';
  if (largest === undefined) {
    return new ValidationError(
      `No current ${category} node type gives ${wanted}: this engine runs on none of them. Accepted are engines from ` +
        `${engine._line.runsFrom}. Take a later engine, or processor: ${other}.`,
    );
  }
  return new ValidationError(
    `No current ${category} node type gives ${wanted}; the largest is cache.${largest.size[0]} with ` +
      `${inGibibytes(largest.bytes)}. State peakMemory if less than maxmemory is ever used, spread the keys over shards ` +
      `(numShards), take processor: ${other}, or state nodeType.`,
  );
}
