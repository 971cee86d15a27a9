/** What a family of nodes is built for. */
export enum CacheNodeCategory {
  /** CPU credits: `t`. */
  BURSTABLE = 'burstable',
  /** Balanced: `m`, except m2. */
  GENERAL_PURPOSE = 'general purpose',
  /** Much CPU for little memory: c1. */
  COMPUTE_OPTIMIZED = 'compute optimized',
  /** Much network: `c7gn`, `c8gn`. */
  NETWORK_OPTIMIZED = 'network optimized',
  /** Much memory for little CPU: `r`, m2. */
  MEMORY_OPTIMIZED = 'memory optimized',
  /** Memory with an SSD behind it: `r6gd`. */
  DATA_TIERING = 'memory optimized with data tiering',
}

/** The maker of a node's processor. */
export enum CacheProcessor {
  /** AWS Graviton (Arm). What clients see does not differ. */
  GRAVITON = 'Graviton',
  /** Intel (x86). */
  INTEL = 'Intel',
}

/** What the types of a family have in common. */
export interface NodeFamily {
  readonly name: string;
  readonly category: CacheNodeCategory;
  readonly processor: CacheProcessor;
  readonly generation: number;
  readonly creatable: boolean;
  /** The first Redis OSS that runs on it. Absent: any. */
  readonly minimumRedis?: string;
  /** Not offered for Redis OSS at all. */
  readonly valkeyOnly?: boolean;
}

const BURSTABLE = CacheNodeCategory.BURSTABLE;
const GENERAL = CacheNodeCategory.GENERAL_PURPOSE;
const COMPUTE = CacheNodeCategory.COMPUTE_OPTIMIZED;
const NETWORK = CacheNodeCategory.NETWORK_OPTIMIZED;
const MEMORY = CacheNodeCategory.MEMORY_OPTIMIZED;
const TIERING = CacheNodeCategory.DATA_TIERING;
const { GRAVITON, INTEL } = CacheProcessor;

/**
 * Sources: ElastiCache User Guide, "Supported node types" (minimum engines; T2 can no longer be created) and
 * "CacheNode" of the API reference (previous generations, which can no longer be created). Every Valkey runs on every
 * family that can still be created.
 */
export const NODE_FAMILIES: readonly NodeFamily[] = [
  { name: 't1', category: BURSTABLE, processor: INTEL, generation: 1, creatable: false },
  { name: 't2', category: BURSTABLE, processor: INTEL, generation: 2, creatable: false },
  { name: 't3', category: BURSTABLE, processor: INTEL, generation: 3, creatable: true, minimumRedis: '3.2.4' },
  { name: 't4g', category: BURSTABLE, processor: GRAVITON, generation: 4, creatable: true, minimumRedis: '5.0.6' },
  { name: 'm1', category: GENERAL, processor: INTEL, generation: 1, creatable: false },
  { name: 'm2', category: MEMORY, processor: INTEL, generation: 2, creatable: false },
  { name: 'm3', category: GENERAL, processor: INTEL, generation: 3, creatable: false },
  { name: 'm4', category: GENERAL, processor: INTEL, generation: 4, creatable: true },
  { name: 'm5', category: GENERAL, processor: INTEL, generation: 5, creatable: true, minimumRedis: '3.2.4' },
  { name: 'm6g', category: GENERAL, processor: GRAVITON, generation: 6, creatable: true, minimumRedis: '5.0.6' },
  { name: 'm7g', category: GENERAL, processor: GRAVITON, generation: 7, creatable: true, minimumRedis: '6.2' },
  { name: 'm8g', category: GENERAL, processor: GRAVITON, generation: 8, creatable: true, valkeyOnly: true },
  { name: 'c1', category: COMPUTE, processor: INTEL, generation: 1, creatable: false },
  { name: 'c7gn', category: NETWORK, processor: GRAVITON, generation: 7, creatable: true, minimumRedis: '6.2' },
  { name: 'c8gn', category: NETWORK, processor: GRAVITON, generation: 8, creatable: true, valkeyOnly: true },
  { name: 'r3', category: MEMORY, processor: INTEL, generation: 3, creatable: false },
  { name: 'r4', category: MEMORY, processor: INTEL, generation: 4, creatable: true },
  { name: 'r5', category: MEMORY, processor: INTEL, generation: 5, creatable: true, minimumRedis: '3.2.4' },
  { name: 'r6g', category: MEMORY, processor: GRAVITON, generation: 6, creatable: true, minimumRedis: '5.0.6' },
  { name: 'r6gd', category: TIERING, processor: GRAVITON, generation: 6, creatable: true, minimumRedis: '6.2' },
  { name: 'r7g', category: MEMORY, processor: GRAVITON, generation: 7, creatable: true, minimumRedis: '6.2' },
  { name: 'r8g', category: MEMORY, processor: GRAVITON, generation: 8, creatable: true, valkeyOnly: true },
];
