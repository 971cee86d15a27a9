import { type GateCut, judgeCut } from '../../../batch/cuts';
import type { Rules } from './rules';
import type { Message } from './world';

export const MOMENT_OF_CUT = (minute: number) => minute * 60 + 30;
export const iso = (seconds: number) => new Date(seconds * 1_000).toISOString();
export const at = (slot: number) => new Date(slot * 60_000);

/** Adds a cut that a host is told, last, if it is new. Where epochs are ignored, what comes last decides. */
export function place(cuts: GateCut[], { epoch, cut, runs }: Message, rules: Rules): 'new' | 'again' | 'stale' {
  const told = { epoch: rules.epochs ? epoch : cuts.length, from: iso(cut), runs };
  const judged = rules.epochs ? judgeCut(cuts, told) : 'new';
  if (judged === 'new') cuts.push(told);
  return judged;
}
