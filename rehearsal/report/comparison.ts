import type { Figures } from '../clients/figures';
import type { ClientFigures, RehearsalRecord, RehearsalResult } from './result';
import { count, duration } from './units';

/** One figure, and beside it the same of the switch by hand. */
export interface ComparedFigure {
  readonly name: string;
  /** Absent: there is no such figure; not the same as 0. */
  readonly ours?: number;
  readonly byHand?: number;
  readonly inWords: (value: number) => string;
  /** Whether anything but 0 is damage. */
  readonly damage: boolean;
}

/** The figures that decide. */
export function decisiveFigures(result: RehearsalResult): ComparedFigure[] {
  const { cutover, data } = result;
  const both = compare(result.clients, result.byHand?.clients);
  return [
    { name: 'Freeze of the switch', ours: cutover.freezeMs, inWords: freezeInWords, damage: false },
    both('Longest write gap', (clients) => clients.longestWriteGapMs, duration),
    both('Operations', (clients) => clients.operations),
    both('Failed operations', (clients) => clients.failed),
    both('Acknowledged writes lost', (clients) => clients.lostWrites, count, true),
    both('Conflicts in the overlap', (clients) => clients.conflicts),
    both('Lock violations', (clients) => clients.lockViolations, count, true),
    both('Sessions lost', (clients) => clients.sessionsLost, count, true),
    { name: 'Keys compared', ours: data.keys, inWords: count, damage: false },
    { name: 'Keys that differ', ours: data.mismatches, inWords: count, damage: true },
  ];
}

/** What else the clients saw, for those who look closer. */
export function closerFigures(record: RehearsalRecord): ComparedFigure[] {
  const both = compare<Figures>(record.figures, record.byHand?.figures);
  return [
    both('Writes acknowledged', (figures) => figures.writes),
    both('Turns missed while waiting', (figures) => figures.missed),
    both('Latency, p50', (figures) => figures.latency.p50Ms, duration),
    both('Latency, p99', (figures) => figures.latency.p99Ms, duration),
    both('Latency, highest', (figures) => figures.latency.highestMs, duration),
    ...byKind(record, 'Longest write gap', (figures) => figures.longestWriteGapMsByKind, duration, false),
    ...byKind(record, 'Writes lost', (figures) => figures.lostWritesByKind, count, true),
    both('Locks acquired', (figures) => figures.locksAcquired),
    both('Keys that no longer expire', (figures) => figures.expiryLost, count, true),
    both('Jobs pushed', (figures) => figures.queue.pushed),
    both('Jobs taken', (figures) => figures.queue.popped),
    both('Jobs still waiting', (figures) => figures.queue.waiting),
    both('Jobs done twice', (figures) => figures.queue.duplicated, count, true),
    both('Jobs lost', (figures) => figures.queue.lost, count, true),
    both('Jobs taken, unanswered', (figures) => figures.queue.uncertain),
  ];
}

/** Why operations failed: the most frequent reason of either way first. */
export function failureFigures(record: RehearsalRecord): ComparedFigure[] {
  const ours = record.figures.failures;
  const byHand = record.byHand?.figures.failures;
  const reasons = [...new Set([...Object.keys(ours), ...Object.keys(byHand ?? {})])];
  return reasons.map((reason) => ({
    name: reason,
    ours: ours[reason] ?? 0,
    ...(byHand && { byHand: byHand[reason] ?? 0 }),
    inWords: count,
    damage: false,
  }));
}

function compare<T extends ClientFigures | Figures>(ours: T, byHand: T | undefined) {
  return (name: string, figure: (of: T) => number, inWords = count, damage = false): ComparedFigure => ({
    name,
    ours: figure(ours),
    ...(byHand && { byHand: figure(byHand) }),
    inWords,
    damage,
  });
}

/** A kind that neither way has a figure for is left out; one that only one way has is 0 in the other. */
function byKind(
  { figures, byHand }: RehearsalRecord,
  name: string,
  of: (figures: Figures) => Readonly<Record<string, number>>,
  inWords: (value: number) => string,
  damage: boolean,
): ComparedFigure[] {
  const hand = byHand && of(byHand.figures);
  const kinds = [...new Set([...Object.keys(of(figures)), ...Object.keys(hand ?? {})])];
  return kinds.map((kind) => ({
    name: `${name}, ${kind}`,
    ours: of(figures)[kind] ?? 0,
    ...(hand && { byHand: hand[kind] ?? 0 }),
    inWords,
    damage,
  }));
}

/** 0 says that users never met a closed door, not that it opened at once. */
function freezeInWords(ms: number): string {
  return ms === 0 ? 'none' : duration(ms);
}
