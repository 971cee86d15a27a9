import type { JournalEntry } from '../aws/call-journal';
import type { Figures } from '../clients/client-figures';
import type { PhaseRun } from '../report/result';
import { lengthOf, type Span } from '../report/span';
import type { ShutOut } from './clients/shut-out';

/** A time in which nobody could write, or one group of clients could not. Milliseconds since the rehearsal began; it may not end. */
export interface WriteOutage extends Span {
  /** What it was made of; absent where no record was changed behind a fence. */
  readonly parts?: {
    /** From the beginning of the phase that refuses writes until Route 53 accepted the change of the record. */
    readonly workMs: number;
    /** From there until clients wrote to the new side. */
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
  /** Who cannot write in the end. @default - everyone who could before can */
  readonly shutOut?: readonly Pick<ShutOut, 'access' | 'lastMs'>[];
}

/**
 * Each time clients changed sides: from the last write that the old side took until the first that the new one took. And
 * from the last write of the first clients that are shut out for good, without an end.
 */
export function writeOutagesOf(seen: Seen): WriteOutage[] {
  const { startedAt, shutOut = [] } = seen;
  const lastWrites = shutOut.filter(({ access }) => access === 'writes').map(({ lastMs }) => lastMs);
  if (lastWrites.length === 0) return ofSwitches(seen);
  return [...ofSwitches(seen), { fromMs: Math.min(...lastWrites) - startedAt, toMs: Number.POSITIVE_INFINITY }];
}

function ofSwitches(seen: Seen): WriteOutage[] {
  const { startedAt, figures } = seen;
  return figures.sides.slice(1).flatMap((side, index) => {
    const before = figures.sides[index];
    if (before === undefined || side.fromMs <= before.toMs) return [];
    const writeOutage = { fromMs: before.toMs - startedAt, toMs: side.fromMs - startedAt };
    const parts = partsOf(writeOutage, seen);
    return [{ ...writeOutage, ...(parts && { parts }) }];
  });
}

/** The longest one; absent where clients could write all the while. */
export function longest(writeOutages: readonly WriteOutage[]): WriteOutage | undefined {
  return [...writeOutages].sort((a, b) => lengthOf(b) - lengthOf(a) || a.fromMs - b.fromMs)[0];
}

function partsOf({ fromMs, toMs }: Span, { startedAt, calls, phases }: Seen): WriteOutage['parts'] {
  const changedMs = calls
    .filter(({ action, outcome }) => action === 'changeResourceRecordSets' && outcome === 'ok')
    .map(({ at, durationMs }) => at + durationMs - startedAt)
    .findLast((ms) => ms >= fromMs && ms <= toMs);
  if (changedMs === undefined) return undefined;
  const fence = phases.findLast(
    ({ of, startedMs }) => of?.part === 'own' && of.seen === 'refused' && startedMs <= changedMs,
  );
  // Clients who wrote after it began have changed sides without it: the record was moved first.
  if (fence === undefined || fence.startedMs + fence.durationMs < fromMs) return undefined;
  return { workMs: Math.round(changedMs - fence.startedMs), dnsMs: Math.round(toMs - changedMs) };
}
