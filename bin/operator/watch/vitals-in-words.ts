import { count, duration } from '../../../rehearsal/report/units';
import type { Step } from './execution-progress';
import type { Picture } from './view';
import type { CopyProgress, Vitals } from './vital-signs';

/** `lag 40 ms, connections: blue 12, green 3`; empty where nothing is known. */
export function vitalsInWords({ lagMs, blue, green }: Vitals): string {
  const sides = Object.entries({ blue, green }).flatMap(([side, many]) =>
    many === undefined ? [] : [`${side} ${count(many)}`],
  );
  return [
    ...(lagMs === undefined ? [] : [`lag ${duration(lagMs)}`]),
    ...(sides.length === 0 ? [] : [`connections: ${sides.join(', ')}`]),
  ].join(', ');
}

/** How far a phase is, and how long it may take yet. */
export interface PhaseProgress {
  /** From 0 to 1. */
  readonly share: number;
  readonly inWords: string;
}

/** By what the copy has read; of other phases by how long they took before. Undefined: nothing tells. */
export function progressOf(
  { current, vitals, expectedMs }: Pick<Picture, 'current' | 'vitals' | 'expectedMs'>,
  now: number,
): PhaseProgress | undefined {
  if (current === undefined) return undefined;
  if (isCopy(current) && vitals?.copy !== undefined) return ofCopy(vitals.copy);
  if (expectedMs === undefined || expectedMs <= 0) return undefined;
  const lasted = Math.max(0, now - current.startedAt.getTime());
  const left = expectedMs - lasted;
  return {
    share: Math.min(1, lasted / expectedMs),
    inWords: left > 0 ? `about ${duration(left)} left` : `longer than before: that took ${duration(expectedMs)}`,
  };
}

const isCopy = ({ of }: Step) => of.part === 'own' && of.role === 'replicate';

function ofCopy({ done, total, leftMs }: CopyProgress): PhaseProgress {
  const left = leftMs === undefined ? '' : `about ${duration(leftMs)} left, `;
  return { share: done / total, inWords: `${left}${count(done)} of ${count(total)} keys` };
}
