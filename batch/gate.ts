import { createFile } from './atomic-file';
import { readJson } from './ledger';
import type { Paths } from './paths';
import { dueAt } from './slots';

/** From when on slots are this host's, or are not. */
interface Cut {
  /** ISO 8601. */
  readonly from: string;
  readonly runs: boolean;
}

interface Gate {
  /** Who the cuts were made for: a copy of the disk has them from another host. */
  readonly instanceId: string;
  readonly cuts: readonly Cut[];
}

/**
 * Says of a job what was never said before. What is there stays: who runs a job is decided by the migration, and by no
 * deploy.
 */
export function beginGate(paths: Paths, job: string, instanceId: string, initially: 'open' | 'closed'): void {
  const gate: Gate = { instanceId, cuts: [{ from: new Date(0).toISOString(), runs: initially === 'open' }] };
  createFile(paths.gateOf(job), JSON.stringify(gate));
}

export interface GateQuestion {
  readonly job: string;
  readonly slot: string;
  readonly instanceId: string;
  readonly initially: 'open' | 'closed';
  readonly now: Date;
}

/** Whether the slot is this host's, by the minute that the slot was due in, whenever it is asked. */
export function isOurs(paths: Paths, { job, slot, instanceId, initially, now }: GateQuestion): boolean {
  const gate = readJson(paths.gateOf(job)) as Gate | undefined;
  if (gate === undefined || gate.instanceId !== instanceId) return initially === 'open';
  const due = (dueAt(slot) ?? now).getTime();
  return gate.cuts.findLast(({ from }) => Date.parse(from) <= due)?.runs ?? false;
}
