import { setTimeout as sleep } from 'node:timers/promises';
import type { JournalEntry } from '../aws/call-journal';
import type { ClientFigures, Side } from '../report/result';
import type { ShutOut } from './clients/shut-out';
import type { Executions } from './executions';
import type { FaultInjection } from './faults/fault-injection';
import type { Evidence } from './invariants';
import type { LiveMonitor } from './live-monitor';
import type { ObservedState } from './observed-state';
import type { Operator } from './operator';
import type { Rehearsable } from './rehearsable';
import type { Comparison } from './system-under-test';
import type { Testbed } from './testbed';
import type { Timeline } from './timeline';

export interface EvidenceSources {
  readonly testbed: Testbed;
  readonly rehearsable: Rehearsable;
  readonly executions: Executions;
  readonly operator: Operator;
  readonly faults: FaultInjection;
  readonly monitor: LiveMonitor;
  readonly timeline: Timeline;
  readonly calls: readonly JournalEntry[];
  readonly serving: Side | undefined;
}

/** What was seen of clients and of what a migration must restore. */
export interface Seen {
  readonly figures: ClientFigures;
  readonly before: ObservedState;
  readonly after: () => ObservedState;
  readonly shutOut: readonly ShutOut[];
}

const COMPARE_LIMIT_MS = 15_000;
const BETWEEN_TRIES_MS = 500;

/** Collects what the invariants are judged by, when the executions have ended and clients have stopped. */
export async function collectEvidence(
  sources: EvidenceSources,
  { figures, before, after, shutOut }: Seen,
): Promise<Evidence> {
  const { testbed, rehearsable, executions, operator, faults, monitor, calls, serving } = sources;
  const { account, system, migration } = testbed;
  await account.ecs.services.settled();
  const other = serving === 'green' ? 'blue' : 'green';
  const follows = faults.lost === undefined && (await isFollowing(other, sources));
  const comparison = follows ? await compareUntilEqual(sources) : undefined;
  const last = executions.last();
  return {
    migration,
    promises: rehearsable,
    calls,
    figures,
    serving,
    said: last?.output ?? last?.cause ?? '',
    before,
    after: after(),
    readersOn: system.readersOn?.(account),
    compares: system.compares,
    ...(comparison !== undefined && { comparison }),
    otherSideAnswers: await system.answers(other),
    ...(faults.lost !== undefined && { lost: faults.lost }),
    leftToRecover: [
      ...(executions.wereOverdue ? ['Executions did not end in time.'] : []),
      ...operator.leftToRecover(),
    ],
    moves: Math.max(0, monitor.weightChanges.length - 1),
    shutOut,
  };
}

/** A server that has crashed starts and follows again by itself, which takes its time on a busy machine. */
async function isFollowing(other: Side, { testbed, faults, timeline }: EvidenceSources): Promise<boolean> {
  if (faults.hasCrashed) await faults.recovered();
  const deadline = Date.now() + COMPARE_LIMIT_MS;
  for (;;) {
    const follows = await testbed.system.follows(other, timeline.phases);
    if (follows || !faults.hasCrashed || Date.now() > deadline) return follows;
    await sleep(BETWEEN_TRIES_MS);
  }
}

async function compareUntilEqual({ testbed }: EvidenceSources): Promise<Comparison> {
  const deadline = Date.now() + COMPARE_LIMIT_MS;
  for (;;) {
    const comparison = await testbed.system.compare();
    if (comparison.mismatches === 0 || Date.now() > deadline) return comparison;
    await sleep(BETWEEN_TRIES_MS);
  }
}
