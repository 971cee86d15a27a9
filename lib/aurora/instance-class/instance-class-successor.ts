import { ValidationError } from '../../validation-error';
import type { EngineRelease } from '../engine/engine-version';
import { DatabaseInstanceCategory, DatabaseProcessor } from './instance-class-families';
import { isOffered } from './instance-class-offers';
import { INSTANCE_CLASS_SIZES, type InstanceClassSize } from './instance-class-sizes';

/** What an instance must offer. */
export interface InstanceClassRequirement {
  readonly category: DatabaseInstanceCategory;
  readonly processor: DatabaseProcessor;
  readonly engine: EngineRelease;
  readonly memoryGib: number;
  readonly vCpu: number;
}

/**
 * Of the families that can be created, the ones that are chosen from: those that are in most Regions, and whose first
 * versions on Aurora are published. r8g, m8g, r7i and m7i can be stated, as can x2g, which has half the vCPUs for its
 * memory.
 */
const CURRENT_FAMILIES = ['t3', 't4g', 'm5', 'm6g', 'm6i', 'm7g', 'r5', 'r6g', 'r6i', 'r7g'];

const { BURSTABLE, GENERAL_PURPOSE, MEMORY_OPTIMIZED } = DatabaseInstanceCategory;

/**
 * Where to look, in order: the character of the instance is kept, and only where the engine has no class of that
 * character that is large enough does the next one count. Aurora has no general purpose classes. Nothing falls back to
 * burstable, whose CPU credits a busy database uses up.
 */
const CHARACTERS: ReadonlyMap<DatabaseInstanceCategory, readonly DatabaseInstanceCategory[]> = new Map([
  [BURSTABLE, [BURSTABLE, GENERAL_PURPOSE, MEMORY_OPTIMIZED]],
  [GENERAL_PURPOSE, [GENERAL_PURPOSE, MEMORY_OPTIMIZED]],
  [MEMORY_OPTIMIZED, [MEMORY_OPTIMIZED]],
]);

/**
 * The smallest current class that meets the requirement: by its memory, then by its vCPUs, not by its name. Of two with
 * the same, the newer generation.
 */
export function smallestInstanceClass(required: InstanceClassRequirement): InstanceClassSize {
  for (const category of CHARACTERS.get(required.category) ?? []) {
    const [smallest] = candidates(category, required).filter(
      ({ memoryGib, vCpu }) => memoryGib >= required.memoryGib && vCpu >= required.vCpu,
    );
    if (smallest !== undefined) return smallest;
  }
  throw nothingFits(required);
}

function candidates(category: DatabaseInstanceCategory, required: InstanceClassRequirement): InstanceClassSize[] {
  return INSTANCE_CLASS_SIZES.filter(
    (size) =>
      CURRENT_FAMILIES.includes(size.family.name) &&
      size.family.category === category &&
      size.family.processor === required.processor &&
      isOffered(size, required.engine),
  ).sort((a, b) => a.memoryGib - b.memoryGib || a.vCpu - b.vCpu || b.family.generation - a.family.generation);
}

function nothingFits(required: InstanceClassRequirement): ValidationError {
  const { category, processor, engine, memoryGib, vCpu } = required;
  const wanted = `${memoryGib} GiB and ${vCpu} vCPUs on a ${processor} instance for ${engine.name} ${engine.version}`;
  const offered = (CHARACTERS.get(category) ?? []).flatMap((each) => candidates(each, required));
  const largest = offered.sort((a, b) => b.memoryGib - a.memoryGib)[0];
  const other = processor === DatabaseProcessor.GRAVITON ? 'DatabaseProcessor.INTEL' : 'DatabaseProcessor.GRAVITON';
  if (largest === undefined) {
    return new ValidationError(
      `No current ${category} class gives ${wanted}: this engine runs on none of them. Take a later engine, or ` +
        `processor: ${other}.`,
    );
  }
  return new ValidationError(
    `No current ${category} class gives ${wanted}; the largest is db.${largest.name} with ${largest.memoryGib} GiB and ` +
      `${largest.vCpu} vCPUs. Take processor: ${other}, or state instanceClass.`,
  );
}
