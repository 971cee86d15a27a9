import type { CacheFigures, Figures } from '../clients/figures';
import type { SqlFigures } from '../clients/sql/figures';
import type {
  CacheClientFigures,
  ClientFigures,
  ComparedData,
  DatabaseClientFigures,
  RehearsalRecord,
  RehearsalResult,
} from './result';
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
    ...partsOfFreeze(cutover),
    both('Longest write gap', (clients) => clients.longestWriteGapMs, duration),
    both('Operations', (clients) => clients.operations),
    both('Failed operations', (clients) => clients.failed),
    both('Acknowledged writes lost', (clients) => clients.lostWrites, count, true),
    ...('balanceDrift' in result.clients
      ? decisiveOfDatabase(result.clients)
      : decisiveOfCache(result.clients, result.byHand?.clients)),
    ...(data === undefined ? nothingCompared(result.clients) : comparedData(data)),
  ];
}

function partsOfFreeze({ freezeWorkMs, freezeDnsMs }: RehearsalResult['cutover']): ComparedFigure[] {
  const part = (name: string, ours: number | undefined) =>
    ours === undefined ? [] : [{ name, ours, inWords: duration, damage: false }];
  return [...part('Fence until record changed', freezeWorkMs), ...part('DNS until users write', freezeDnsMs)];
}

function decisiveOfCache(ours: CacheClientFigures, byHand: ClientFigures | undefined): ComparedFigure[] {
  const both = compare(ours, byHand && 'conflicts' in byHand ? byHand : undefined);
  return [
    both('Conflicts in the overlap', (clients) => clients.conflicts),
    both('Lock violations', (clients) => clients.lockViolations, count, true),
    both('Sessions lost', (clients) => clients.sessionsLost, count, true),
  ];
}

function decisiveOfDatabase(ours: DatabaseClientFigures): ComparedFigure[] {
  const only = compare(ours, undefined);
  return [
    only('Balances off by', (clients) => Math.abs(clients.balanceDrift), count, true),
    only('Accounts off', (clients) => clients.wrongBalances, count, true),
    only('COMMITs without an answer', (clients) => clients.unansweredCommits),
    only('Failed reads', (clients) => clients.failedReads),
  ];
}

function comparedData(data: ComparedData): ComparedFigure[] {
  const [what, compared] = 'keys' in data ? ['Keys', data.keys] : ['Rows', data.rows];
  return [
    { name: `${what} compared`, ours: compared, inWords: count, damage: false },
    { name: `${what} that differ`, ours: data.mismatches, inWords: count, damage: true },
  ];
}

/** Said all the same: who looks for the comparison must not take its absence for a difference of 0. */
function nothingCompared(clients: ClientFigures): ComparedFigure[] {
  return [
    { name: `${'balanceDrift' in clients ? 'Rows' : 'Keys'} compared in the end`, inWords: count, damage: false },
  ];
}

/** What else the clients saw, for those who look closer. */
export function closerFigures(record: RehearsalRecord): ComparedFigure[] {
  const { figures, byHand } = record;
  const both = compare<Figures>(figures, byHand?.figures);
  return [
    both('Writes acknowledged', (of) => of.writes),
    both('Turns missed while waiting', (of) => of.missed),
    both('Latency, p50', (of) => of.latency.p50Ms, duration),
    both('Latency, p99', (of) => of.latency.p99Ms, duration),
    both('Latency, highest', (of) => of.latency.highestMs, duration),
    ...byKind(record, 'Longest write gap', (of) => of.longestWriteGapMsByKind, duration, false),
    ...byKind(record, 'Writes lost', (of) => of.lostWritesByKind, count, true),
    ...(figures.of === 'cache' ? closerOfCache(figures, byHand?.figures) : closerOfDatabase(figures)),
  ];
}

function closerOfCache(ours: CacheFigures, byHand: CacheFigures | undefined): ComparedFigure[] {
  const both = compare(ours, byHand);
  return [
    both('Locks acquired', (of) => of.locksAcquired),
    both('Keys that no longer expire', (of) => of.expiryLost, count, true),
    both('Jobs pushed', (of) => of.queue.pushed),
    both('Jobs taken', (of) => of.queue.popped),
    both('Jobs still waiting', (of) => of.queue.waiting),
    both('Jobs done twice', (of) => of.queue.duplicated, count, true),
    both('Jobs lost', (of) => of.queue.lost, count, true),
    both('Jobs taken, unanswered', (of) => of.queue.uncertain),
  ];
}

function closerOfDatabase(ours: SqlFigures): ComparedFigure[] {
  const only = compare(ours, undefined);
  return [
    only('Transfers committed', (of) => of.transfers.committed),
    only('Transfers in doubt', (of) => of.transfers.unanswered),
    only('Transfers in doubt that stand', (of) => of.transfers.unansweredStanding),
    only('Transfers nobody made', (of) => of.transfers.unexplained, count, true),
    only('Orders placed', (of) => of.orders.placed),
    only('Orders under one key', (of) => of.orders.doubled, count, true),
    only('Orders nobody placed', (of) => of.orders.unexplained, count, true),
    ...Object.keys(ours.reads).flatMap((side) => [
      only(`Reads answered by ${side}`, (of) => of.reads[side]?.answered ?? 0),
      only(`Reads failed on ${side}`, (of) => of.reads[side]?.failed ?? 0),
    ]),
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

function compare<T>(ours: T, byHand: T | undefined) {
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
  of: (figures: Figures) => Readonly<Partial<Record<string, number>>>,
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

/** Whether a figure is to be seen as damage. Whatever does not end is. */
export function isDamage({ damage }: ComparedFigure, value: number): boolean {
  return value === Number.POSITIVE_INFINITY || (damage && value > 0);
}
