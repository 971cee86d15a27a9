import { INSTANCE_CLASS_FAMILIES, type InstanceClassFamily } from './instance-class-families';

/** One instance class: its name without `db.`, its vCPUs, its memory in GiB. */
export interface InstanceClassSize {
  readonly name: string;
  readonly family: InstanceClassFamily;
  readonly vCpu: number;
  readonly memoryGib: number;
}

/** Sizes below `large`, and those of m2, whose memory follows no ratio: vCPUs and GiB. */
const OFF_LADDER: ReadonlyMap<string, readonly [vCpu: number, memoryGib: number]> = new Map([
  ['t1.micro', [1, 0.615]],
  ['t2.micro', [1, 1]],
  ['t2.small', [1, 2]],
  ['t2.medium', [2, 4]],
  ['t3.micro', [2, 1]],
  ['t3.small', [2, 2]],
  ['t3.medium', [2, 4]],
  ['t4g.micro', [2, 1]],
  ['t4g.small', [2, 2]],
  ['t4g.medium', [2, 4]],
  ['m1.small', [1, 1.7]],
  ['m1.medium', [1, 3.75]],
  ['m2.xlarge', [2, 17.1]],
  ['m2.2xlarge', [4, 34.2]],
  ['m2.4xlarge', [8, 68.4]],
  ['m3.medium', [1, 3.75]],
]);

function onLadder(family: InstanceClassFamily): InstanceClassSize[] {
  return family.ladder.map((multiple) => ({
    name: `${family.name}.${sizeName(multiple)}`,
    family,
    vCpu: 4 * multiple,
    memoryGib: 4 * multiple * family.gibPerVcpu,
  }));
}

function sizeName(multiple: number): string {
  if (multiple < 1) return 'large';
  return multiple === 1 ? 'xlarge' : `${multiple}xlarge`;
}

function offLadder(family: InstanceClassFamily): InstanceClassSize[] {
  return [...OFF_LADDER]
    .filter(([name]) => name.startsWith(`${family.name}.`))
    .map(([name, [vCpu, memoryGib]]) => ({ name, family, vCpu, memoryGib }));
}

export const INSTANCE_CLASS_SIZES: readonly InstanceClassSize[] = INSTANCE_CLASS_FAMILIES.flatMap((family) => [
  ...offLadder(family),
  ...onLadder(family),
]);
