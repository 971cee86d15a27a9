import { expression, literal } from '../../cutover/states/expression';
import type { WeightStep } from '../../cutover/weights/canary';
import type { AuroraMigrationProps } from '../migration/aurora-migration-props';
import { type FoundTarget, findTarget, ReaderTarget, type ReaderWeightStep } from './reader-target';

/** One step of moving readers, with where its share is led. */
export interface ReaderStep extends WeightStep {
  /** Undefined: where readers are led in the end. */
  readonly target?: ReaderTarget;
  /** JSONata or text: the address. Undefined: where readers are led in the end. */
  readonly address?: string;
}

/** Where readers of the two sides are led, as RDS knows it. */
export interface ReaderTargets {
  readonly blue: FoundTarget;
  /** In the end. */
  readonly green: FoundTarget;
  /** By step; undefined where a step leads to where all are led in the end. */
  readonly steps: readonly (FoundTarget | undefined)[];
}

/** @throws where a side does not have what is stated */
export function readerTargets(props: AuroraMigrationProps): ReaderTargets {
  const { blue, green = blue, blueReaderTarget, greenReaderTarget } = props;
  // RDS makes a managed green, and its names, later.
  const readerWeights = props.green === undefined ? [] : (props.readerWeights ?? []);
  const readers = ReaderTarget.readers();
  const settled = findTarget('greenReaderTarget', greenReaderTarget ?? readers, green);
  return {
    blue: findTarget('blueReaderTarget', blueReaderTarget ?? readers, blue),
    green: settled,
    steps: readerWeights.map(({ greenTarget }, index) => {
      if (greenTarget === undefined) return undefined;
      const found = findTarget(`readerWeights[${index}].greenTarget`, greenTarget, green);
      return found.address === settled.address ? undefined : found;
    }),
  };
}

/** The steps as they are performed. */
export function readerSteps(weights: readonly ReaderWeightStep[], { steps }: ReaderTargets): ReaderStep[] {
  return weights.map(({ greenTarget, ...step }, index) => {
    const found = steps[index];
    if (found === undefined || greenTarget === undefined) return step;
    return { ...step, target: greenTarget, address: found.address };
  });
}

/** The same where RDS makes green: an instance is known by the one of blue that it is made of. */
export function managedReaderSteps(weights: readonly ReaderWeightStep[]): ReaderStep[] {
  return weights.map(({ greenTarget, ...step }) => {
    if (greenTarget?._kind !== 'instance') return step;
    return { ...step, target: greenTarget, address: expression(copyOf(greenTarget._name)) };
  });
}

/** JSONata: the address of what RDS made of one of blue's instances. */
function copyOf(instance: string): string {
  return `$lookup($copies, $lowercase(${literal(instance)}))`;
}

/** Endpoints that green's readers are led to on the way, each once. */
export function trialTargets({ steps }: ReaderTargets): string[] {
  return [...new Set(steps.flatMap((step) => step?.address ?? []))];
}
