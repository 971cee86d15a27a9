import type { JournalEntry } from '../aws/call-journal';
import type { Figures } from '../clients/figures';
import type { PhaseRun } from '../report/result';
import type { Span } from '../report/span';

/** A time in which nobody could write. Milliseconds since the rehearsal began. */
export interface Freeze extends Span {
  /** What it was made of; absent where no record was changed behind a fence. */
  readonly parts?: {
    /** From the beginning of the phase Fence until Route 53 accepted the change of the record. */
    readonly workMs: number;
    /** From there until users wrote to the new side. */
    readonly dnsMs: number;
  };
}

/** What a rehearsal has seen. */
export interface Seen {
  /** Milliseconds since the epoch, as all that clients and AWS note. */
  readonly startedAt: number;
  readonly figures: Figures;
  readonly calls: readonly JournalEntry[];
  readonly phases: readonly PhaseRun[];
}

/** Each time users changed sides: from the last write that the old side took until the first that the new one took. */
export function freezesOf(seen: Seen): Freeze[] {
  const { startedAt, figures } = seen;
  return figures.sides.slice(1).flatMap((side, index) => {
    const before = figures.sides[index];
    if (before === undefined || side.fromMs <= before.toMs) return [];
    const freeze = { fromMs: before.toMs - startedAt, toMs: side.fromMs - startedAt };
    const parts = partsOf(freeze, seen);
    return [{ ...freeze, ...(parts && { parts }) }];
  });
}

/** The longest one; absent where users could write all the while. */
export function longest(freezes: readonly Freeze[]): Freeze | undefined {
  return [...freezes].sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))[0];
}

function partsOf({ fromMs, toMs }: Span, { startedAt, calls, phases }: Seen): Freeze['parts'] {
  const changedMs = calls
    .filter(({ action, outcome }) => action === 'changeResourceRecordSets' && outcome === 'ok')
    .map(({ at, durationMs }) => at + durationMs - startedAt)
    .findLast((ms) => ms >= fromMs && ms <= toMs);
  if (changedMs === undefined) return undefined;
  const fence = phases.findLast(({ name, startedMs }) => name === 'Fence' && startedMs <= changedMs);
  // Users who wrote after it began have changed sides without it: the record was moved first.
  if (fence === undefined || fence.startedMs + fence.durationMs < fromMs) return undefined;
  return { workMs: Math.round(changedMs - fence.startedMs), dnsMs: Math.round(toMs - changedMs) };
}
