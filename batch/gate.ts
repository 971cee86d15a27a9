import type { InitialGate } from '../contract/batch';
import { createFile, replaceFile } from './atomic-file';
import { type GateCut, runsAt } from './cuts';
import { readJson } from './ledger';
import type { Paths } from './paths';
import { dueAt } from './slots';

/** Who runs a job: the migration writes it, and no deploy. */
export interface Gate {
  /** Who the cuts were made for: a copy of the disk has them from another host. */
  readonly instanceId: string;
  readonly cuts: readonly GateCut[];
  /** Slots that are this host's whatever the cuts say: the tick starts them. */
  readonly owed?: Owed;
  /** Runs beside the schedule, likewise. */
  readonly asked?: readonly string[];
}

/** What passed while the job moved. */
export interface Owed {
  readonly epoch: number;
  readonly take: readonly string[];
  /** Not to be started, because of the job's `late`. */
  readonly leave: readonly string[];
}

/**
 * Says of a job what was never said before. What is there stays: who runs a job is decided by the migration, and by no
 * deploy.
 */
export function beginGate(paths: Paths, job: string, instanceId: string, initially: InitialGate): void {
  createFile(paths.gateOf(job), JSON.stringify(newGate(instanceId, initially)));
}

/** What holds for this host: nothing of what is on a disk that came from another. */
export function readGate(paths: Paths, job: string, instanceId: string, initially: InitialGate): Gate {
  const gate = readJson(paths.gateOf(job)) as Gate | undefined;
  if (gate === undefined || gate.instanceId !== instanceId) return newGate(instanceId, initially);
  return { ...gate, cuts: gate.cuts.map((cut) => ({ ...cut, epoch: cut.epoch ?? 0 })) };
}

export function writeGate(paths: Paths, job: string, gate: Gate): void {
  replaceFile(paths.gateOf(job), JSON.stringify(gate));
}

function newGate(instanceId: string, initially: InitialGate): Gate {
  return { instanceId, cuts: [{ from: new Date(0).toISOString(), runs: initially === 'open', epoch: 0 }] };
}

export interface GateQuestion {
  readonly job: string;
  readonly slot: string;
  readonly instanceId: string;
  readonly initially: InitialGate;
  readonly now: Date;
}

/** Whether the slot is this host's, by the minute that the slot was due in, whenever it is asked. */
export function isOurs(paths: Paths, { job, slot, instanceId, initially, now }: GateQuestion): boolean {
  const gate = readGate(paths, job, instanceId, initially);
  return ownSlots(gate).includes(slot) || runsAt(gate.cuts, dueAt(slot) ?? now);
}

/** Those that the tick starts. */
export function ownSlots({ owed, asked = [] }: Gate): readonly string[] {
  return [...(owed?.take ?? []), ...asked];
}
