/** What a family of instance classes is built for. */
export enum DatabaseInstanceCategory {
  /** CPU credits: `t`. For tests, not for production. */
  BURSTABLE = 'burstable',
  /** Balanced: `m`, except m2. RDS only: Aurora has none. */
  GENERAL_PURPOSE = 'general purpose',
  /** Much memory for little CPU: `r`, `x`, m2. */
  MEMORY_OPTIMIZED = 'memory optimized',
}

/** The maker of an instance's processor. */
export enum DatabaseProcessor {
  /** AWS Graviton (Arm). What clients see does not differ. */
  GRAVITON = 'Graviton',
  /** Intel (x86). */
  INTEL = 'Intel',
}

/** What the classes of a family have in common. */
export interface InstanceClassFamily {
  readonly name: string;
  readonly category: DatabaseInstanceCategory;
  readonly processor: DatabaseProcessor;
  readonly generation: number;
  /** Memory for each vCPU, in GiB, of the sizes on the ladder. */
  readonly gibPerVcpu: number;
  /** The sizes on the ladder, as multiples of `xlarge` with its 4 vCPUs: 0.5 is `large`, 8 is `8xlarge`. */
  readonly ladder: readonly number[];
}

const BURSTABLE = DatabaseInstanceCategory.BURSTABLE;
const GENERAL = DatabaseInstanceCategory.GENERAL_PURPOSE;
const MEMORY = DatabaseInstanceCategory.MEMORY_OPTIMIZED;
const { GRAVITON, INTEL } = DatabaseProcessor;

const family = (
  name: string,
  category: DatabaseInstanceCategory,
  processor: DatabaseProcessor,
  gibPerVcpu: number,
  ...ladder: number[]
): InstanceClassFamily => ({
  name,
  category,
  processor,
  generation: Number(/\d/.exec(name)?.[0]),
  gibPerVcpu,
  ladder,
});

/**
 * Sources: RDS User Guide, "Hardware specifications for DB instance classes", and the Aurora User Guide's page of that
 * name. A class that RDS only has for Oracle or SQL Server is left out.
 */
export const INSTANCE_CLASS_FAMILIES: readonly InstanceClassFamily[] = [
  family('t1', BURSTABLE, INTEL, 0),
  family('t2', BURSTABLE, INTEL, 4, 0.5, 1, 2),
  family('t3', BURSTABLE, INTEL, 4, 0.5, 1, 2),
  family('t4g', BURSTABLE, GRAVITON, 4, 0.5, 1, 2),
  family('m1', GENERAL, INTEL, 3.75, 0.5, 1),
  family('m2', MEMORY, INTEL, 8.55),
  family('m3', GENERAL, INTEL, 3.75, 0.5, 1, 2),
  family('m4', GENERAL, INTEL, 4, 0.5, 1, 2, 4, 10, 16),
  family('m5', GENERAL, INTEL, 4, 0.5, 1, 2, 4, 8, 12, 16, 24),
  family('m5d', GENERAL, INTEL, 4, 0.5, 1, 2, 4, 8, 12, 16, 24),
  family('m6g', GENERAL, GRAVITON, 4, 0.5, 1, 2, 4, 8, 12, 16),
  family('m6gd', GENERAL, GRAVITON, 4, 0.5, 1, 2, 4, 8, 12, 16),
  family('m6i', GENERAL, INTEL, 4, 0.5, 1, 2, 4, 8, 12, 16, 24, 32),
  family('m6id', GENERAL, INTEL, 4, 0.5, 1, 2, 4, 8, 12, 16, 24, 32),
  family('m6idn', GENERAL, INTEL, 4, 0.5, 1, 2, 4, 8, 12, 16, 24, 32),
  family('m6in', GENERAL, INTEL, 4, 0.5, 1, 2, 4, 8, 12, 16, 24, 32),
  family('m7g', GENERAL, GRAVITON, 4, 0.5, 1, 2, 4, 8, 12, 16),
  family('m7i', GENERAL, INTEL, 4, 0.5, 1, 2, 4, 8, 12, 16, 24, 48),
  family('m8g', GENERAL, GRAVITON, 4, 0.5, 1, 2, 4, 8, 12, 16, 24, 48),
  family('r3', MEMORY, INTEL, 7.625, 0.5, 1, 2, 4, 8),
  family('r4', MEMORY, INTEL, 7.625, 0.5, 1, 2, 4, 8, 16),
  family('r5', MEMORY, INTEL, 8, 0.5, 1, 2, 4, 8, 12, 16, 24),
  family('r5b', MEMORY, INTEL, 8, 0.5, 1, 2, 4, 8, 12, 16, 24),
  family('r5d', MEMORY, INTEL, 8, 0.5, 1, 2, 4, 8, 12, 16, 24),
  family('r6g', MEMORY, GRAVITON, 8, 0.5, 1, 2, 4, 8, 12, 16),
  family('r6gd', MEMORY, GRAVITON, 8, 0.5, 1, 2, 4, 8, 12, 16),
  family('r6i', MEMORY, INTEL, 8, 0.5, 1, 2, 4, 8, 12, 16, 24, 32),
  family('r6id', MEMORY, INTEL, 8, 0.5, 1, 2, 4, 8, 12, 16, 24, 32),
  family('r6idn', MEMORY, INTEL, 8, 0.5, 1, 2, 4, 8, 12, 16, 24, 32),
  family('r6in', MEMORY, INTEL, 8, 0.5, 1, 2, 4, 8, 12, 16, 24, 32),
  family('r7g', MEMORY, GRAVITON, 8, 0.5, 1, 2, 4, 8, 12, 16),
  family('r7i', MEMORY, INTEL, 8, 0.5, 1, 2, 4, 8, 12, 16, 24, 48),
  family('r8g', MEMORY, GRAVITON, 8, 0.5, 1, 2, 4, 8, 12, 16, 24, 48),
  family('r8gd', MEMORY, GRAVITON, 8, 0.5, 1, 2, 4, 8, 12, 16, 24, 48),
  family('x2g', MEMORY, GRAVITON, 16, 0.5, 1, 2, 4, 8, 12, 16),
  family('x2idn', MEMORY, INTEL, 16, 16, 24, 32),
  family('x2iedn', MEMORY, INTEL, 32, 1, 2, 4, 8, 16, 24, 32),
];
